"""Taking lessons out of sight, allowing them again, and remembering to look at them again."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from wagtail.actions.unpublish import UnpublishAction

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import now, today
from cms.core.errors import InvalidInput, StaleState
from cms.core.reasons import REASON_LENGTH, reason_given
from cms.core.templatetags.core_tags import local_date
from cms.lessons.models import MicroLesson
from cms.lessons.permissions import EDITORS, may_restore, may_take_down, may_unpublish
from cms.lessons.queries import due_for_review, handed_in
from cms.lessons.services.drafts import locked_row
from cms.lessons.services.publication import conceal
from cms.notices.services import notify
from cms.organisations.queries import holders_of
from cms.review import services as review
from cms.videos.models import Video
from cms.videos.services import close_addresses, hold_videos, open_addresses, revoke_addresses

REMIND_BEFORE = timedelta(days=7)


@transaction.atomic
def unpublish(lesson: MicroLesson, *, actor: User, reason: str = "") -> None:
    """Show the lesson no longer; author and editors may go on working on it, and the author reads the reason.

    Raises PermissionDenied, InvalidInput when somebody else than the author gives no reason, StaleState when it is not
    shown.
    """
    row = locked_row(lesson)
    if not may_unpublish(row, actor):
        raise PermissionDenied
    own = row.author_id == actor.pk
    sentence = reason.strip()[:REASON_LENGTH] if own else reason_given(reason)
    if not row.live:
        raise StaleState(_("This lesson is not shown at the moment."), code="not_live")
    UnpublishAction(row, user=actor).execute(skip_permission_checks=True)
    MicroLesson.objects.filter(pk=row.pk).update(unpublished_reason=sentence)
    record_act("lessons.unpublish", actor=actor, target=row, reason=sentence)
    if not own:
        notify(
            [row.author],
            kind="review.unpublished",
            title=lambda: _("“%(title)s” is no longer shown") % {"title": row},
            body=sentence,
            url=row.author_page_url(),
        )


@transaction.atomic
def take_down(lesson: MicroLesson, *, actor: User, reason: str) -> None:
    """Remove a lesson at once: page, video, questions, documents, search entry and all signed addresses.

    Raises PermissionDenied, InvalidInput without a reason, StaleState when it was taken down before.
    """
    row = locked_row(lesson)
    if not may_take_down(row, actor):
        raise PermissionDenied
    sentence = reason_given(reason)
    if row.taken_down_at is not None:
        raise StaleState(_("This lesson was taken down already."), code="taken_down")
    was_live = row.live
    review.withdraw(row, actor=actor)
    videos = [video for video in (row.video, row.shown_video) if video is not None]
    hold_videos(videos)
    if was_live:
        UnpublishAction(row, user=actor).execute(skip_permission_checks=True)
    else:
        conceal(row)
    for video in videos:
        close_video(video, row)
    MicroLesson.objects.filter(pk=row.pk).update(taken_down_at=now(), taken_down_reason=sentence)
    record_act("lessons.take_down", actor=actor, target=row, before={"live": was_live}, reason=sentence)
    notify(
        [row.author],
        kind="review.taken_down",
        title=lambda: _("“%(title)s” was taken down") % {"title": row},
        body=sentence,
        url=row.author_page_url(),
    )
    lesson.refresh_from_db()


def close_video(video: Video, lesson: MicroLesson) -> None:
    """Close the video of a lesson that is taken down; one that others show or review only loses its old addresses."""
    others = handed_in(MicroLesson.objects.filter(Q(video=video) | Q(shown_video=video)).exclude(pk=lesson.pk))
    if others.filter(taken_down_at__isnull=True).exists():
        revoke_addresses(video)
    else:
        close_addresses(video)


@transaction.atomic
def restore(lesson: MicroLesson, *, actor: User, reason: str) -> None:
    """Allow work on a lesson that was taken down; it stays hidden until it is reviewed again.

    Raises PermissionDenied (also for the author), InvalidInput without a reason, StaleState when it is not taken down.
    """
    row = locked_row(lesson)
    if not may_restore(row, actor):
        raise PermissionDenied
    sentence = reason_given(reason)
    if row.taken_down_at is None:
        raise StaleState(_("This lesson was not taken down."), code="not_taken_down")
    before = {"taken_down_at": row.taken_down_at.isoformat(), "reason": row.taken_down_reason}
    MicroLesson.objects.filter(pk=row.pk).update(taken_down_at=None, taken_down_reason="")
    if row.video is not None:
        open_addresses(row.video)
    record_act("lessons.restore", actor=actor, target=row, before=before, reason=sentence)
    notify(
        [row.author],
        kind="review.restored",
        title=lambda: _("You may work on “%(title)s” again") % {"title": row},
        body=sentence,
        url=row.author_page_url(),
    )


@transaction.atomic
def set_review_by(lessons: Iterable[MicroLesson], day: date, *, actor: User) -> int:
    """Set until when lessons should be looked at again; return how many. Raises InvalidInput for a past day."""
    if day <= today():
        words = _("Please choose a day that is still to come.")
        raise InvalidInput(words, fields={"review_by": [words]})
    changed = 0
    for lesson in sorted(lessons, key=lambda row: row.pk):
        before = {"review_by": lesson.review_by.isoformat() if lesson.review_by else None}
        changed += MicroLesson.objects.filter(pk=lesson.pk).update(review_by=day)
        record_act(
            "lessons.set_review_by", actor=actor, target=lesson, before=before, after={"review_by": day.isoformat()}
        )
    return changed


@transaction.atomic
def remind_of_review(day: date | None = None) -> int:
    """Tell authors and editors once about each lesson that should be looked at again within a week; return how many."""
    until = (day or today()) + REMIND_BEFORE
    due = due_for_review(until).exclude(reminded_for=F("review_by")).select_related("author", "organisation")
    reminded = 0
    for lesson in due:
        editors = [person for role in EDITORS for person in holders_of(role, lesson.organisation)]
        for people, url in (([lesson.author], lesson.author_page_url()), (editors, lesson.get_absolute_url())):
            notify(
                people,
                kind="review.due",
                title=lambda lesson=lesson: (
                    _("Please look at “%(title)s” again by %(day)s")  # type: ignore[misc]  # bound to this turn of the loop
                    % {"title": lesson, "day": local_date(lesson.review_by)}
                ),
                url=url,
            )
        MicroLesson.objects.filter(pk=lesson.pk).update(reminded_for=lesson.review_by)
        reminded += 1
    return reminded
