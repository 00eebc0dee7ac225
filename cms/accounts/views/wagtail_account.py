"""The admin's page of the own account: how the admin looks. Name, picture and ways to sign in are not kept there."""

from typing import Any

from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.account import AccountView

# Wagtail's other panels ask for a first and last name, which nobody has here, and a portrait, which nobody needs.
KEPT = ("locale", "theme")


class AppearanceView(AccountView):
    """Language, scheme, contrast and density of the admin."""

    def get_panels(self) -> list[Any]:
        """Return Wagtail's panels without those that ask for more about the person."""
        return [panel for panel in super().get_panels() if panel.name in KEPT]


account = require_admin_access(AppearanceView.as_view())
