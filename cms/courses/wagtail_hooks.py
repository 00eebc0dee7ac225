"""What the admin offers about courses and guides beside their editor."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.models import Page

from cms.courses.admin_views import take_questions
from cms.courses.models import CoursePage, GuidePage


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Add the page on which questions are taken over."""
    return [path("courses/<key:pk>/questions/", take_questions, name="courses_take_questions")]


@hooks.register("register_page_header_buttons")
def offer_questions(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Lead from the editor of a course or guide to the questions that stand ready elsewhere."""
    if view_name == "edit" and issubclass(page.specific_class, CoursePage | GuidePage):
        address = reverse("courses_take_questions", args=[page.pk])
        yield Button(_("Take over questions"), url=address, icon_name="help", priority=70)
