"""What was asked, for editors: only what so many asked, or on so many days, that no single person's question is shown."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Max, Q, Sum

from cms.core.clock import today
from cms.portal.models import AskedText

SHOWN_FROM, SHOWN_DAYS = 5, 3
MOST_ROWS = 100
# Beside these an idea is looked for.
MOST_FOUND = 300
MOSTLY_MISSED = Q(missing__gte=F("times") - F("missing"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A text with how often it was asked in a span of days, on how many of them, and on which last."""

    text: str
    times: int
    days: int
    last: date


def not_found(days: int) -> list[Asked]:
    """Return what was mostly asked in vain in the last days, the most asked first."""
    return _asked(days, MOSTLY_MISSED)[:MOST_ROWS]


def not_opened(days: int) -> list[Asked]:
    """Return what was mostly found, and of which nothing was ever opened."""
    return _asked(days, ~MOSTLY_MISSED & Q(openings=0))[:MOST_ROWS]


def asked_by_many(days: int) -> list[Asked]:
    """Return what was mostly found and asked so often that nobody is told anything about one person."""
    return _asked(days, ~MOSTLY_MISSED & Q(times__gte=SHOWN_FROM))


def found_texts(days: int) -> list[str]:
    """Return what was mostly found."""
    return [each.text for each in _asked(days, ~MOSTLY_MISSED)]


def _asked(days: int, condition: Q) -> list[Asked]:
    since = today() - timedelta(days=days)
    rows = (
        AskedText.objects.filter(day__gt=since)
        .order_by()
        .values("text")
        .annotate(times=Sum("asked"), days=Count("pk"), last=Max("day"), missing=Sum("missed"), openings=Sum("opened"))
        .filter(Q(times__gte=SHOWN_FROM) | Q(days__gte=SHOWN_DAYS), condition)
        .order_by("-times", "text")
        .values_list("text", "times", "days", "last")
    )
    return [Asked(*row) for row in rows[:MOST_FOUND]]
