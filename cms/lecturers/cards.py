"""What pages and the API show of a lecturer: never a contact, never the reason of an absence."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from cms.core.clock import today
from cms.lecturers.models import Lecturer, LessonOffer
from cms.lecturers.queries import free_slots, live_occupations, next_free
from cms.lecturers.slots import Slot

WEEK = timedelta(days=7)
FACES = ("", "b", "c")


def lecturer_cards(lecturers: Iterable[Lecturer]) -> list[dict[str, Any]]:
    """Return what the cards of a page show, with the next free time of each; six queries for any number."""
    rows = list(lecturers)
    free = next_free(rows)
    return [
        {
            "lecturer": lecturer,
            "face": FACES[lecturer.pk % len(FACES)],
            "directions": getattr(lecturer, "directions", []),
            "next_free": free[lecturer.pk],
        }
        for lecturer in rows
    ]


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
    return [minutes, *(str(audience) for audience in offer.audiences.all())]
