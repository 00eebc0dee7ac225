"""What the admin shows of suggestions and reports."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.feedback.dashboard import UnansweredPanel
from cms.feedback.permissions import may_handle_reports


@hooks.register("construct_homepage_panels")
def add_panel(request: HttpRequest, panels: list[Any]) -> None:
    """Show those who answer what waits."""
    if may_handle_reports(request.user):  # type: ignore[arg-type]  # the admin lets nobody else in
        panels.append(UnansweredPanel())


class UnansweredItem(MenuItem):
    """The report of what is unanswered or overdue; it stands in the workbench, where it is answered."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_handle_reports(request.user)  # type: ignore[arg-type]  # see above


@hooks.register("register_reports_menu_item")
def unanswered() -> MenuItem:
    """Lead from the admin's reports to the list in the workbench."""
    return UnansweredItem(_("Without an answer"), reverse("feedback:reports"), name="unanswered", icon_name="help")
