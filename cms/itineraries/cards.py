"""A route's plan in words: rows of the day, sentences about what clashes, the drawing."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.accounts.models import User
from cms.core.templatetags.core_tags import local_date
from cms.itineraries.enums import Transport
from cms.itineraries.feasibility import Rule
from cms.itineraries.models import ItineraryPage
from cms.itineraries.plans import Ask, Plan, Station, Way, clash_words, fits, kilometres, place_name
from cms.itineraries.queries import lessons_at, open_places, routes_to_choose_from, speakers_at
from cms.lecturers.models import Lecturer
from cms.lessons.cards import lesson_card
from cms.taxonomy.queries import is_visible_to
from cms.venues.cards import day_words
from cms.venues.datum import from_wgs
from cms.venues.hours import HOUR, clock_words
from cms.venues.models import minute_of
from cms.venues.schematic import HEIGHT, WIDTH, draw, leg

# Of so many routes, the newest first, one is looked for that is open on a day.
CANDIDATES = 24
ICONS = {Transport.WALK.value: "walk"}


def address_of(ask: Ask, **changes: Any) -> str:
    """Return the page's address with what was asked for, changed in parts."""
    asked = {
        "on": changes.get("on", ask.on).isoformat(),
        "heads": changes.get("heads", ask.heads) or "",
        "skip": ",".join(map(str, sorted(changes.get("skipped", ask.skipped)))),
        "order": ",".join(map(str, changes.get("order", ask.order))),
    }
    return "?" + urlencode({name: value for name, value in asked.items() if value})


def alert_of(plan: Plan) -> dict[str, Any] | None:
    """Return the warning about the first stop that cannot be visited, with the two ways out of it."""
    station = plan.first_hard
    if station is None:
        return None
    ask, name = plan.ask, place_name(station)
    clash = next(clash for clash in station.visit.clashes if clash.is_hard)
    more = [row.number for row in plan.calls if row.visit.is_hard and row is not station]
    text = _("%(name)s: %(words)s.") % {"name": name, "words": clash_words(station, clash)}
    if more:
        text += _(" Stops %(numbers)s clash too.") % {"numbers": _(", ").join(map(str, more))}
    headings = {
        Rule.CLOSED_DAY: _("%(day)s: stop %(number)s is closed"),
        Rule.NOTICE: _("%(day)s: stop %(number)s wants to know earlier"),
        Rule.CAPACITY: _("%(day)s: stop %(number)s is too small for all at once"),
    }
    heading = headings.get(clash.rule, _("%(day)s: stop %(number)s does not fit"))
    found = {
        "title": heading % {"day": local_date(station.visit.on), "number": station.number},
        "text": text,
        "skip_url": address_of(ask, skipped=ask.skipped | {row.number for row in plan.calls if row.visit.is_hard}),
        "skip_label": _("Keep the day, leave these stops out") if more else _("Keep the day, leave this stop out"),
    }
    if plan.other_day is not None and plan.other_day != ask.on:
        found["day_url"] = address_of(ask, on=plan.other_day)
        found["day_label"] = _("Change to %(day)s") % {"day": local_date(plan.other_day)}
    return found


def better_of(plan: Plan) -> dict[str, str] | None:
    """Return the suggestion of another order."""
    better = plan.better
    if better is None:
        return None
    numbers = [number for number in better.numbers if any(row.number == number for row in plan.calls)]
    of_day = [number for number in numbers if next(r for r in plan.calls if r.number == number).stop.day == better.day]
    order = " → ".join(map(str, of_day))
    if better.saved > 0:
        text = _("In the order %(order)s the day ends %(minutes)s minutes earlier.") % {
            "order": order,
            "minutes": better.saved,
        }
    else:
        text = _("In the order %(order)s every place is open when you come.") % {"order": order}
    return {"text": text, "url": address_of(plan.ask, order=better.numbers), "label": _("Show it in this order")}


def days_of(page: ItineraryPage, plan: Plan, user: User | AnonymousUser) -> list[dict[str, Any]]:
    """Return the plan day by day, each with its rows, with the lessons and lecturers that the person may see."""
    stops = [station.stop for station in plan.calls]
    lessons, speakers = lessons_at(stops, user), speakers_at(stops, user)
    days: list[dict[str, Any]] = []
    for station in plan.calls:
        if not days or days[-1]["number"] != station.stop.day:
            days.append({"number": station.stop.day, "date": local_date(station.visit.on), "rows": []})
        lesson = lessons.get(station.stop.lesson_id or 0)
        days[-1]["rows"].append(
            row_of(station)
            | {
                "lesson": lesson_card(lesson, user) if lesson is not None else None,
                "speaker": speaker_of(speakers.get(station.stop.lecturer_id or 0)),
            }
        )
    first = days[0] if days else None
    if first is not None and page.meeting_point:
        first["meet"] = {
            "time": clock_words(minute_of(page.starts_at)),
            "point": page.meeting_point,
            "way": way_words(Way(page.first_way_minutes, None, Transport.DRIVE)) if page.first_way_minutes else "",
        }
    return days


def row_of(station: Station) -> dict[str, Any]:
    """Return one stop of the plan."""
    stop, visit, way = station.stop, station.visit, station.way
    return {
        "number": station.number,
        "time": clock_words(visit.begins),
        "stay": stop.stay_minutes,
        "name": place_name(station),
        "url": "" if station.hidden else stop.venue.get_absolute_url(),
        "hours": hours_of(station),
        "facts": "" if station.hidden else stop.venue.access_note,
        "note": stop.note,
        "discussion": stop.discussion,
        "shut": visit.is_hard,
        "clashes": [{"words": clash_words(station, clash), "hard": clash.is_hard} for clash in visit.clashes],
        "way": {"words": way_words(way), "icon": ICONS.get(way.transport, "bus")} if way is not None else None,
    }


