"""Places as cards, and their hours in words; rows come from `queries.with_hours`."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.core.clock import today
from cms.core.templatetags.core_tags import local_date
from cms.taxonomy.enums import Visibility
from cms.taxonomy.queries import is_visible_to
from cms.venues.datum import Point, from_wgs, metres_between, to_wgs
from cms.venues.enums import WEEKDAY_CHOICES, Datum
from cms.venues.hours import ALL_DAY, Hours, Span, clock_words, exception_on, next_open_day, spans_on
from cms.venues.models import Venue
from cms.venues.plausibility import Doubt, doubt_about
from cms.venues.schematic import HEIGHT, WIDTH, draw

OPEN, CLOSED, UNKNOWN = "open", "closed", "unknown"
BADGES = {OPEN: "ok", CLOSED: "warn", UNKNOWN: ""}


def spans_words(spans: Iterable[Span]) -> str:
    """Return spans as they are read: 09:00–12:00, 14:00–17:00."""
    found = tuple(spans)
    return _("all day") if found == ALL_DAY else _(", ").join(one.words for one in found)


def state_on(hours: Hours, day: date) -> str:
    """Return whether the place is open on the day, closed, or nobody knows."""
    if spans_on(hours, day):
        return OPEN
    return CLOSED if hours.known or exception_on(hours, day) is not None else UNKNOWN


def day_words(hours: Hours, day: date) -> str:
    """Return one sentence about a day: the hours, why it is closed and when it opens next, or that nobody knows."""
    spans = spans_on(hours, day)
    if spans:
        return _("open %(hours)s") % {"hours": spans_words(spans)}
    exception = exception_on(hours, day)
    if exception is None and not hours.known:
        return _("Hours are not known yet. Please ask before you go.")
    following = next_open_day(hours, day)
    parts = [
        _("closed (%(reason)s)") % {"reason": exception.reason}
        if exception and exception.reason
        else _("closed all day")
    ]
    if following is not None:
        parts.append(_("open again on %(day)s") % {"day": local_date(following)})
    return _(", ").join(parts)


def day_answer(hours: Hours, day: date) -> dict[str, str]:
    """Return what the page says about a chosen day."""
    state = state_on(hours, day)
    return {"day": local_date(day), "kind": BADGES[state] or "info", "words": day_words(hours, day)}


def week_rows(hours: Hours) -> list[list[str]]:
    """Return the week as rows of weekday, hours and last entry; nothing when nobody knows."""
    if not hours.known:
        return []
    # Any week without exceptions: only the rules are shown here, exceptions stand below.
    plain = Hours(hours.weekly, hours.closed, (), hours.always, hours.known)
    monday = date(2024, 1, 1)
    rows = []
    for number, name in WEEKDAY_CHOICES:
        spans = spans_on(plain, monday + timedelta(days=number))
        entries = [clock_words(one.last_entry) for one in spans if one.last_entry < one.closes - 1]
        rows.append([str(name), spans_words(spans) if spans else _("closed all day"), _(", ").join(entries) or "—"])
    return rows


def exception_rows(hours: Hours) -> list[list[str]]:
    """Return the exceptions that are not over, as rows of days, hours and reason."""
    rows = []
    for row in hours.exceptions:
        if row.last < today():
            continue
        days = local_date(row.first)
        if row.last != row.first:
            days = _("%(first)s to %(last)s") % {"first": days, "last": local_date(row.last)}
        rows.append([days, spans_words(row.spans) if row.spans else _("closed all day"), row.reason or "—"])
    return rows


def venue_cards(venues: Iterable[Venue], user: User | AnonymousUser) -> list[dict[str, Any]]:
    """Return cards of places that a query already found open to the person."""
    return [venue_card(venue, user) for venue in venues]


def venue_card(venue: Venue, user: User | AnonymousUser) -> dict[str, Any]:
    """Return one card: picture, name, kind and region, whether it is open today."""
    hours, picture = venue.hours, venue.picture
    state = state_on(hours, today())
    return {
        "url": venue.get_absolute_url(),
        "title": venue.name,
        "picture": picture if picture is not None and is_visible_to(picture, user) else None,
        "icon": "pin",
        "badge": _("model site") if venue.is_model else "",
        "meta": [venue.get_kind_display(), str(venue.region) if venue.region else "", str(venue.organisation)],
        "state": state,
        "state_words": _("today: %(words)s") % {"words": day_words(hours, today())} if state != UNKNOWN else "",
    }


def open_to(venue: Venue) -> str:
    """Return a sentence about whom the place is open to, or nothing when that is everybody."""
    if venue.visibility == Visibility.ORGANISATION and venue.visible_organisation is not None:
        return _("Open to %(organisation)s and all below it.") % {"organisation": venue.visible_organisation}
    if venue.visibility == Visibility.ROLE:
        return _("Open to people on duty as %(role)s.") % {"role": venue.get_visible_role_display()}
    return ""


def surroundings(venue: Venue, others: Iterable[Venue]) -> dict[str, Any] | None:
    """Return the drawing of a place and those near it, or None for a place without a position."""
    here = venue.point
    if here is None:
        return None
    rows = [(venue, here), *((other, point) for other in others if (point := other.point) is not None)]
    dots = draw([(Point(*point), row.name) for row, point in rows])
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "dots": [
            {
                "dot": dot,
                "number": "",
                "css": "is-here" if place == 0 else "",
                "url": row.get_absolute_url() if place else "",
            }
            for place, (dot, (row, _point)) in enumerate(zip(dots, rows, strict=True))
        ],
        "legs": [],
    }


def doubt_of(venue: Venue) -> Doubt | None:
    """Return what speaks against the position as it was entered; a place without one is not on the map at all."""
    if venue.entered is None:
        return Doubt("none")
    box = venue.region.box if venue.region is not None else None
    return doubt_about(venue.entered, venue.entered_datum, box)


def doubt_words(venue: Venue) -> str:
    """Return a sentence about what speaks against the position as it was entered, or nothing."""
    doubt = doubt_of(venue)
    if doubt is None:
        return ""
    if doubt.code == "none":
        return _("The place has no position: it is on no map, and routes cannot estimate the way to it.")
    known = venue.region is not None and venue.region.box is not None
    where = str(venue.region) if known else _("China")
    if doubt.code == "datum":
        return _(
            "Read as %(given)s the point lies outside of %(where)s; read as %(other)s it lies inside. If your map is that"
            " one, choose %(other)s here; else look at the point again."
        ) % {"given": Datum(venue.entered_datum).label, "other": Datum(doubt.datum).label, "where": where}
    if doubt.code == "swapped":
        return _("The point lies outside of %(where)s. Latitude and longitude seem to be swapped.") % {"where": where}
    return _("The point lies outside of %(where)s. Please look at it again.") % {"where": where}


def position_words(venue: Venue) -> dict[str, Any]:
    """Return what the admin shows of the position that was entered, as saving would store it.

    In it are `typed` and `stored`, how far the point `moved` by being converted, the point in each datum, whether it
    lies `inside` of its region where the region's edges are known, and what speaks against it.
    """
    entered = venue.entered
    if entered is None:
        # Nobody is reminded of it before the place is stored.
        return {"positions": [], "doubt": doubt_words(venue) if venue.pk else ""}
    stored = to_wgs(entered, venue.entered_datum)
    box = venue.region.box if venue.region is not None else None
    metres = round(metres_between(entered, stored))
    return {
        "datum": Datum(venue.entered_datum).label,
        "typed": degrees(entered),
        "stored": degrees(stored),
        "moved": _("Moved by %(metres)s m from the point as it was typed.") % {"metres": metres}
        if metres
        else _("Nothing has to be converted."),
        "positions": [(datum.label, degrees(from_wgs(stored, datum))) for datum in Datum],
        "inside": _("Lies in %(region)s.") % {"region": venue.region} if box is not None and box.holds(stored) else "",
        "doubt": doubt_words(venue),
    }


def degrees(point: Point) -> str:
    """Return a point to a decimetre, latitude first."""
    return f"{point.latitude:.6f}, {point.longitude:.6f}"
