"""Order, feasibility and travel of a route, against brute force and by examples."""

from collections.abc import Sequence
from datetime import date
from itertools import accumulate, permutations
from math import pi, sin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.itineraries.feasibility import Clash, Rule, Stop, Visit, clash_free_day, closed_weekdays, plan
from cms.itineraries.order import NEVER, Call, Order, begins, best_order, shut_out
from cms.itineraries.travel import UNKNOWN_MINUTES, WALK, estimate, usual_transport
from cms.venues.datum import Point
from cms.venues.hours import Exceptional, Hours, Span, span

MONDAY, TUESDAY = date(2026, 12, 7), date(2026, 12, 8)
TODAY = date(2026, 11, 27)
NINE, NOON, FIVE = 540, 720, 1020
DAYTIME = span(NINE, FIVE, 990)
MUSEUM = Hours(weekly=dict.fromkeys(range(7), (DAYTIME,)), closed=frozenset({0}))
OPEN_AIR = Hours(always=True)


def by_trying_all(calls: Sequence[Call], ways: Sequence[Sequence[int]], starts: int) -> int:
    """The earliest end over all orders, or NEVER."""
    best = NEVER
    for order in permutations(range(len(calls))):
        clock, before = starts, -1
        for place in order:
            at = begins(calls[place], clock + (ways[before][place] if before >= 0 else 0))
            if at >= NEVER:
                break
            clock, before = at + calls[place].stay, place
        else:
            best = min(best, clock)
    return best


windows = st.lists(
    st.tuples(st.integers(32, 60), st.integers(1, 36)).map(
        lambda pair: span(pair[0] * 15, pair[0] * 15 + pair[1] * 15)
    ),
    min_size=1,
    max_size=2,
).map(lambda spans: tuple(sorted(spans)))
some_calls = st.lists(st.builds(Call, st.integers(10, 120), windows), min_size=1, max_size=6)


@settings(max_examples=300)
@given(calls=some_calls, seed=st.integers(0, 10**6))
@pytest.mark.long
def test_the_best_order_ends_when_the_best_of_all_orders_ends(calls: list[Call], seed: int) -> None:
    ways = [[(seed * (i + 3) * (j + 7) + i * 11 + j * 5) % 50 + 5 for j in range(8)] for i in range(8)]
    found = best_order(calls, ways, starts=NINE)

    assert (found.ends if found else NEVER) == by_trying_all(calls, ways, NINE)
    if found:
        assert sorted(found.places) == list(range(len(calls)))
        assert by_trying_all([calls[place] for place in found.places[:1]], ways, NINE) <= found.ends


@pytest.mark.parametrize("count", [7, 8])
def test_as_good_as_trying_forty_thousand_orders(count: int) -> None:
    calls = [Call(30 + place * 5, (span(NINE + place % 3 * 60, FIVE + 60),)) for place in range(count)]
    ways = [[abs(i - j) * 7 % 40 + 5 for j in range(count)] for i in range(count)]
    found = best_order(calls, ways, starts=NINE)

    assert found is not None
    assert found.ends == by_trying_all(calls, ways, NINE)


many = st.integers(8, 12).flatmap(lambda count: st.permutations(range(count)))


@settings(max_examples=12, deadline=None)
@given(along=many, gaps=st.lists(st.integers(1, 60), min_size=11, max_size=11), stay=st.integers(0, 60))
@pytest.mark.long
def test_stops_along_a_road_are_visited_from_one_end_to_the_other(
    along: list[int], gaps: list[int], stay: int
) -> None:
    miles = [0, *accumulate(gaps)]
    count = len(along)
    ways = [[abs(miles[i] - miles[j]) for j in along] for i in along]
    found = best_order([Call(stay, (Span(0, 10**5, 10**5),))] * count, ways, starts=NINE)

    assert found is not None
    # No way can be shorter than the road, and only two orders are as short.
    assert found.ends == NINE + count * stay + miles[count - 1]
    assert [along[place] for place in found.places] in (list(range(count)), list(reversed(range(count))))


@pytest.mark.parametrize("count", [9, 10, 11, 12])
def test_stops_around_a_lake_are_visited_along_the_shore_leaving_out_the_longest_way(count: int) -> None:
    shuffled = [place * 5 % 13 for place in range(1, 13) if place * 5 % 13 <= count]
    angles = [2 * pi * (place - 1) / (count + 1) for place in shuffled]
    ways = [[round(1000 * 2 * abs(sin((one - other) / 2))) for other in angles] for one in angles]
    found = best_order([Call(20, (Span(0, 10**5, 10**5),))] * count, ways, starts=0)

    assert found is not None
    # Twice as wide between the last stop and the first: there the way along the shore is broken.
    assert [shuffled[place] for place in found.places] in (
        list(range(1, count + 1)),
        list(range(count, 0, -1)),
    )
    assert found.ends == 20 * count + (count - 1) * round(2000 * sin(pi / (count + 1)))


@settings(max_examples=12, deadline=None)
@given(hidden=many, minutes=st.lists(st.integers(5, 90), min_size=24, max_size=24))
def test_an_order_that_only_the_hours_allow_is_found(hidden: list[int], minutes: list[int]) -> None:
    """Each place lets people in at one minute only: when the hidden order comes by."""
    stays, way, clock = minutes[:12], minutes[12], NINE
    calls: dict[int, Call] = {}
    for place in hidden:
        calls[place] = Call(stays[place], (Span(clock, clock + stays[place], clock),))
        clock += stays[place] + way
    ways = [[way] * len(hidden) for _place in hidden]

    found = best_order([calls[place] for place in sorted(calls)], ways, starts=NINE)
    assert found == Order(tuple(hidden), clock - way)


