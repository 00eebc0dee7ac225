"""Agreed lessons that something befell: people are told, and the lesson stays until somebody decides."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from cms.booking.enums import BookingStatus, Concern, EventKind
from cms.booking.lifecycle import advance, write_event
from cms.booking.models import BookingRequest
from cms.booking.queries import locked, parties_of
from cms.booking.services.answering import end_time
from cms.booking.services.telling import tell_concern, tell_ended
from cms.core.clock import now
from cms.core.errors import DomainError, StaleState
from cms.lecturers.models import Override
from cms.lecturers.queries import calendars_of
from cms.lecturers.queries.availability import covers
from cms.venues.services import shut_words


@transaction.atomic
def flag_bookings_of_lecturer(lecturer_id: int, *, first: date | None = None, last: date | None = None) -> int:
    """Mark the lecturer's agreed lessons to come, on days from first to last, as to be decided; return how many.

    Days are those where the lecturer is. Both sides are told, also of requests that cannot come about on these days.
    """
    begins, ends = first or date.min, last or date.max
    within = [row.pk for row in to_come_of(lecturer_id) if begins <= local_day(row) <= ends]
    return flag(to_come_of(lecturer_id).filter(pk__in=within), Concern.LECTURER)


@transaction.atomic
def flag_bookings_without_term(lecturer_id: int) -> int:
    """Mark what the lecturer agreed for days on which no term is in force, as `flag_bookings_of_lecturer` does."""
    rows = list(to_come_of(lecturer_id))
    if not rows:
        return 0
    days = {row.pk: local_day(row) for row in rows}
    calendar = calendars_of([rows[0].lecturer], min(days.values()), max(days.values()))[lecturer_id]
    outside = [pk for pk, day in days.items() if not any(covers(term, day) for term in calendar.terms)]
    return flag(to_come_of(lecturer_id).filter(pk__in=outside), Concern.TERM)


@transaction.atomic
def flag_bookings_outside_hours(lecturer_id: int, *, first: date, last: date) -> int:
    """Mark what the lecturer agreed for days from first to last whose own hours no longer hold it; return how many.

    Requests that wait are not touched: whoever answers them knows the day.
    """
    agreed = to_come_of(lecturer_id).filter(status=BookingStatus.ACCEPTED)
    hours = {row.day: row.windows for row in Override.objects.filter(lecturer=lecturer_id, day__range=(first, last))}
    outside = [row.pk for row in agreed if local_day(row) in hours and not fits(row, hours[local_day(row)])]
    return flag(agreed.filter(pk__in=outside), Concern.LEAVE)


@transaction.atomic
def flag_booking_of_visit(visit_id: int) -> int:
    """Mark the agreed lesson for which room was kept in a place, and given back by hand; return how many."""
    return flag(BookingRequest.objects.filter(visit_id=visit_id, status=BookingStatus.ACCEPTED), Concern.ROOM)


@transaction.atomic
def flag_bookings_at_venue(venue_id: int) -> int:
    """Mark the agreed lessons to come in a place that is taken down, or not open then any more; return how many.

    Requests that wait are not touched: whoever answers them reads about the place.
    """
    agreed = BookingRequest.objects.filter(venue_id=venue_id, status=BookingStatus.ACCEPTED, starts_at__gt=now())
    rows = agreed.select_related("venue__organisation").prefetch_related(
        "venue__opening_hours", "venue__hour_exceptions"
    )
    shut = [row.pk for row in rows if row.venue is not None and shut_words(row.venue, row.starts_at, row.ends_at)]
    return flag(agreed.filter(pk__in=shut), Concern.PLACE)


@transaction.atomic
def flag_bookings_of_organisation(organisation_id: int) -> int:
    """Mark the agreed lessons to come that a closed organisation asked for, lends or gives room to; return how many."""
    agreed = BookingRequest.objects.filter(status=BookingStatus.ACCEPTED)
    asked = agreed.filter(organisation_id=organisation_id)
    lent = agreed.filter(lecturer__organisation_id=organisation_id)
    housed = agreed.filter(venue__organisation_id=organisation_id)
    return flag(asked, Concern.ORGANISATION) + flag(lent, Concern.LENDER) + flag(housed, Concern.PLACE)


@transaction.atomic
def end_requests_of_organisation(organisation_id: int) -> int:
    """End the requests that wait and that a closed organisation sent or would have to lend for; return how many."""
    waiting = BookingRequest.objects.filter(status=BookingStatus.PENDING)
    ended = 0
    for concern, side in ((Concern.ORGANISATION, "organisation"), (Concern.LENDER, "lecturer__organisation")):
        for pk in list(waiting.filter(**{side: organisation_id}).values_list("pk", flat=True)):
            ended += end_request(pk, concern)
    return ended


def end_request(pk: int, concern: Concern) -> bool:
    """End a request that waits, for a reason that nobody gave; return whether it still waited."""
    row = locked(pk)
    if not row.is_open:
        return False
    end_time(row, None)
    reason = concern.value
    advance(row, BookingStatus.CANCELLED, kind=EventKind.CANCELLED, actor=None, party="", reason=reason)
    tell_ended(row, actor=None)
    return True


def to_come_of(lecturer_id: int) -> QuerySet[BookingRequest]:
    """Return what the lecturer is asked for or agreed and has not begun."""
    alive = (BookingStatus.PENDING, BookingStatus.ACCEPTED)
    rows = BookingRequest.objects.filter(lecturer_id=lecturer_id, status__in=alive, starts_at__gt=now())
    return rows.select_related("lecturer")


def local_day(row: BookingRequest) -> date:
    """Return the day of the lesson where the lecturer is."""
    return row.starts_at.astimezone(ZoneInfo(row.lecturer.zone)).date()


def fits(row: BookingRequest, windows: list[list[str]]) -> bool:
    """Return whether the lesson lies within one of the day's windows, written as "09:00" to "24:00"."""
    start = row.starts_at.astimezone(ZoneInfo(row.lecturer.zone))
    begins = start.hour * 60 + start.minute
    return any(minute_of(opens) <= begins and begins + row.minutes <= minute_of(closes) for opens, closes in windows)


