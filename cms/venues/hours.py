"""When a place can be entered: weekly hours, weekdays on which it stays closed, dated exceptions, last entry.

Local wall time in minutes since midnight, half-open: at the minute of closing it is closed. 1440 is the next midnight.
A dated exception replaces the whole day; of several that hold a day the last one counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

MINUTES_A_DAY = 1440
A_YEAR_AHEAD = 366
HOUR = 60


@dataclass(frozen=True, order=True)
class Span:
    """From opening to closing; `last_entry` is the last minute at which somebody is let in."""

    opens: int
    closes: int
    last_entry: int

    @property
    def words(self) -> str:
        """The span as it is read: 09:00–17:00."""
        return f"{clock_words(self.opens)}–{clock_words(self.closes)}"


def span(opens: int, closes: int, last_entry: int | None = None) -> Span:
    """Return a span; without a last entry one may come in until the last minute before closing.

    Raises ValueError for hours that end before they begin, and for a last entry outside of them.
    """
    entry = closes - 1 if last_entry is None else last_entry
    if not 0 <= opens < closes <= MINUTES_A_DAY:
        raise ValueError("hours end before they begin")
    if not opens <= entry < closes:
        raise ValueError("last entry lies outside the hours")
    return Span(opens, closes, entry)


@dataclass(frozen=True)
class Exceptional:
    """Other hours from one day to another (both included); no spans mean closed."""

    first: date
    last: date
    spans: tuple[Span, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Hours:
    """All that is known of a place. `weekly` maps a weekday (Monday 0) to its spans.

    A weekday in `closed` is closed whatever `weekly` says. Not `known` means that nobody has looked it up yet.
    """

    weekly: dict[int, tuple[Span, ...]] = field(default_factory=dict)
    closed: frozenset[int] = frozenset()
    exceptions: tuple[Exceptional, ...] = ()
    always: bool = False
    known: bool = True


ALL_DAY = (Span(0, MINUTES_A_DAY, MINUTES_A_DAY - 1),)


def exception_on(hours: Hours, day: date) -> Exceptional | None:
    """Return the exception that replaces the day."""
    found = [row for row in hours.exceptions if row.first <= day <= row.last]
    return found[-1] if found else None


def spans_on(hours: Hours, day: date) -> tuple[Span, ...]:
    """Return the spans of a day in order, joined where they touch; none when it is closed or nothing is known."""
    exception = exception_on(hours, day)
    if exception is not None:
        return joined(exception.spans)
    if not hours.known or day.weekday() in hours.closed:
        return ()
    return ALL_DAY if hours.always else joined(hours.weekly.get(day.weekday(), ()))


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans in order; those that overlap or touch become one, with the last entry of the later end."""
    whole: list[Span] = []
    for one in sorted(spans):
        before = whole[-1] if whole else None
        if before is None or one.opens > before.closes:
            whole.append(one)
        elif one.closes > before.closes:
            whole[-1] = Span(before.opens, one.closes, one.last_entry)
    return tuple(whole)


def is_open(hours: Hours, moment: datetime) -> bool:
    """Return whether one who stands at the door at this local moment can be inside."""
    minute = moment.hour * HOUR + moment.minute
    return any(one.opens <= minute < one.closes for one in spans_on(hours, moment.date()))


def open_between(hours: Hours, day: date, arrives: int, leaves: int) -> bool:
    """Return whether a visit of the day fits: in at or before the last entry, out at or before closing."""
    return any(
        one.opens <= arrives <= one.last_entry and arrives <= leaves <= one.closes for one in spans_on(hours, day)
    )


def next_open_day(hours: Hours, start: date, *, within: int = A_YEAR_AHEAD) -> date | None:
    """Return the first day from `start` on that is open at all, or None within that many days."""
    days = (start + timedelta(days=ahead) for ahead in range(within))
    return next((day for day in days if spans_on(hours, day)), None)


def clock_words(minute: int) -> str:
    """Return a minute of the day as 09:05; past midnight it counts on (1440 is 24:00)."""
    return f"{minute // HOUR:02d}:{minute % HOUR:02d}"
