"""A route on a chosen date: when one arrives and leaves, where one waits, and what clashes with which rule of a place.

Minutes of the local day; a day that runs past midnight counts on (1500 is one in the morning).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cms.venues.hours import Hours, exception_on, next_open_day, spans_on


class Rule(StrEnum):
    """What a plan may break."""

    CLOSED_DAY = "closed_day"
    BEFORE_OPENING = "before_opening"
    AFTER_LAST_ENTRY = "after_last_entry"
    AFTER_CLOSING = "after_closing"
    CAPACITY = "capacity"
    NOTICE = "notice"
    UNKNOWN_HOURS = "unknown_hours"
    NOT_THAT_DAY = "not_that_day"


# One may go all the same: by waiting, or by asking first.
SOFT = frozenset({Rule.BEFORE_OPENING, Rule.UNKNOWN_HOURS})


@dataclass(frozen=True)
class Stop:
    """A stop as the reckoning needs it. `way` are minutes to the next stop of the same day.

    Of a `hidden` one only the day is looked at: whoever may not see a place could else ask its hours, its room and its
    notice out of the plan, one question after another.
    """

    name: str
    day: int
    stay: int
    way: int
    hours: Hours
    capacity: int | None = None
    notice_days: int = 0
    hidden: bool = False


@dataclass(frozen=True)
class Clash:
    """A rule that is broken at a stop; `number` is what its sentence needs: minutes waited, a capacity, days, a minute."""

    rule: Rule
    number: int = 0

    @property
    def is_hard(self) -> bool:
        """Whether the stop cannot be visited like this."""
        return self.rule not in SOFT


@dataclass(frozen=True)
class Visit:
    """One stop on its date."""

    place: int
    on: date
    arrives: int
    begins: int
    leaves: int
    clashes: tuple[Clash, ...]

    @property
    def waits(self) -> int:
        """Minutes at the door."""
        return self.begins - self.arrives

    @property
    def is_hard(self) -> bool:
        """Whether something makes the visit impossible."""
        return any(clash.is_hard for clash in self.clashes)


def plan(
    stops: Sequence[Stop], *, first_day: date, starts: int, first_way: int = 0, heads: int | None = None, today: date
) -> list[Visit]:
    """Return the visits in order. The first day begins with `first_way` minutes to its first stop.

    What clashes is named and the plan goes on as if one had been let in, so that later stops are looked at too.
    """
    visits: list[Visit] = []
    clock, day = starts + first_way, 1
    for place, stop in enumerate(stops):
        if stop.day != day:
            clock, day = starts, stop.day
        on = first_day + timedelta(days=stop.day - 1)
        begins, clashes = entry(stop, on, clock)
        clashes += limits(stop, on, heads=heads, today=today)
        visits.append(Visit(place, on, clock, begins, begins + stop.stay, tuple(clashes)))
        clock = begins + stop.stay + stop.way
    return visits


def entry(stop: Stop, on: date, arrives: int) -> tuple[int, list[Clash]]:
    """Return when the visit begins, and what the hours of the day have against it."""
    if stop.hidden:
        return arrives, [Clash(Rule.NOT_THAT_DAY)] if is_shut(stop.hours, on) else []
    spans = spans_on(stop.hours, on)
    if not spans:
        return arrives, [Clash(Rule.CLOSED_DAY if is_shut(stop.hours, on) else Rule.UNKNOWN_HOURS)]
    for span in spans:
        begins = max(arrives, span.opens)
        if begins <= span.last_entry and begins + stop.stay <= span.closes:
            waited = begins - arrives
            return begins, [Clash(Rule.BEFORE_OPENING, waited)] if waited else []
    last = spans[-1]
    if arrives > last.last_entry:
        return arrives, [Clash(Rule.AFTER_LAST_ENTRY, last.last_entry)]
    return max(arrives, last.opens), [Clash(Rule.AFTER_CLOSING, last.closes)]


def is_shut(hours: Hours, on: date) -> bool:
    """Return whether the place is known to be closed all day."""
    return not spans_on(hours, on) and (hours.known or exception_on(hours, on) is not None)


def limits(stop: Stop, on: date, *, heads: int | None, today: date) -> list[Clash]:
    """Return what capacity and notice have against the visit."""
    found: list[Clash] = []
    if stop.hidden:
        return found
    if heads is not None and stop.capacity is not None and heads > stop.capacity:
        found.append(Clash(Rule.CAPACITY, stop.capacity))
    if on - today < timedelta(days=stop.notice_days):
        found.append(Clash(Rule.NOTICE, stop.notice_days))
    return found


def clash_free_day(
    stops: Sequence[Stop], *, start: date, starts: int, first_way: int = 0, heads: int | None = None, today: date
) -> date | None:
    """Return the first day within two months on which nothing makes a stop impossible, or None."""
    for ahead in range(62):
        day = start + timedelta(days=ahead)
        visits = plan(stops, first_day=day, starts=starts, first_way=first_way, heads=heads, today=today)
        if not any(visit.is_hard for visit in visits):
            return day
    return None


def closed_weekdays(stops: Iterable[Stop]) -> dict[int, list[int]]:
    """Return the weekdays of beginning (Monday 0) on which a stop is closed by its weekly rules, with the stops."""
    shut: dict[int, list[int]] = {}
    monday = date(2024, 1, 1)
    for place, stop in enumerate(stops):
        weekly = Hours(stop.hours.weekly, stop.hours.closed, (), stop.hours.always, stop.hours.known)
        if not weekly.known or next_open_day(weekly, monday, within=7) is None:
            continue
        for weekday in range(7):
            if not spans_on(weekly, monday + timedelta(days=weekday + stop.day - 1)):
                shut.setdefault(weekday, []).append(place)
    return shut
