"""Giving a lecturer's time away, once. The rooms above write occupations through these functions only."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from cms.core.clock import now
from cms.core.errors import InvalidInput
from cms.lecturers.errors import CapReached, SlotTaken
from cms.lecturers.models import Lecturer, Occupation
from cms.lecturers.queries.availability import AROUND, caps_of, live_occupations
from cms.lecturers.slots import CapCheck
from search.outbox import record_change, record_changes

TAKEN = _("This time has been given away meanwhile. Please choose another.")


def lock_time_of(*lecturers: Lecturer) -> None:
    """Wait until nobody else gives these lecturers' time away, and keep others waiting until the transaction ends.

    Keys are locked in order, so that two who want the same two lecturers do not wait for each other. SQLite needs no
    lock: its transactions begin IMMEDIATE, one at a time. Raises TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("The lock of a lecturer's time lasts as long as a transaction.")
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for key in sorted({lecturer.pk for lecturer in lecturers}):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"lecturers.time.{key}"])


@transaction.atomic
def hold(
    lecturer: Lecturer,
    *,
    start: datetime,
    end: datetime,
    occupied_from: datetime,
    occupied_to: datetime,
    source_kind: str,
    source_id: str | int,
    binding: bool = True,
    keep_caps: bool = True,
) -> Occupation:
    """Give a lecturer's time to a source; what the source held before moves there, and becomes binding or not.

    Raises SlotTaken when the span overlaps what another source holds, CapReached when the lecturer's caps for the day,
    week or month are full (unless `keep_caps` is False), InvalidInput when the times are in no order.
    """
    check_order(start, end, occupied_from, occupied_to)
    lock_time_of(lecturer)
    mine = {"lecturer": lecturer, "source_kind": source_kind, "source_id": str(source_id)}
    own = live_occupations().filter(**mine).first()
    others = live_occupations().filter(lecturer=lecturer)
    if own is not None:
        others = others.exclude(pk=own.pk)
    if others.filter(occupied_from__lt=occupied_to, occupied_to__gt=occupied_from).exists():
        raise SlotTaken(TAKEN)
    if keep_caps:
        check_caps(lecturer, start, others.filter(starts_at__gte=start - AROUND, starts_at__lte=start + AROUND))
    times = {"starts_at": start, "ends_at": end, "occupied_from": occupied_from, "occupied_to": occupied_to}
    return write(own or Occupation(**mine, created_at=now()), binding=binding, **times)


def write(occupation: Occupation, *, binding: bool, **times: datetime) -> Occupation:
    """Save the row, and tell the index where the times are others; what the database refuses all the same is taken."""
    moved = occupation.pk is None or any(getattr(occupation, name) != value for name, value in times.items())
    for name, value in times.items():
        setattr(occupation, name, value)
    occupation.binding = binding
    try:
        with transaction.atomic():
            occupation.save()
    except IntegrityError as refused:
        raise SlotTaken(TAKEN) from refused
    if moved:
        record_change("lecturer", occupation.lecturer_id)
    return occupation


def check_order(start: datetime, end: datetime, occupied_from: datetime, occupied_to: datetime) -> None:
    """Raise InvalidInput unless the lesson has a length and lies within what it occupies."""
    if not occupied_from <= start < end <= occupied_to:
        raise InvalidInput(_("The end must lie after the beginning."))


def check_caps(lecturer: Lecturer, start: datetime, others: Iterable[Occupation]) -> None:
    """Raise CapReached when the lecturer has as many lessons as was agreed on the day, in the week or in the month."""
    zone = ZoneInfo(lecturer.zone)
    if not CapCheck(caps_of(lecturer, others), zone)(start.astimezone(zone)):
        raise CapReached(_("The lecturer teaches as often as was agreed in this time. Please choose another day."))


@transaction.atomic
def release(occupation: Occupation) -> None:
    """Give the time back; doing it twice changes nothing."""
    at = now()
    if live_occupations().filter(pk=occupation.pk).update(released_at=at):
        occupation.released_at = at
        record_change("lecturer", occupation.lecturer_id)


@transaction.atomic
def release_source(source_kind: str, source_id: str | int) -> int:
    """Give back all that a source holds, and return how many rows that were."""
    held = live_occupations().filter(source_kind=source_kind, source_id=str(source_id))
    lecturers = list(held.values_list("lecturer", flat=True))
    if lecturers:
        held.update(released_at=now())
        record_changes("lecturer", sorted(set(lecturers)))
    return len(lecturers)
