"""The best order of a day's stops: the one that ends first, with stays, ways and the hours of every place.

Exact, by dynamic programming over subsets (Held and Karp, 1962, with time windows): who reaches a set of stops earlier
is never worse off later, because a visit that may begin at some minute may as well wait for it. Minutes everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cms.venues.hours import Span

MOST_STOPS = 12
NEVER = 10**9


@dataclass(frozen=True)
class Call:
    """A stop to be put in order: how long one stays and when one may be inside."""

    stay: int
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Order:
    """Positions of the stops in the best order, and the minute at which the last visit ends."""

    places: tuple[int, ...]
    ends: int


def begins(call: Call, arrives: int) -> int:
    """Return the first minute from the arrival on at which the whole visit fits, or NEVER."""
    for span in call.spans:
        at = max(arrives, span.opens)
        if at <= span.last_entry and at + call.stay <= span.closes:
            return at
    return NEVER


def best_order(calls: Sequence[Call], ways: Sequence[Sequence[int]], *, starts: int) -> Order | None:
    """Return the order that ends first, or None when no order keeps all hours.

    `ways[i][j]` are the minutes from stop i to stop j; the day begins at `starts` at whichever stop comes first. Of
    orders that end at the same minute the one that changes the given order later wins. Raises ValueError for more than
    twelve stops.
    """
    count = len(calls)
    if count > MOST_STOPS:
        raise ValueError("more than twelve stops")
    if not count:
        return Order((), starts)
    if shut_out(calls, starts=starts):
        return None
    ends, came_from = reached(calls, ways, starts)
    whole = (1 << count) - 1
    last = min(range(count), key=lambda place: ends[whole][place])
    if ends[whole][last] >= NEVER:
        return None
    return Order(path_to(whole, last, came_from), ends[whole][last])


def reached(
    calls: Sequence[Call], ways: Sequence[Sequence[int]], starts: int
) -> tuple[list[list[int]], list[list[int]]]:
    """Return, for each set of stops and its last one, the earliest end and the stop before."""
    count = len(calls)
    ends = [[NEVER] * count for _set in range(1 << count)]
    came_from = [[-1] * count for _set in range(1 << count)]
    for place, call in enumerate(calls):
        at = begins(call, starts)
        if at < NEVER:
            ends[1 << place][place] = at + call.stay
    for done in range(1, 1 << count):
        outside = [place for place in range(count) if not done >> place & 1]
        for last in range(count):
            left = ends[done][last]
            if left < NEVER:
                for place in outside:
                    at = begins(calls[place], left + ways[last][place])
                    more = done | 1 << place
                    if at < NEVER and at + calls[place].stay < ends[more][place]:
                        ends[more][place], came_from[more][place] = at + calls[place].stay, last
    return ends, came_from


def path_to(whole: int, last: int, came_from: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Return the order that ends at `last` after all stops."""
    places = []
    done = whole
    while last >= 0:
        places.append(last)
        done, last = done & ~(1 << last), came_from[done][last]
    return tuple(reversed(places))


def shut_out(calls: Sequence[Call], *, starts: int) -> tuple[int, ...]:
    """Return the stops that cannot be visited on the day even if one goes there first."""
    return tuple(place for place, call in enumerate(calls) if begins(call, starts) >= NEVER)
