"""Handing a lesson in."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import WorkflowState

from cms.accounts.models import User
from cms.core.errors import InvalidInput, StaleState
from cms.lessons.findings import missing_for_review
from cms.lessons.models import MicroLesson
from cms.lessons.services.drafts import editable_row, locked_row, revise
from cms.review import services as review


@transaction.atomic
def submit_lesson(lesson: MicroLesson, *, actor: User, answer: str = "") -> None:
    """Hand the newest draft in: for the first look, or, when it came back, with the author's answer.

    Raises InvalidInput naming what is still missing, PermissionDenied for others than the author, StaleState while it
    is in review, taken down, or published without changes.
    """
    # Nothing may wait for a video that arrived meanwhile.
    draft = revise(lesson, lambda draft: None, actor=actor) if needs_video(lesson) else None
    row = editable_row(lesson, actor=actor)
    draft = row.get_latest_revision_as_object()
    missing = missing_for_review(draft)
    if missing:
        raise InvalidInput(_("Some things are still missing. All that you typed is kept."), fields=missing)
    if row.live and not row.has_unpublished_changes:
        raise StaleState(_("Nothing has changed since this lesson was published."), code="unchanged")
    running = row.current_workflow_state
    if running is not None and running.status == WorkflowState.STATUS_NEEDS_CHANGES:
        review.resubmit(row, actor=actor, answer=answer)
    else:
        review.submit(row, actor=actor)


def needs_video(lesson: MicroLesson) -> bool:
    """Return whether the lesson waits for what its upload became."""
    row = MicroLesson.objects.select_related("upload").get(pk=lesson.pk)
    return row.video_id is None and row.upload is not None and row.upload.video_id is not None


@transaction.atomic
def withdraw_lesson(lesson: MicroLesson, *, actor: User) -> None:
    """Take a lesson back from review, so that the author can go on.

    Raises PermissionDenied for others than the author, StaleState when it is not in review.
    """
    row = locked_row(lesson)
    if row.author_id != actor.pk:
        raise PermissionDenied
    if row.current_workflow_state is None:
        raise StaleState(_("This lesson is not in review."), code="not_in_review")
    review.withdraw(row, actor=actor)
