"""The lecturer's time: what may be asked for, what a request keeps, and which other times are free."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.booking.models import BookingRequest
from cms.booking.queries import SOURCE_KIND, overlapping
from cms.core.clock import now
from cms.core.errors import DomainError, InvalidInput
from cms.lecturers.errors import CapReached, SlotTaken
from cms.lecturers.models import LONGEST_LESSON, Lecturer
from cms.lecturers.queries import alternatives_near, calendars_of, occupied_span
from cms.lecturers.services import hold, release_source
from cms.lecturers.services.occupations import TAKEN, check_caps
from cms.lecturers.slots import Slot

SHORTEST_LESSON = 10
MOST_ALTERNATIVES = 3
CAP_DAYS = timedelta(days=45)


def occupy(booking: BookingRequest, *, binding: bool) -> None:
    """Give the lecturer's time to the request; raises SlotTaken or CapReached."""
    span = occupied_span(booking.lecturer, booking.starts_at, booking.ends_at)
    hold(
        booking.lecturer,
        start=booking.starts_at,
        end=booking.ends_at,
        occupied_from=span[0],
        occupied_to=span[1],
        source_kind=SOURCE_KIND,
        source_id=booking.pk,
        binding=binding,
    )


def let_go(booking: BookingRequest) -> None:
    """Give back what the request keeps of the lecturer's time, if anything."""
    release_source(SOURCE_KIND, booking.pk)


@contextmanager
def with_alternatives(booking: BookingRequest, *, near: datetime | None = None) -> Iterator[None]:
    """Add other times to what refuses the act because the time is given away; they are read after it was undone."""
    try:
        yield
    except (SlotTaken, CapReached) as taken:
        raise offering(taken, booking.lecturer, near or booking.starts_at, booking.minutes) from None


def offering(refused: DomainError, lecturer: Lecturer, near: datetime, minutes: int) -> DomainError:
    """Return the refusal of a time with up to three free ones, nearest first."""
    refused.fields.setdefault("start", [refused.message])
    refused.details["alternatives"] = [
        {"start": slot.start.isoformat(), "end": slot.end.isoformat()} for slot in other_times(lecturer, near, minutes)
    ]
    return refused


def other_times(lecturer: Lecturer, near: datetime, minutes: int) -> list[Slot]:
    """Return up to three free times for a lesson of this length; nothing is near what is over or too far ahead."""
    if not SHORTEST_LESSON <= minutes <= LONGEST_LESSON:
        return []
    last = now() + timedelta(days=lecturer.horizon_days)
    return alternatives_near(lecturer, min(max(near, now()), last), minutes, count=MOST_ALTERNATIVES)


def refuse(field: str, sentence: str | Promise, *, code: str = "invalid") -> InvalidInput:
    """Return the refusal of one field."""
    return InvalidInput(sentence, code=code, fields={field: [sentence]})


def check_bookable(lecturer: Lecturer, starts_at: datetime) -> None:
    """Raise InvalidInput when the lecturer is not appointed on the day, or not available; the reason is not told."""
    if not is_bookable(lecturer, starts_at):
        raise refuse("start", _("The lecturer takes no requests for this day."), code="not_bookable")


def is_bookable(lecturer: Lecturer, starts_at: datetime) -> bool:
    """Return whether the lecturer is appointed and available on the day, and of an organisation that is open."""
    day = starts_at.astimezone(ZoneInfo(lecturer.zone)).date()
    calendar = calendars_of([lecturer], day, day)[lecturer.pk]
    return calendar.serves_on(day) and lecturer.organisation.is_active


def check_time(
    lecturer: Lecturer, starts_at: datetime, minutes: int, *, but: BookingRequest | None = None, own: bool = False
) -> None:
    """Raise InvalidInput for a time that cannot be, SlotTaken or CapReached for one that is no longer free.

    `but` is the request that may keep the time itself already. With `own` the lecturer's side proposes it: then the
    offered hours, the notice and the horizon do not bind.
    """
    check_shape(starts_at, minutes)
    if starts_at <= now():
        raise refuse("start", _("This time has passed. Please choose a later one."), code="past")
    if not own:
        check_reach(lecturer, starts_at)
    check_bookable(lecturer, starts_at)
    occupied_from, occupied_to = occupied_span(lecturer, starts_at, starts_at + timedelta(minutes=minutes))
    if overlapping(lecturer, occupied_from, occupied_to, but=but).exists():
        raise SlotTaken(TAKEN)
    around = overlapping(lecturer, starts_at - CAP_DAYS, starts_at + CAP_DAYS, but=but)
    check_caps(lecturer, starts_at, around)
    if not own and not is_offered(lecturer, starts_at, minutes):
        raise refuse(
            "start",
            _("The lecturer has no hours then. Please choose one of the times shown on the lecturer's page."),
            code="outside_hours",
        )


def check_shape(starts_at: datetime, minutes: int) -> None:
    """Raise InvalidInput for a length that cannot be, or a beginning that is not on a whole minute."""
    if starts_at.second or starts_at.microsecond:
        raise refuse("start", _("A lesson begins on a whole minute."))
    if not SHORTEST_LESSON <= minutes <= LONGEST_LESSON:
        sentence = _("A lesson takes between %(least)s and %(most)s minutes.")
        raise refuse("end", sentence % {"least": SHORTEST_LESSON, "most": LONGEST_LESSON}, code="length")


def check_reach(lecturer: Lecturer, starts_at: datetime) -> None:
    """Raise InvalidInput for a time that is too near or too far ahead."""
    moment = now()
    if starts_at < moment + timedelta(minutes=lecturer.notice_minutes):
        hours = -(-lecturer.notice_minutes // 60)
        raise refuse("start", _("Please ask at least %(hours)s hours ahead.") % {"hours": hours}, code="too_soon")
    zone = ZoneInfo(lecturer.zone)
    last = moment.astimezone(zone).date() + timedelta(days=lecturer.horizon_days)
    if starts_at.astimezone(zone).date() > last:
        sentence = _("Requests reach at most %(days)s days ahead.") % {"days": lecturer.horizon_days}
        raise refuse("start", sentence, code="too_far")


def is_offered(lecturer: Lecturer, starts_at: datetime, minutes: int) -> bool:
    """Return whether the lecturer's hours have a beginning exactly then, whatever else is given away."""
    day = starts_at.astimezone(ZoneInfo(lecturer.zone)).date()
    calendar = replace(calendars_of([lecturer], day, day)[lecturer.pk], occupations=())
    return any(slot.start == starts_at for slot in calendar.slots(day, day, minutes))
