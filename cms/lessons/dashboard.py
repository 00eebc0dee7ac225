"""Panels of the admin's first page: what needs an editor's eye, within the person's organisations."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from laces.components import Component
from wagtail.permissions import policy_registry

from cms.core.clock import today
from cms.core.panels import ListPanel
from cms.lessons.models import MicroLesson
from cms.lessons.permissions import EDITORS
from cms.lessons.queries import due_for_review, without_captions
from cms.organisations.queries import home_organisations, people_in_reach, standing_of
from cms.review.queries import waiting_for
from cms.videos.messages import sentence_for
from cms.videos.models import Video
from cms.videos.queries import failed_videos

FAILED_ROWS = 20


def own_due(user: Any) -> QuerySet[MicroLesson]:
    """Return the person's lessons whose day to be looked at again has come."""
    return in_care_of(user, due_for_review(today()))


def own_without_captions(user: Any) -> QuerySet[MicroLesson]:
    """Return the person's published lessons that nobody can read along."""
    return in_care_of(user, without_captions())


def in_care_of(user: Any, lessons: QuerySet[MicroLesson]) -> QuerySet[MicroLesson]:
    """Return those of the lessons that the person is responsible for, the newest first."""
    policy = policy_registry.get_by_type(MicroLesson)
    mine = policy.instances_user_has_permission_for(user, "view")
    return lessons.filter(pk__in=mine.values("pk")).order_by("-pk")


def line_of(lesson: MicroLesson) -> tuple[str, str]:
    """Return what the lesson is called and where it is changed."""
    return str(lesson), reverse("wagtailsnippets_lessons_microlesson:edit", args=[lesson.pk])


def lessons_list(query: str) -> Promise:
    """Return the address of the list of lessons, narrowed."""
    return format_lazy("{}?{}", reverse_lazy("wagtailsnippets_lessons_microlesson:list"), query)


WAITING_PANEL = ListPanel(
    "lessons_waiting",
    _("Waits for your review"),
    waiting_for,
    lambda look: (look.label, look.review_url),
    all_url="/workbench/",
    order=100,
)
DUE_PANEL = ListPanel(
    "lessons_due",
    _("Should be looked at again"),
    own_due,
    line_of,
    all_url=lessons_list("review_due=true"),
    order=110,
)
CAPTIONS_PANEL = ListPanel(
    "lessons_captions",
    _("Published without captions"),
    own_without_captions,
    line_of,
    all_url=lessons_list("no_captions=true&state=published"),
    order=120,
)


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