def speaker_of(lecturer: Lecturer | None) -> dict[str, str] | None:
    """Return who speaks at a stop, with the page on which the person is asked."""
    if lecturer is None:
        return None
    who = " · ".join(part for part in (lecturer.name, lecturer.post) if part)
    return {"words": _("Speaks here: %(who)s") % {"who": who}, "url": lecturer.get_absolute_url()}


def hours_of(station: Station) -> str:
    """Return the hours of the stop's day where nothing clashes; of a hidden place only that it fits."""
    if station.visit.clashes:
        return ""
    return _("fits on this day") if station.hidden else day_words(station.stop.venue.hours, station.visit.on)


def way_words(way: Way) -> str:
    """Return the way in words: by coach 25 minutes, 14 km."""
    how = {
        Transport.WALK.value: _("on foot %(minutes)s minutes"),
        Transport.BOAT.value: _("by boat %(minutes)s minutes"),
    }.get(way.transport, _("by coach %(minutes)s minutes"))
    words = how % {"minutes": way.minutes}
    if way.metres is None:
        return words
    return _("%(words)s, about %(km)s km") % {"words": words, "km": km_words(way.metres / 1000)}


def km_words(kilometres_: float) -> str:
    """Return kilometres, with one digit below ten."""
    return f"{kilometres_:.1f}" if kilometres_ < 10 else f"{kilometres_:.0f}"  # noqa: PLR2004  # a digit below ten


def facts_of(page: ItineraryPage, plan: Plan) -> list[str]:
    """Return the line of facts: stops, hours in all, kilometres."""
    count = len(plan.calls)
    facts = [ngettext("%(count)s stop", "%(count)s stops", count) % {"count": count}]
    minutes = 0
    for day in {station.stop.day for station in plan.calls}:
        last = [station for station in plan.calls if station.stop.day == day][-1]
        minutes += last.visit.leaves - minute_of(page.starts_at)
    if minutes:
        facts.append(
            _("about %(hours)s h %(minutes)s min in all") % {"hours": minutes // HOUR, "minutes": minutes % HOUR}
        )
    ways = kilometres(plan)
    if ways["drive"]:
        facts.append(_("%(km)s km by coach") % {"km": km_words(ways["drive"])})
    if ways["walk"]:
        facts.append(_("%(km)s km on foot") % {"km": km_words(ways["walk"])})
    return facts


def map_of(plan: Plan) -> dict[str, Any] | None:
    """Return the drawing of the stops that are open to the person and whose position is known."""
    shown = [(station, point) for station in plan.calls if (point := station.point) is not None]
    if not shown:
        return None
    dots = draw([(point, station.stop.venue.name) for station, point in shown])
    legs = [
        {
            "path": leg(dots[place], dots[place + 1], place),
            "css": "is-walk" if (way := shown[place][0].way) is not None and way.transport == "walk" else "",
        }
        for place in range(len(dots) - 1)
    ]
    rows = [
        {"dot": dot, "number": station.number, "css": "is-shut" if station.visit.is_hard else "is-numbered"}
        for dot, (station, _point) in zip(dots, shown, strict=True)
    ]
    return {"width": WIDTH, "height": HEIGHT, "dots": rows, "legs": legs}


def points_of(plan: Plan) -> list[dict[str, Any]]:
    """Return numbers, names and positions for a map with tiles, in the datum of the tiles."""
    datum = settings.MAP_TILES_DATUM
    return [
        {
            "number": row.number,
            "name": row.stop.venue.name,
            "at": [round(part, 6) for part in from_wgs(point, datum)],
        }
        for row in plan.calls
        if (point := row.point) is not None
    ]


def route_cards(routes: Iterable[Any], request: HttpRequest) -> list[dict[str, Any]]:
    """Return routes of `queries.browse` as cards."""
    user = request.user
    return [
        {
            "url": route.get_url(request),
            "title": route.title,
            "picture": route.cover if route.cover is not None and is_visible_to(route.cover, user) else None,
            "icon": "route",
            "meta": [
                days_words(route.day_count or 1),
                ngettext("%(count)s stop", "%(count)s stops", route.stop_count) % {"count": route.stop_count},
                *route.theme_words,
                route.get_effort_display(),
            ],
            "state": "",
            "state_words": route.lead,
        }
        for route in routes
    ]


def route_for_day(request: HttpRequest, day: date, audiences: Collection[str]) -> dict[str, Any] | None:
    """Return the card of a route that the person can go on the day, for one of the audiences, or None.

    Its address has the day in it, so that the page opens with the plan of that day.
    """
    user = request.user
    routes = routes_to_choose_from(user, audiences, CANDIDATES)
    opened = open_places([stop for route in routes for stop in route.stops.all()], user)
    found = next((route for route in routes if fits(route, day, opened)), None)
    if found is None:
        return None
    ask = Ask(day, found.group_size)
    return route_cards([found], request)[0] | {"url": f"{found.get_url(request)}{address_of(ask)}"}


def days_words(days: int) -> str:
    """Return how many days a route takes."""
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def day_numbers(stops: Sequence[Any]) -> list[int]:
    """Return the days on which there are stops."""
    return sorted({stop.day for stop in stops})
