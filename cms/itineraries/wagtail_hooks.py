"""What the admin offers about routes: the report of closed days, and a panel that leads there."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.itineraries.admin_views import CLOSED_DAYS_PANEL, closed_days
from cms.library.editing import EDITORS
from cms.organisations.queries import standing_of


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Add the report's address."""
    return [path("reports/closed-days/", closed_days, name="itineraries_closed_days")]


def reads_report(request: HttpRequest) -> bool:
    """Return whether the report opens for the person: for editors and reviewers."""
    user = request.user
    return bool(getattr(user, "is_superuser", False)) or standing_of(user).has_role(*EDITORS)


class ClosedDaysItem(MenuItem):
    """Shown to those for whom the report opens."""

    def is_shown(self, request: HttpRequest) -> bool:
        return reads_report(request)


@hooks.register("construct_homepage_panels")
def add_panel(request: HttpRequest, panels: list[Any]) -> None:
    """Show on the first page which routes meet a closed door."""
    if reads_report(request):
        panels.append(CLOSED_DAYS_PANEL)


@hooks.register("register_reports_menu_item")
def report() -> MenuItem:
    """Lead from the admin's reports to the routes that meet a closed door."""
    return ClosedDaysItem(
        _("Routes that meet a closed door"), reverse("itineraries_closed_days"), name="closed-days", icon_name="date"
    )
