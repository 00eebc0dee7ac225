"""Reminders, each once: of an answer that is expected, of a lesson that comes."""

from django.db import transaction
from django.db.models import QuerySet

from cms.booking.deadlines import REMIND_BEFORE_DEADLINE, REMIND_BEFORE_LESSON
from cms.booking.enums import BookingStatus, EventKind
from cms.booking.lifecycle import write_event
from cms.booking.models import BookingRequest
from cms.booking.queries import locked
from cms.booking.services.telling import tell_deadline, tell_tomorrow
from cms.core.clock import now


def remind_of_deadlines() -> int:
    """Remind those whose answer is expected within a day; return of how many requests."""
    return sum(remind_of_deadline(pk) for pk in list(nearing_deadline().values_list("pk", flat=True)))


def nearing_deadline() -> QuerySet[BookingRequest]:
    """Return the requests whose answer is expected within a day and of which nobody was reminded."""
    waiting = BookingRequest.objects.filter(status=BookingStatus.PENDING, deadline_reminded_at__isnull=True)
    due = waiting.filter(answer_by__gt=now(), answer_by__lte=now() + REMIND_BEFORE_DEADLINE)
    # Asked at short notice, the deadline was told a moment ago.
    return due.filter(changed_at__lte=now() - REMIND_BEFORE_DEADLINE / 4)


@transaction.atomic
def remind_of_deadline(pk: int) -> bool:
    """Remind of one deadline unless somebody answered, moved it or reminded meanwhile."""
    row = locked(pk)
    if not nearing_deadline().filter(pk=pk).exists():
        return False
    BookingRequest.objects.filter(pk=pk).update(deadline_reminded_at=now())
    write_event(row, EventKind.REMINDED, actor=None)
    tell_deadline(row)
    return True


def remind_of_lessons() -> int:
    """Remind both sides of the agreed lessons of the next day; return of how many."""
    agreed = BookingRequest.objects.filter(status=BookingStatus.ACCEPTED, lesson_reminded_at__isnull=True)
    due = agreed.filter(starts_at__gt=now(), starts_at__lte=now() + REMIND_BEFORE_LESSON)
    return sum(remind_of_lesson(pk) for pk in list(due.values_list("pk", flat=True)))


@transaction.atomic
def remind_of_lesson(pk: int) -> bool:
    """Remind of one lesson unless it was called off or somebody reminded meanwhile."""
    row = locked(pk)
    if not row.is_agreed or row.lesson_reminded_at is not None:
        return False
    BookingRequest.objects.filter(pk=pk).update(lesson_reminded_at=now())
    tell_tomorrow(row)
    return True
