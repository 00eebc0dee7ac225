"""Panels of the admin's first page: what needs an editor's eye, within the person's organisations."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from laces.components import Component
from wagtail.permissions import policy_registry

from cms.core.clock import today
from cms.lessons.models import MicroLesson
from cms.lessons.queries import due_for_review, with_failed_video, without_captions
from cms.review.queries import waiting_for

ROWS = 5


class LessonsPanel(Component):
    """Some lessons under a heading, with a link to all of them."""

    template_name = "lessons/admin/panel.html"
    name = "lessons"
    heading: str | Promise = ""
    query = ""
    order = 100

    def lessons(self, user: Any) -> QuerySet[MicroLesson]:
        """Return the lessons of this panel that the person is responsible for."""
        policy = policy_registry.get_by_type(MicroLesson)
        mine = policy.instances_user_has_permission_for(user, "view")
        return self.found().filter(pk__in=mine.values("pk")).order_by("-pk")

    def found(self) -> QuerySet[MicroLesson]:
        """Return all lessons that this panel is about."""
        raise NotImplementedError

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        rows = self.lessons(parent_context["request"].user)
        edit = "wagtailsnippets_lessons_microlesson:edit"
        return {
            "heading": self.heading,
            "name": self.name,
            "count": rows.count(),
            "rows": [{"title": str(row), "url": reverse(edit, args=[row.pk])} for row in rows[:ROWS]],
            "all_url": f"{reverse('wagtailsnippets_lessons_microlesson:list')}?{self.query}",
        }


class DuePanel(LessonsPanel):
    """Lessons whose day to be looked at again has come."""

    name = "lessons_due"
    heading = _("Should be looked at again")
    query = "review_due=true"
    order = 110

    def found(self) -> QuerySet[MicroLesson]:
        return due_for_review(today())


class CaptionsPanel(LessonsPanel):
    """Published lessons that nobody can read along."""

    name = "lessons_captions"
    heading = _("Published without captions")
    query = "no_captions=true&state=published"
    order = 120

    def found(self) -> QuerySet[MicroLesson]:
        return without_captions()


class FailedVideoPanel(LessonsPanel):
    """Lessons whose video did not work."""

    name = "lessons_failed"
    heading = _("Videos that did not work")
    query = "state=video_failed"
    order = 130

    def found(self) -> QuerySet[MicroLesson]:
        return with_failed_video()


class WaitingPanel(Component):
    """Looks that wait for this person."""

    template_name = "lessons/admin/panel.html"
    name = "lessons_waiting"
    order = 100

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        rows = waiting_for(parent_context["request"].user)
        return {
            "heading": _("Waits for your review"),
            "name": self.name,
            "count": rows.count(),
            "rows": [{"title": row.label, "url": reverse("lessons:review", args=[row.pk])} for row in rows[:ROWS]],
            "all_url": "/workbench/",
        }
