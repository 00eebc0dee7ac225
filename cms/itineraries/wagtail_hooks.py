"""What the admin offers about routes: the report of closed days."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.itineraries.admin_views import closed_days
from cms.library.editing import EDITORS
from cms.organisations.queries import standing_of


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Add the report's address."""
    return [path("reports/closed-days/", closed_days, name="itineraries_closed_days")]


class ClosedDaysItem(MenuItem):
    """Shown to editors and reviewers."""

    def is_shown(self, request: HttpRequest) -> bool:
        user = request.user
        return bool(getattr(user, "is_superuser", False)) or standing_of(user).has_role(*EDITORS)


@hooks.register("register_reports_menu_item")
def report() -> MenuItem:
    """Lead from the admin's reports to the routes that meet a closed door."""
    return ClosedDaysItem(
        _("Routes that meet a closed door"), reverse("itineraries_closed_days"), name="closed-days", icon_name="date"
    )
