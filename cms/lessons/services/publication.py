"""What happens when a revision is shown, and when a lesson is no longer shown.

Wagtail publishes and unpublishes; its signals lead here, inside the same transaction.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from cms.core.clock import today
from cms.core.events import publish
from cms.lessons.events import LessonPublished, LessonUnpublished
from cms.lessons.models import MicroLesson
from cms.quizzes.queries import find_quiz
from cms.quizzes.services import freeze_quiz
from cms.taxonomy.models import VisibleModel
from cms.taxonomy.services import copy_visibility, hide
from search.outbox import record_change

REVIEW_AFTER = timedelta(days=365)
MINUTE_S = 60
QUIZ_KIND = "lesson"


@transaction.atomic
def show(lesson: MicroLesson) -> None:
    """Hand the lesson's visibility to its video, questions and documents, and take it from those it no longer uses.

    Raises PermissionDenied when the lesson was taken down: somebody must allow it again first.
    """
    if MicroLesson.objects.filter(pk=lesson.pk, taken_down_at__isnull=False).exists():
        raise PermissionDenied
    if not lesson.live:
        return
    row = MicroLesson.objects.select_related("video", "shown_video", "visible_organisation").get(pk=lesson.pk)
    documents = {attachment.document for attachment in row.attachments.select_related("document")}
    hide_unused(row, keep={row.video_id}, keep_documents={document.pk for document in documents})
    for used in (row.video, *documents):
        if used is not None:
            copy_visibility(row, used)
    questions = [question.draft for question in row.questions.all()]
    freeze_quiz(QUIZ_KIND, row.pk, questions, visibility_from=row, title=str(row))
    row.shown_documents.set(documents)
    duration = row.video.duration_s if row.video else None
    MicroLesson.objects.filter(pk=row.pk).update(
        shown_video=row.video,
        minutes=max(1, round(duration / MINUTE_S)) if duration else None,
        review_by=row.review_by if row.review_by and row.review_by > today() else today() + REVIEW_AFTER,
    )
    note_change(row)
    publish(LessonPublished(row.pk))


@transaction.atomic
def conceal(lesson: MicroLesson) -> None:
    """Hide all that the lesson showed, except what another shown lesson uses too."""
    row = MicroLesson.objects.select_related("shown_video").get(pk=lesson.pk)
    hide_unused(row, keep=set(), keep_documents=set())
    quiz = find_quiz(QUIZ_KIND, row.pk)
    if quiz is not None:
        hide(quiz)
    MicroLesson.objects.filter(pk=row.pk).update(shown_video=None)
    row.shown_documents.clear()
    note_change(row)
    publish(LessonUnpublished(row.pk))


def hide_unused(row: MicroLesson, *, keep: set[int | None], keep_documents: set[int]) -> None:
    """Make private what was shown until now and is not kept, unless another shown lesson shows it."""
    others = MicroLesson.objects.published().exclude(pk=row.pk)
    unused: list[VisibleModel] = [
        document
        for document in row.shown_documents.all()
        if document.pk not in keep_documents and not others.filter(shown_documents=document).exists()
    ]
    video = row.shown_video
    if video is not None and video.pk not in keep and not others.filter(shown_video=video).exists():
        unused.append(video)
    for target in unused:
        hide(target)


def note_change(row: MicroLesson) -> None:
    """Tell search that the lesson and its author's entry changed."""
    record_change("lesson", row.pk)
    record_change("author", row.author_id)


def note_subtree(path: str) -> None:
    """Tell search about all lessons of or for organisations below the path: their place and name stand in the index."""
    near = Q(organisation__path__startswith=path) | Q(visible_organisation__path__startswith=path)
    shown = MicroLesson.objects.published().filter(near)
    for pk in shown.order_by("pk").values_list("pk", flat=True):
        record_change("lesson", pk)
    for pk in shown.order_by("author_id").values_list("author_id", flat=True).distinct():
        record_change("author", pk)
