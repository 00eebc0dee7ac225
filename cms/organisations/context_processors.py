"""What the navigation shows to whom."""

from django.http import HttpRequest

from cms.organisations.enums import STAFF_ROLES
from cms.organisations.queries import standing_of


def navigation(request: HttpRequest) -> dict[str, object]:
    """Return whether the workbench stands in the navigation."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"show_workbench": False}
    return {"show_workbench": standing_of(user).has_role(*STAFF_ROLES)}
