"""What a route answers to a chosen day: the plan of each day, what clashes, another day, another order."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from cms.core.clock import today
from cms.itineraries.enums import Transport
from cms.itineraries.feasibility import Clash, Rule, Stop, Visit, clash_free_day, is_shut, plan
from cms.itineraries.models import ItineraryPage, ItineraryStop
from cms.itineraries.order import MOST_STOPS, Call, Order, best_order
from cms.itineraries.travel import estimate, usual_transport, way_m
from cms.venues.cards import day_words
from cms.venues.datum import Point
from cms.venues.hours import ALL_DAY, Span, clock_words, spans_on
from cms.venues.models import minute_of

# Nobody turns a plan around for less.
WORTH_MINUTES = 10
# The best order of twelve stops takes a twentieth of a second; a route meets few kinds of days.
DAYS_KEPT = 512
OF_HOURS = frozenset({Rule.CLOSED_DAY, Rule.AFTER_LAST_ENTRY, Rule.AFTER_CLOSING})


@dataclass(frozen=True)
class Ask:
    """What was chosen: the first day, how many people, stops left out, another order; stops by their numbers from 1."""

    on: date
    heads: int | None = None
    skipped: frozenset[int] = frozenset()
    order: tuple[int, ...] = ()


@dataclass(frozen=True)
class Way:
    """From one stop to the next."""

    minutes: int
    metres: float | None
    transport: str


@dataclass(frozen=True)
class Station:
    """A stop of the plan with its number on the page, its visit and the way on; `hidden` from the reader or not."""

    number: int
    stop: ItineraryStop
    visit: Visit
    way: Way | None
    hidden: bool = False

    @property
    def point(self) -> Point | None:
        """Where the place lies, as far as the reader may know."""
        return point_of(self.stop, hidden=self.hidden)


@dataclass(frozen=True)
class Better:
    """Another order of one day: the numbers of all stops in it, and how many minutes earlier the day ends."""

    day: int
    numbers: tuple[int, ...]
    saved: int


@dataclass(frozen=True)
class Plan:
    """The whole answer."""

    ask: Ask
    calls: list[Station] = field(default_factory=list)
    other_day: date | None = None
    better: Better | None = None

    @property
    def first_hard(self) -> Station | None:
        """The first stop that cannot be visited like this."""
        return next((call for call in self.calls if call.visit.is_hard), None)


def default_ask(page: ItineraryPage) -> Ask:
    """Return what is asked where nothing was chosen: the planned day while it is to come, else tomorrow."""
    tomorrow = date.fromordinal(today().toordinal() + 1)
    planned = page.planned_on
    return Ask(planned if planned is not None and planned >= today() else tomorrow, page.group_size)


def answer(page: ItineraryPage, stops: Sequence[ItineraryStop], ask: Ask, opened: Collection[int]) -> Plan:
    """Return the plan of the route as asked; `opened` are the keys of the places that the reader may see."""
    calls = reckon(page, stops, ask, opened)
    other = None
    if any(call.visit.is_hard for call in calls):
        other = clash_free_day(
            [as_stop(call.stop, call.way, hidden=call.hidden) for call in calls],
            start=max(ask.on, today()),
            starts=minute_of(page.starts_at),
            first_way=page.first_way_minutes,
            heads=ask.heads,
            today=today(),
        )
    return Plan(ask, calls, other, better_order(page, calls))


def reckon(page: ItineraryPage, stops: Sequence[ItineraryStop], ask: Ask, opened: Collection[int]) -> list[Station]:
    """Return the stops of the route as asked, with when one is there, what clashes, and the way on."""
    numbered = arranged(stops, ask)
    ways = [way_on(numbered, place, opened) for place in range(len(numbered))]
    hidden = [stop.venue_id not in opened for _number, stop in numbered]
    visits = plan(
        [as_stop(stop, way, hidden=veil) for (_, stop), way, veil in zip(numbered, ways, hidden, strict=True)],
        first_day=ask.on,
        starts=minute_of(page.starts_at),
        first_way=page.first_way_minutes,
        heads=ask.heads,
        today=today(),
    )
    return [
        Station(number, stop, visit, way, veil)
        for (number, stop), visit, way, veil in zip(numbered, visits, ways, hidden, strict=True)
    ]


def fits(page: ItineraryPage, day: date, opened: Collection[int]) -> bool:
    """Return whether the route can be gone on the day: there are stops, all of them open to the person and on that day."""
    stops = sorted(page.stops.all(), key=lambda stop: (stop.day, stop.sort_order or 0))
    if not stops or any(stop.venue_id not in opened for stop in stops):
        return False
    return not any(call.visit.is_hard for call in reckon(page, stops, Ask(day, page.group_size), opened))


def arranged(stops: Sequence[ItineraryStop], ask: Ask) -> list[tuple[int, ItineraryStop]]:
    """Return the stops that are left with their numbers, in the order asked for; a stop stays on its day."""
    numbered = [(number, stop) for number, stop in enumerate(stops, 1) if number not in ask.skipped]
    wished = {number: place for place, number in enumerate(ask.order)}
    return sorted(numbered, key=lambda pair: (pair[1].day, wished.get(pair[0], len(wished) + pair[0])))


def way_on(numbered: Sequence[tuple[int, ItineraryStop]], place: int, opened: Collection[int]) -> Way | None:
    """Return the way to the next stop of the same day: as written where that is the next one, else as estimated."""
    if place + 1 >= len(numbered):
        return None
    (number, one), (following, other) = numbered[place], numbered[place + 1]
    if one.day != other.day:
        return None
    here, there = (point_of(stop, hidden=stop.venue_id not in opened) for stop in (one, other))
    return way_between(one, here, there, as_written=following == number + 1)


def point_of(stop: ItineraryStop, *, hidden: bool) -> Point | None:
    """Return where the stop lies; of a hidden one nobody knows: from the ways to it its position could be computed."""
    return None if hidden else stop.venue.point


def way_between(one: ItineraryStop, here: Point | None, there: Point | None, *, as_written: bool) -> Way:
    """Return the way from a stop to another place; what was written about it counts only for that very way."""
    transport = (one.transport if as_written else "") or usual_transport(here, there)
    written = one.way_minutes if as_written else None
    minutes = estimate(here, there, transport) if written is None else written
    metres = None if here is None or there is None else way_m(here, there)
    return Way(minutes, metres, transport)


def as_stop(stop: ItineraryStop, way: Way | None, *, hidden: bool = False) -> Stop:
    """Return the stop as the reckoning needs it."""
    venue = stop.venue
    return Stop(
        venue.name,
        stop.day,
        stop.stay_minutes,
        way.minutes if way else 0,
        venue.hours,
        venue.capacity,
        venue.notice_days,
        hidden,
    )


def better_order(page: ItineraryPage, calls: Sequence[Station]) -> Better | None:
    """Return the first day that another order ends clearly earlier, or makes possible at all."""
    for day in sorted({call.stop.day for call in calls}):
        of_day = [call for call in calls if call.stop.day == day]
        found = better_day(page, of_day)
        if found is not None:
            places, saved = found
            turned = [of_day[place].number for place in places]
            numbers = [call.number for call in calls if call.stop.day < day] + turned
            numbers += [call.number for call in calls if call.stop.day > day]
            return Better(day, tuple(numbers), saved)
    return None


def better_day(page: ItineraryPage, calls: Sequence[Station]) -> tuple[tuple[int, ...], int] | None:
    """Return a better order of one day's stops and the minutes it saves, or None."""
    if not 1 < len(calls) <= MOST_STOPS:
        return None
    wanted = tuple(Call(call.stop.stay_minutes, spans_or_all(call)) for call in calls)
    ways = tuple(
        tuple(
            way_between(one.stop, one.point, other.point, as_written=other.number == one.number + 1).minutes
            if one is not other
            else 0
            for other in calls
        )
        for one in calls
    )
    first_way = page.first_way_minutes if calls[0].stop.day == 1 else 0
    best = kept_order(wanted, ways, minute_of(page.starts_at) + first_way)
    if best is None or best.places == tuple(range(len(calls))):
        return None
    broken = any(clash.rule in OF_HOURS for call in calls for clash in call.visit.clashes)
    saved = calls[-1].visit.leaves - best.ends
    return (best.places, saved) if broken or saved >= WORTH_MINUTES else None


