"""Handing a lesson in."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import WorkflowState

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.errors import InvalidInput, StaleState
from cms.lessons.findings import missing_for_review
from cms.lessons.models import MicroLesson
from cms.lessons.permissions import may_correct
from cms.lessons.services.drafts import DRAFT_FIELDS, DRAFT_LISTS, editable_row, locked_row, revise
from cms.notices.services import notify
from cms.review import services as review

# What of a revision is told apart in the audit log.
NOTED = DRAFT_FIELDS | DRAFT_LISTS | {"captions", "chapters", "questions", "key_questions", "attachments"}


@transaction.atomic
def submit_lesson(lesson: MicroLesson, *, actor: User, answer: str = "") -> None:
    """Hand the newest draft in: for the first look, or, when it came back, with the author's answer.

    Raises InvalidInput naming what is still missing, PermissionDenied for others than the author, StaleState while it
    is in review, taken down, or published without changes.
    """
    # Nothing may wait for a video that arrived meanwhile.
    if needs_video(lesson):
        revise(lesson, lambda draft: None, actor=actor)
    row = editable_row(lesson, actor=actor)
    require_complete(row, row.get_latest_revision_as_object())
    # Saving while typing leaves no line in the admin's history; this one offers to compare what was handed in.
    log(row, "wagtail.edit", user=actor, revision=row.latest_revision, content_changed=True)
    hand_in(row, actor=actor, answer=answer)


@transaction.atomic
def submit_correction(lesson: MicroLesson, *, actor: User, answer: str = "") -> None:
    """Hand an editor's change of somebody's lesson in; another editor decides, and the author is told.

    Raises PermissionDenied for people without the duty and while it is reviewed or taken down, InvalidInput naming
    what is missing, StaleState when nothing has changed since it was published.
    """
    row = locked_row(lesson)
    if row.author_id == actor.pk:
        submit_lesson(row, actor=actor, answer=answer)
        return
    if not may_correct(row, actor):
        raise PermissionDenied
    require_complete(row, row.get_latest_revision_as_object())
    changed = changed_parts(row)
    hand_in(row, actor=actor, answer=answer)
    record_act("lessons.correct", actor=actor, target=row, before=revision_named(row), after={"changed": changed})
    notify(
        [row.author],
        kind="review.corrected",
        title=lambda: _("An editor changed “%(title)s”; somebody else looks at it now") % {"title": row},
        url=row.author_page_url(),
    )


def require_complete(row: MicroLesson, draft: MicroLesson) -> None:
    """Raise InvalidInput when something is missing, StaleState when nothing has changed."""
    missing = missing_for_review(draft)
    if missing:
        raise InvalidInput(_("Some things are still missing. All that you typed is kept."), fields=missing)
    if row.live and not row.has_unpublished_changes:
        raise StaleState(_("Nothing has changed since this lesson was published."), code="unchanged")


def hand_in(row: MicroLesson, *, actor: User, answer: str) -> None:
    """Begin the review, or go on with the one that came back.

    An author who answers in an editor's place begins anew: the branch has not seen what the author changed.
    """
    running = row.current_workflow_state
    returned = running is not None and running.status == WorkflowState.STATUS_NEEDS_CHANGES
    if returned and (running.requested_by_id == row.author_id or row.author_id != actor.pk):
        review.resubmit(row, actor=actor, answer=answer)
        return
    if returned:
        review.withdraw(row, actor=actor)
    review.submit(row, actor=actor, answer=answer)


def changed_parts(row: MicroLesson) -> list[str]:
    """Return the names of what differs between the revision that is shown and the newest, for the audit log."""
    newest = row.latest_revision.content
    shown = row.live_revision.content if row.live_revision else {}
    return sorted(name for name in newest if name in NOTED and newest[name] != shown.get(name))


def revision_named(row: MicroLesson) -> dict[str, int | None]:
    """Return which revision was shown before; it keeps every word."""
    return {"revision": row.live_revision_id}


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
