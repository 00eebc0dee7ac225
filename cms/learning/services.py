"""A lesson watched and answered becomes a completion and an entry in the ledger."""

from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from cms.accounts.models import User
from cms.core.clock import now
from cms.core.events import publish
from cms.jobs.services import enqueue
from cms.learning.events import LessonCompleted
from cms.learning.explanations import SOURCE_KIND
from cms.learning.models import Completion
from cms.learning.queries import completion_of, progress_with, shown_video_of, watchers_without_completion
from cms.ledger.counting import hours_for_minutes
from cms.ledger.enums import EntryKind, RuleKind
from cms.ledger.models import HourEntry
from cms.ledger.queries import rule_on
from cms.ledger.services import record_hours
from cms.lessons.models import MicroLesson
from cms.taxonomy.queries import is_visible_to

CATCH_UP = "learning.catch_up"
MINUTE_S = 60
TENTH = Decimal("0.1")


@transaction.atomic
def complete_lesson(user: User, lesson: MicroLesson) -> Completion | None:
    """Complete the lesson if it is shown to the person, watched, and its question passed; return the completion.

    Called again, or after the lesson was published anew, it returns the first completion and counts nothing.
    Returns None while something is missing.
    """
    # A beat and an answer may arrive at once and not see each other: one after the other sees both.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    known = completion_of(user, lesson)
    if known is not None:
        return known
    if not lesson.live or lesson.taken_down_at is not None or not is_visible_to(lesson, user):
        return None
    progress = progress_with(user, lesson)
    if not progress.is_enough:
        return None
    reasons = {
        "watched_percent": progress.watched_percent,
        "minutes": str(minutes_of(lesson)),
        "questions": int(progress.has_question),
        "revision": lesson.live_revision_id,
    }
    return write_completion(user, lesson, reasons)


def write_completion(user: User, lesson: MicroLesson, reasons: dict[str, Any]) -> Completion:
    """Write completion and hours in one act and tell upper rooms."""
    moment = now()
    entry = record_lesson_hours(user, lesson, reasons)
    try:
        with transaction.atomic():
            completion = Completion.objects.create(
                user=user,
                lesson=lesson,
                revision=lesson.live_revision,
                completed_at=moment,
                reasons=reasons if entry else {**reasons, "no_rule": True},
                entry=entry,
            )
    except IntegrityError:
        return Completion.objects.get(user=user, lesson=lesson)
    publish(LessonCompleted(user.pk, lesson.pk, completion.pk))
    return completion


def record_lesson_hours(user: User, lesson: MicroLesson, reasons: dict[str, Any]) -> HourEntry | None:
    """Write the study hours under the rule in force today; None when no rule is."""
    day = timezone.localdate()
    rule = rule_on(RuleKind.LESSON, day)
    if rule is None or rule.minutes_per_hour is None:
        return None
    hours = hours_for_minutes(
        Decimal(reasons["minutes"]), minutes_per_hour=rule.minutes_per_hour, least=rule.least, most=rule.cap
    )
    return record_hours(
        user,
        kind=EntryKind.LESSON,
        hours=hours,
        on=day,
        rule=rule,
        source=(SOURCE_KIND, lesson.pk),
        label=str(lesson),
        explanation=reasons,
        key=f"{SOURCE_KIND}:{lesson.pk}:{user.pk}",
    )


def minutes_of(lesson: MicroLesson) -> Decimal:
    """Return the length of the shown video in minutes, to a tenth."""
    video = shown_video_of(lesson)
    seconds = video.duration_s if video and video.duration_s else 0
    return (Decimal(str(seconds)) / MINUTE_S).quantize(TENTH)


def look_for_watchers(lesson_id: int) -> None:
    """Let the worker look who has already done all that a lesson asks for now."""
    enqueue(CATCH_UP, {"lesson_id": lesson_id}, key=f"{CATCH_UP}:{lesson_id}")


def complete_for_watchers(lesson: MicroLesson) -> int:
    """Complete the lesson for those who had watched it before it was published as it is now; return how many.

    Each person is one transaction, so that a long list blocks nobody.
    """
    people = list(watchers_without_completion(lesson))
    return sum(1 for person in people if complete_lesson(person, lesson) is not None)
