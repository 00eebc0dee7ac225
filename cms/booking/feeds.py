"""A person's lessons as an iCalendar file: the same bytes as long as nothing has changed."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration, vUri

from cms.accounts.models import User
from cms.booking.enums import BookingStatus
from cms.booking.models import BookingRequest
from cms.booking.queries import in_calendar
from cms.core.clock import now
from cms.core.logs import mask

KEPT = timedelta(days=366)
MOST_EVENTS = 2000
REFRESH = timedelta(hours=1)


def calendar_of(user: User, address_of: Callable[[str], str]) -> bytes:
    """Return the person's agreed lessons of the past year and to come, those called off among them.

    Where there are more than MOST_EVENTS, the earliest are left out. `address_of` makes a full address of a path. No
    contacts and no notes stand in it: others may read along.
    """
    latest = in_calendar(user, since=now() - KEPT).reverse()[:MOST_EVENTS]
    return write_calendar(reversed(latest), address_of)


def write_calendar(bookings: Iterable[BookingRequest], address_of: Callable[[str], str]) -> bytes:
    """Return the lessons as iCalendar (RFC 5545); how often to ask again as RFC 7986 and older readers have it."""
    calendar = Calendar()
    calendar.add("prodid", "-//Weike//Lessons//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", _("Lessons"))
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for booking in bookings:
        calendar.add_component(event_of(booking, address_of))
    written: bytes = calendar.to_ical()
    return written


def event_of(booking: BookingRequest, address_of: Callable[[str], str]) -> Event:
    """Return one lesson; everything in it comes from the row, so that asking twice gives the same bytes."""
    event = Event()
    event.add("uid", f"{booking.public_id}@booking.weike")
    event.add("dtstamp", instant(booking.changed_at))
    event.add("last-modified", instant(booking.changed_at))
    event.add("created", instant(booking.created_at))
    event.add("sequence", booking.sequence)
    event.add("status", "CANCELLED" if booking.status == BookingStatus.CANCELLED else "CONFIRMED")
    event.add("dtstart", instant(booking.starts_at))
    event.add("dtend", instant(booking.ends_at))
    event.add("summary", mask(booking.topic))
    if booking.where:
        event.add("location", mask(booking.where))
    if booking.venue is not None and booking.venue.point is not None:
        event.add("geo", booking.venue.point)
    event.add("description", f"{booking.organisation} · {booking.lecturer} · {booking.get_mode_display()}")
    event.add("url", vUri(address_of(booking.get_absolute_url())))
    return event


def instant(at: datetime) -> datetime:
    """Return the instant in UTC on a whole second, as iCalendar writes it."""
    return at.astimezone(UTC).replace(microsecond=0)


def entity_tag(body: bytes) -> str:
    """Return the ETag of a calendar."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'
