"""How fast free time is found; the storms on one lecturer's time stand beside it as they are built."""

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cms.itineraries.order import Call, best_order
from cms.lecturers.slots import Question, WeeklyHours, find_slots, steady_offset
from cms.venues.datum import BD09, GCJ02, Point, from_wgs, metres_between, to_wgs
from cms.venues.hours import span
from tests.benchmarks.figures import Figures

pytestmark = pytest.mark.timeout(600)
FIRST = date(2026, 12, 1)
DAYS = 60


def term(number: int) -> Question:
    """Two windows on five weekdays, six days off and sixty bookings in sixty days; each number moves them a little."""
    weekday = ((9 * 60, 12 * 60), (14 * 60, 18 * 60))
    off = {FIRST + timedelta(days=10 * n + number % 5): () for n in range(6)}
    begins = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    taken = [begins + timedelta(days=n, minutes=30 * ((n + number) % 9)) for n in range(DAYS)]
    return Question(
        zone=ZoneInfo("Asia/Shanghai"),
        first=FIRST,
        last=FIRST + timedelta(days=DAYS - 1),
        minutes=90,
        now=datetime(2026, 11, 22, tzinfo=UTC),
        schedules=(WeeklyHours(date(2026, 9, 1), date(2027, 1, 31), (weekday,) * 5 + ((),) * 2),),
        overrides=off,
        busy=[(start, start + timedelta(minutes=90)) for start in taken],
    )


def test_sixty_days_of_a_lecturer_are_read_from_the_rules(figures: Figures) -> None:
    rounds = 1000 if figures.full_size else 5
    questions = [term(number) for number in range(rounds)]
    steady_offset.cache_clear()
    started = time.monotonic()
    answers = [find_slots(question) for question in questions]
    whole = time.monotonic() - started

    assert min(map(len, answers)) > 0
    figures.at_most(2, "slots of one lecturer over 60 days, from the rules", whole * 1000 / rounds, "ms")
    figures.at_least(100_000, "slots found", sum(map(len, answers)) / whole, "a second")


def test_every_place_of_the_country_comes_back_from_each_datum(figures: Figures) -> None:
    step = 1 if figures.full_size else 20
    grid = [Point(north / 10, east / 10) for north in range(180, 541, step) for east in range(735, 1351, step)]
    worst = max(
        metres_between(to_wgs(from_wgs(place, datum), datum), place) for datum in (GCJ02, BD09) for place in grid
    )

    assert worst <= 0.5
    figures.at_most(0.5, f"WGS-84 to GCJ-02 or BD-09 and back, the worst of {len(grid)} places", worst, "m")


def test_the_best_order_of_twelve_stops_is_found_while_one_waits(figures: Figures) -> None:
    count = 12 if figures.full_size else 8
    calls = [Call(20, (span(480 + place % 4 * 30, 1200),)) for place in range(count)]
    ways = [[abs(one - other) * 7 % 40 + 5 for other in range(count)] for one in range(count)]
    started = time.monotonic()
    found = best_order(calls, ways, starts=480)
    took = (time.monotonic() - started) * 1000

    assert found is not None
    assert sorted(found.places) == list(range(count))
    figures.at_most(1000, f"exact best order of {count} stops with hours", took, "ms")
