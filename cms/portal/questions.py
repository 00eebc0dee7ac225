"""What was asked, for editors: only what at least five people asked on one day, in numbers that move in steps of five.

A day on which fewer asked counts nowhere, for nobody is known again on another day: all of them may have been one person.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Max, Q, Sum

from cms.core.clock import today
from cms.portal.models import AskedText

SHOWN_FROM = STEP = 5
MOST_ROWS = 100
# Beside these an idea is looked for.
MOST_FOUND = 300
# Parts go to the next step, up or down, so that one person more or less does not move a text to another list.
NEAREST = STEP // 2
MOSTLY_MISSED = Q(missing_steps__gte=F("steps") - F("missing_steps"))
# One of ten opens something by mistake, or on the way to somewhere else.
HARDLY_OPENED = Q(steps__gt=F("opening_steps") * 10)


@dataclass(frozen=True, slots=True)
class Asked:
    """A text that many asked: how many at least (5, 10, 15 …), on how many days, and in the week from which Monday last."""

    text: str
    times: int
    days: int
    last: date


def not_found(days: int) -> list[Asked]:
    """Return what was mostly asked in vain in the last days, the most asked first."""
    return _asked(days, MOSTLY_MISSED)[:MOST_ROWS]


def not_opened(days: int) -> list[Asked]:
    """Return what was mostly found, and of which hardly anybody opened anything."""
    return _asked(days, ~MOSTLY_MISSED & HARDLY_OPENED)[:MOST_ROWS]


def asked_by_many(days: int) -> list[Asked]:
    """Return what was mostly found; so many asked it that everybody may be told."""
    return _asked(days, ~MOSTLY_MISSED)


def found_texts(days: int) -> list[str]:
    """Return what was mostly found."""
    return [each.text for each in asked_by_many(days)]


def _asked(days: int, condition: Q) -> list[Asked]:
    since = today() - timedelta(days=days)
    rows = (
        AskedText.objects.filter(day__gt=since, asked__gte=SHOWN_FROM)
        .order_by()
        .values("text")
        .annotate(times=Sum("asked"), days=Count("pk"), last=Max("day"), missing=Sum("missed"), openings=Sum("opened"))
        .annotate(steps=F("times") / STEP)
        .annotate(missing_steps=(F("missing") + NEAREST) / STEP, opening_steps=(F("openings") + NEAREST) / STEP)
        .filter(condition)
        .order_by("-steps", "text")
        .values_list("text", "steps", "days", "last")
    )
    return [Asked(text, steps * STEP, on, monday_of(last)) for text, steps, on, last in rows[:MOST_FOUND]]


def monday_of(day: date) -> date:
    """Return the first day of the week."""
    return day - timedelta(days=day.weekday())