def minute_of(wall: str) -> int:
    """Return a time of the day in minutes."""
    hours, minutes = wall.split(":")
    return int(hours) * 60 + int(minutes)


def flag(rows: QuerySet[BookingRequest], concern: Concern) -> int:
    """Mark agreed lessons that have not begun and tell of requests that wait; return how many were marked."""
    found = rows.filter(concern="", starts_at__gt=now())
    marked = 0
    for pk in list(found.values_list("pk", flat=True)):
        row = locked(pk)
        if not is_touched(row, concern):
            continue  # called off, held or flagged meanwhile, or told before
        if row.is_agreed:
            BookingRequest.objects.filter(pk=pk).update(concern=concern)
            row.concern = concern
            marked += 1
        write_event(row, EventKind.FLAGGED, actor=None, reason=concern.value)
        tell_concern(row)
    return marked


def is_touched(row: BookingRequest, concern: Concern) -> bool:
    """Return whether there is something to tell: an agreed lesson without a concern, a request not yet told of this one."""
    if row.is_open:
        return not row.events.filter(kind=EventKind.FLAGGED, reason=concern.value).exists()
    return row.is_agreed and not row.concern


@transaction.atomic
def keep(booking: BookingRequest, *, actor: User, reason: str = "") -> BookingRequest:
    """Decide that an agreed lesson takes place all the same.

    Raises StaleState when there is nothing to decide, DomainError (`not_yours`, 403) for strangers.
    """
    row = locked(booking.pk)
    if not row.waits_for_decision:
        raise StaleState(_("There is nothing to decide any more."))
    speaks = parties_of(actor, row)
    if not speaks:
        raise DomainError(_("This is not yours to decide."), code="not_yours", status=403)
    BookingRequest.objects.filter(pk=row.pk).update(concern="")
    row.concern = ""
    write_event(row, EventKind.KEPT, actor=actor, party=speaks[0], reason=reason.strip())
    return row
