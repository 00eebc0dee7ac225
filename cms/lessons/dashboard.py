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
from cms.lessons.permissions import EDITORS
from cms.lessons.queries import due_for_review, without_captions
from cms.organisations.queries import home_organisations, people_in_reach, standing_of
from cms.review.queries import waiting_for
from cms.videos.messages import sentence_for
from cms.videos.models import Video
from cms.videos.queries import failed_videos

ROWS = 5
FAILED_ROWS = 20


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


class FailedVideoPanel(Component):
    """Videos that did not work, so that somebody can help: whose they are and why, nothing of what a draft says.

    A lesson cannot be handed in with such a video, so the list of lessons has none of them.
    """

    template_name = "lessons/admin/failed.html"
    order = 130

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        videos = self.videos(parent_context["request"].user)
        shown = list(videos[:FAILED_ROWS])
        homes = home_organisations(video.owner for video in shown)
        rows = [
            {
                "owner": video.owner,
                "organisation": homes.get(video.owner_id),
                "sent_at": video.created_at,
                "sentence": sentence_for(video.error_code),
            }
            for video in shown
        ]
        return {"count": videos.count(), "rows": rows}

    def videos(self, user: Any) -> QuerySet[Video]:
        """Return the failed videos of people whom the person's duties as an editor reach, the newest first."""
        failed = failed_videos().order_by("-created_at", "-pk")
        if user.is_superuser:
            return failed
        people = people_in_reach(standing_of(user).paths_of(*EDITORS))
        return failed.filter(owner__in=people.order_by().values("pk"))


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
            "rows": [{"title": row.label, "url": row.review_url} for row in rows[:ROWS]],
            "all_url": "/workbench/",
        }
