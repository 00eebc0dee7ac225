"""What pages and the API show of a lecturer: never a contact, never the reason of an absence."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.assets.models import SiteImage
from cms.core.clock import today
from cms.core.templatetags.core_tags import local_date
from cms.lecturers.models import Lecturer, LessonOffer
from cms.lecturers.queries import Calendar, calendars_of, free_slots, live_occupations, next_free
from cms.lecturers.queries.availability import covers
from cms.lecturers.slots import Slot
from cms.taxonomy.queries import is_visible_to

WEEK = timedelta(days=7)
FACES = ("", "b", "c")


def photo_of(lecturer: Lecturer, user: User | AnonymousUser) -> SiteImage | None:
    """Return the lecturer's photograph, if there is one that is open to the person."""
    photo = lecturer.photo
    return photo if photo is not None and is_visible_to(photo, user) else None


def lecturer_cards(
    lecturers: Iterable[Lecturer], user: User | AnonymousUser, *, then: Mapping[int, Slot] | None = None
) -> list[dict[str, Any]]:
    """Return what the cards of a page show, with the next free time of each; six queries for any number.

    Where people were sought who have time in a span, the first slot `then` of each stands there instead, and the card
    leads to it.
    """
    rows = list(lecturers)
    free, then = next_free(rows), then or {}
    return [
        {
            "lecturer": lecturer,
            "photo": photo_of(lecturer, user),
            "face": FACES[lecturer.pk % len(FACES)],
            "directions": getattr(lecturer, "directions", []),
            "next_free": free[lecturer.pk],
            **way_to(then.get(lecturer.pk)),
        }
        for lecturer in rows
    ]


def way_to(slot: Slot | None) -> dict[str, Any]:
    """Return the beginning of the slot that was sought and the query with which a lecturer's page has it chosen."""
    if slot is None:
        return {"asked": None, "query": ""}
    query = {"week": week_of(slot.start.date()), "start": slot.start.isoformat()}
    return {"asked": slot.start, "query": f"?{urlencode(query)}"}


def standing_rows(lecturers: Iterable[Lecturer]) -> list[dict[str, Any]]:
    """Return each lecturer with what holds today, in words; two queries for any number."""
    rows = list(lecturers)
    calendars = calendars_of(rows, today(), today())
    return [{"lecturer": row, **standing_of_today(calendars[row.pk])} for row in rows]


def standing_of_today(calendar: Calendar) -> dict[str, Any]:
    """Return the state of today with its words: not available, appointed until, or not appointed."""
    suspended = next((row for row in calendar.suspensions if covers(row, today())), None)
    if suspended is not None:
        words = _("not available until %(day)s") % {"day": local_date(suspended.ends_on)}
        return {"kind": "warn", "icon": "clock", "words": words if suspended.ends_on else _("not available")}
    terms = [row for row in calendar.terms if covers(row, today())]
    if not terms:
        return {"kind": "", "icon": "x", "words": _("not appointed today")}
    last = max(row.ends_on or date.max for row in terms)
    words = _("appointed") if last == date.max else _("appointed until %(day)s") % {"day": local_date(last)}
    return {"kind": "ok", "icon": "check", "words": words}


def week_of(day: date) -> date:
    """Return the Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def week_days(lecturer: Lecturer, monday: date, minutes: int) -> list[dict[str, Any]]:
    """Return the seven days with the times that are free, none of which overlaps another."""
    days: dict[date, list[Slot]] = {monday + timedelta(days=number): [] for number in range(7)}
    for slot in free_slots(lecturer, monday, monday + WEEK - timedelta(days=1), minutes):
        day = days[slot.start.date()]
        if not day or day[-1].end <= slot.start:
            day.append(slot)
    return [{"day": day, "slots": slots, "past": day < today()} for day, slots in days.items()]


def month_left(lecturer: Lecturer) -> int | None:
    """Return how many lessons more the lecturer can be asked for this month, None without a cap."""
    if lecturer.cap_month is None:
        return None
    this = today()
    taken = live_occupations().filter(lecturer=lecturer, starts_at__year=this.year, starts_at__month=this.month)
    return max(lecturer.cap_month - taken.count(), 0)


def languages(lecturer: Lecturer) -> str:
    """Return what the lecturer speaks."""
    standard = _("Standard Chinese")
    return _("%(one)s, %(other)s") % {"one": standard, "other": lecturer.dialect} if lecturer.dialect else standard


def reach(lecturer: Lecturer) -> str:
    """Return where the lecturer teaches, in words."""
    return " · ".join(str(mode.label) for mode in lecturer.modes)


def offer_line(offer: LessonOffer) -> list[str]:
    """Return the small print of a lesson on the menu."""
    minutes = _("%(minutes)s min") % {"minutes": offer.minutes}
    methods = [str(method) for method in offer.methods.all()]
    return [minutes, *methods, *(str(audience) for audience in offer.audiences.all())]
