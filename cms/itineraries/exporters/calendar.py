"""One day of a route as a calendar (RFC 5545); the same plan gives the same bytes."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone
from icalendar import Calendar, Event, vGeo

from cms.itineraries.models import ItineraryPage
from cms.itineraries.plans import Plan, Station, clash_words, place_name

PRODUCT = "-//weike//itineraries//ZH"


def calendar_of(page: ItineraryPage, plan: Plan, *, day: int) -> bytes:
    """Return the day's stops as events; a stop that cannot be visited says so in its text."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for row in plan.calls:
        if row.stop.day == day:
            calendar.add_component(event_of(page, row))
    content: bytes = calendar.to_ical()
    return content


def event_of(page: ItineraryPage, row: Station) -> Event:
    """Return one stop as an event. Its stamp is the publication of the route, so that nothing changes by itself."""
    event, visit = Event(), row.visit
    event.add("uid", f"route-{page.pk}-{row.number}-{visit.on:%Y%m%d}@weike")
    event.add("dtstamp", (page.last_published_at or datetime(2026, 1, 1, tzinfo=UTC)).replace(microsecond=0))
    midnight = timezone.make_aware(datetime(visit.on.year, visit.on.month, visit.on.day))  # noqa: DTZ001  # made aware
    event.add("dtstart", (midnight + timedelta(minutes=visit.begins)).astimezone(UTC))
    event.add("dtend", (midnight + timedelta(minutes=visit.leaves)).astimezone(UTC))
    event.add("summary", f"{row.number} {place_name(row)}")
    lines = [clash_words(row, clash) for clash in visit.clashes] + [row.stop.note, row.stop.discussion]
    event.add("description", "\n".join([page.title, *(line for line in lines if line)]))
    venue = row.stop.venue
    if not row.hidden:
        event.add("location", " ".join(part for part in (venue.name, venue.address) if part))
        if venue.point is not None:
            event.add("geo", vGeo((round(venue.point.latitude, 6), round(venue.point.longitude, 6))))
    return event