@lru_cache(maxsize=DAYS_KEPT)
def kept_order(calls: tuple[Call, ...], ways: tuple[tuple[int, ...], ...], starts: int) -> Order | None:
    """Return the best order; it follows from the numbers alone, so that it is worked out once for each kind of day."""
    return best_order(calls, ways, starts=starts)


def spans_or_all(call: Station) -> tuple[Span, ...]:
    """Return the spans of the stop's day; where the reader may not know them, or nobody does, any minute is as good."""
    hours, on = call.stop.venue.hours, call.visit.on
    spans = spans_on(hours, on)
    return spans if is_shut(hours, on) or (spans and not call.hidden) else ALL_DAY


def kilometres(plan_: Plan) -> dict[str, float]:
    """Return the length of all ways in kilometres: on foot, and otherwise."""
    found = {Transport.WALK.value: 0.0, Transport.DRIVE.value: 0.0}
    for call in plan_.calls:
        if call.way is not None and call.way.metres is not None:
            kind = Transport.WALK.value if call.way.transport == Transport.WALK else Transport.DRIVE.value
            found[kind] += call.way.metres / 1000
    return found


def clash_words(station: Station, clash: Clash) -> str:
    """Return the sentence about a rule that is broken at a stop."""
    if clash.rule == Rule.CLOSED_DAY:
        return day_words(station.stop.venue.hours, station.visit.on)
    sentences = {
        Rule.BEFORE_OPENING: _("opens at %(begins)s, so there are %(number)s minutes to wait"),
        Rule.AFTER_LAST_ENTRY: _("last entry at %(time)s, you arrive at %(arrives)s"),
        Rule.AFTER_CLOSING: _("closes at %(time)s, before the visit is over"),
        Rule.CAPACITY: _("holds %(number)s people at once; please go in groups"),
        Rule.NOTICE: _("asks to be told %(number)s days before"),
        Rule.UNKNOWN_HOURS: _("its hours are not known yet; please ask before you go"),
        Rule.NOT_THAT_DAY: _("does not fit on this day"),
    }
    return sentences[clash.rule] % {
        "number": clash.number,
        "time": clock_words(clash.number),
        "begins": clock_words(station.visit.begins),
        "arrives": clock_words(station.visit.arrives),
    }


def place_name(station: Station) -> str:
    """Return the name of the stop's place, if the place is open to the person."""
    return _("A place that is not open to you") if station.hidden else station.stop.venue.name