def test_the_place_that_shuts_early_comes_first() -> None:
    calls = [Call(60, (span(NINE, FIVE),)), Call(60, (span(NINE, 610),))]

    assert best_order(calls, [[0, 20], [20, 0]], starts=NINE) == Order((1, 0), 680)


def test_no_order_at_all_is_none_and_the_shut_stop_is_named() -> None:
    calls = [Call(60, (span(NINE, FIVE),)), Call(60, ())]

    assert best_order(calls, [[0, 20], [20, 0]], starts=NINE) is None
    assert shut_out(calls, starts=NINE) == (1,)


def test_twelve_stops_are_put_in_order_and_thirteen_are_refused() -> None:
    calls = [Call(10, (span(0, 1440),))] * 13
    ways = [[5] * 13] * 13

    found = best_order(calls[:12], ways, starts=NINE)
    assert found is not None
    assert found.ends == NINE + 12 * 10 + 11 * 5
    with pytest.raises(ValueError, match="twelve"):
        best_order(calls, ways, starts=NINE)


def stop(name: str = "馆", *, day: int = 1, stay: int = 60, way: int = 0, hours: Hours = MUSEUM) -> Stop:
    return Stop(name, day, stay, way, hours)


def at(*stops: Stop, on: date = TUESDAY, heads: int | None = None, starts: int = NINE) -> list[Visit]:
    return plan(stops, first_day=on, starts=starts, heads=heads, today=TODAY)


def test_one_arrives_leaves_and_goes_on() -> None:
    visits = at(stop(way=30), stop(stay=90))

    assert [(visit.arrives, visit.leaves, visit.clashes) for visit in visits] == [(540, 600, ()), (630, 720, ())]


def test_the_way_to_the_first_stop_counts_on_the_first_day_only() -> None:
    visits = plan([stop(), stop(day=2)], first_day=TUESDAY, starts=NINE, first_way=25, today=TODAY)

    assert [(visit.on.day, visit.arrives) for visit in visits] == [(8, 565), (9, 540)]


def test_a_closed_day_is_named_and_the_plan_goes_on() -> None:
    visits = at(stop(hours=OPEN_AIR, way=10), stop(), stop(hours=OPEN_AIR), on=MONDAY)

    assert [visit.clashes for visit in visits] == [(), (Clash(Rule.CLOSED_DAY),), ()]
    assert visits[2].arrives == 670


def test_who_comes_before_opening_waits() -> None:
    (visit,) = at(stop(), starts=500)

    assert (visit.waits, visit.begins, visit.clashes, visit.is_hard) == (
        40,
        NINE,
        (Clash(Rule.BEFORE_OPENING, 40),),
        False,
    )


@pytest.mark.parametrize(
    ("starts", "stay", "clash"),
    [(991, 10, Clash(Rule.AFTER_LAST_ENTRY, 990)), (980, 60, Clash(Rule.AFTER_CLOSING, FIVE))],
)
def test_too_late_is_told_apart(starts: int, stay: int, clash: Clash) -> None:
    (visit,) = at(stop(stay=stay), starts=starts)

    assert visit.clashes == (clash,)


def test_a_noon_break_is_waited_out() -> None:
    halves = Hours(weekly={1: (Span(NINE, NOON, 700), Span(840, FIVE, 1000))})
    (visit,) = at(stop(hours=halves), starts=690)

    assert (visit.begins, visit.clashes) == (840, (Clash(Rule.BEFORE_OPENING, 150),))


def test_capacity_notice_and_unknown_hours_are_named() -> None:
    small = Stop("小馆", 1, 60, 0, OPEN_AIR, capacity=20)
    asked = Stop("要预约", 1, 60, 0, OPEN_AIR, notice_days=30)
    unknown = Stop("不详", 1, 60, 0, Hours(known=False))

    assert [visit.clashes for visit in at(small, asked, unknown, heads=30)] == [
        (Clash(Rule.CAPACITY, 20),),
        (Clash(Rule.NOTICE, 30),),
        (Clash(Rule.UNKNOWN_HOURS),),
    ]


def test_an_exception_on_the_day_closes_a_place_whose_hours_are_unknown() -> None:
    hours = Hours(known=False, exceptions=(Exceptional(TUESDAY, TUESDAY),))

    assert at(stop(hours=hours))[0].clashes == (Clash(Rule.CLOSED_DAY),)


def test_the_next_day_without_a_clash_is_found() -> None:
    assert clash_free_day([stop()], start=MONDAY, starts=NINE, today=TODAY) == TUESDAY
    assert (
        clash_free_day([stop(hours=Hours(closed=frozenset(range(7))))], start=MONDAY, starts=NINE, today=TODAY) is None
    )


def test_weekdays_on_which_a_route_meets_a_closed_door() -> None:
    assert closed_weekdays([stop(), stop(day=2), stop(hours=OPEN_AIR), stop(hours=Hours(known=False))]) == {
        0: [0],
        6: [1],
    }


def test_travel_is_estimated_by_distance() -> None:
    here, near, far = Point(26.57, 114.16), Point(26.575, 114.16), Point(26.97, 114.16)

    assert (usual_transport(here, near), estimate(here, near)) == (WALK, 15)
    assert (usual_transport(here, far), estimate(here, far)) == ("drive", 95)
    assert estimate(here, None) == UNKNOWN_MINUTES
