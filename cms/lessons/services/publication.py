"""What happens when a revision is shown, and when a lesson is no longer shown.

Wagtail publishes and unpublishes; its signals lead here, inside the same transaction.
"""

from collections.abc import Collection
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, Q

from cms.assets.models import SiteDocument
from cms.assets.queries import attachments_only
from cms.core.clock import today
from cms.core.events import publish
from cms.lessons.events import LessonPublished, LessonUnpublished
from cms.lessons.models import MicroLesson
from cms.quizzes.queries import find_quiz
from cms.quizzes.services import freeze_quiz
from cms.taxonomy.enums import Visibility
from cms.taxonomy.models import Audience, Topic
from cms.taxonomy.queries import reach_of
from cms.taxonomy.services import follow, hide
from cms.videos.models import Video
from cms.videos.services import hold_videos, revoke_addresses
from search.outbox import record_change, record_changes

REVIEW_AFTER = timedelta(days=365)
MINUTE_S = 60
QUIZ_KIND = "lesson"
LABELS: dict[type[Model], str] = {Topic: "topics", Audience: "audiences"}


@transaction.atomic
def show(lesson: MicroLesson) -> None:
    """Hand the lesson's visibility to its video, questions and attachments, and take it from those it no longer uses.

    Raises PermissionDenied when the lesson was taken down: somebody must allow it again first.
    """
    if MicroLesson.objects.filter(pk=lesson.pk, taken_down_at__isnull=False).exists():
        raise PermissionDenied
    if not lesson.live:
        return
    row = MicroLesson.objects.select_related("video", "shown_video", "visible_organisation").get(pk=lesson.pk)
    until_now = set(row.shown_documents.all())
    documents = {attachment.document for attachment in row.attachments.select_related("document")}
    questions = [question.draft for question in row.questions.all()]
    freeze_quiz(QUIZ_KIND, row.pk, questions, visibility_from=row, title=str(row))
    row.shown_documents.set(documents)
    duration = row.video.duration_s if row.video else None
    MicroLesson.objects.filter(pk=row.pk).update(
        shown_video=row.video,
        minutes=max(1, round(duration / MINUTE_S)) if duration else None,
        unpublished_reason="",
        review_by=row.review_by if row.review_by and row.review_by > today() else today() + REVIEW_AFTER,
    )
    settle_videos(row.shown_video, row.video)
    settle_documents(until_now | documents)
    note_change(row)
    publish(LessonPublished(row.pk))


@transaction.atomic
def conceal(lesson: MicroLesson) -> None:
    """Hide all that the lesson showed, except what another shown lesson uses too."""
    row = MicroLesson.objects.select_related("shown_video").get(pk=lesson.pk)
    documents = set(row.shown_documents.all())
    quiz = find_quiz(QUIZ_KIND, row.pk)
    if quiz is not None:
        hide(quiz)
    MicroLesson.objects.filter(pk=row.pk).update(shown_video=None)
    row.shown_documents.clear()
    settle_videos(row.shown_video)
    settle_documents(documents)
    note_change(row)
    publish(LessonUnpublished(row.pk))


def settle_videos(*videos: Video | None) -> None:
    """Let each video be seen by whom the lessons that show it are for.

    Addresses that were given out while it was meant for others open no longer.
    """
    named = {video.pk: video for video in videos if video is not None}.values()
    hold_videos(named)
    for video in named:
        before = reach_of(video)
        follow(video, MicroLesson.objects.published().filter(shown_video=video))
        if before[0] != Visibility.PRIVATE and before != reach_of(video):
            revoke_addresses(video)


def settle_documents(documents: Collection[SiteDocument]) -> None:
    """Let each attachment be seen by whom the lessons that show it are for; documents of the library are left alone."""
    named = SiteDocument.objects.filter(pk__in=[document.pk for document in documents])
    for document in attachments_only(named).order_by("pk"):
        follow(document, MicroLesson.objects.published().filter(shown_documents=document))


def note_change(row: MicroLesson) -> None:
    """Tell search that the lesson and its author's entry changed."""
    record_change("lesson", row.pk)
    record_change("author", row.author_id)


def note_subtree(path: str) -> None:
    """Tell search about all lessons of or for organisations below the path: their place and name stand in the index."""
    near = Q(organisation__path__startswith=path) | Q(visible_organisation__path__startswith=path)
    shown = MicroLesson.objects.published().filter(near)
    record_changes("lesson", shown.order_by("pk").values_list("pk", flat=True))
    record_changes("author", shown.order_by("author_id").values_list("author_id", flat=True).distinct())


def note_label(model: type[Model], pk: int) -> None:
    """Tell search about all lessons that bear the label."""
    field = LABELS.get(model)
    if field:
        shown = MicroLesson.objects.published().filter(**{field: pk})
        record_changes("lesson", shown.order_by("pk").values_list("pk", flat=True))
