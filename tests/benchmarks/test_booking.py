"""How fast free time is found, and how one lecturer's time is given away once when many want it."""

import statistics
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import DAILY, MINUTELY, rrule
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connections
from django.test import Client

from cms.booking.feeds import write_calendar
from cms.booking.services import accept
from cms.core.clock import today
from cms.itineraries.order import Call, best_order
from cms.lecturers.errors import SlotTaken
from cms.lecturers.models import Lecturer, Occupation, Schedule
from cms.lecturers.queries import Wish, calendars_of, find
from cms.lecturers.services import hold
from cms.lecturers.slots import Question, WeeklyHours, find_slots, steady_offset
from cms.venues.datum import BD09, GCJ02, Point, from_wgs, metres_between, to_wgs
from cms.venues.hours import span
from tests.benchmarks.figures import Figures
from tests.factories.booking import make_scene
from tests.factories.lecturers import AppointmentTermFactory, LecturerFactory, OccupationFactory, evening
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.timeout(1800)
FIRST = date(2026, 12, 1)
DAYS = 60
CROWD = 20
TERM = {
    day: [["09:00", "12:00"], ["14:00", "17:30"], ["19:00", "21:00"]] for day in ("mon", "tue", "wed", "thu", "fri")
}


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


def read_naively(question: Question) -> int:
    """Return how many slots there are, found as one first writes it: a rule for each window, each against all that is taken."""
    found = 0
    for day in rrule(DAILY, dtstart=datetime.combine(question.first, datetime.min.time()), count=DAYS):
        local = day.date()
        windows = question.overrides.get(local, question.schedules[0].days[local.weekday()])
        for opens, closes in windows:
            begins = datetime.combine(local, datetime.min.time(), question.zone) + timedelta(minutes=opens)
            last = begins + timedelta(minutes=closes - opens - question.minutes)
            for start in rrule(MINUTELY, interval=question.step, dtstart=begins, until=last):
                end = start + timedelta(minutes=question.minutes)
                found += all(end <= taken or start >= until for taken, until in question.busy)
    return found


def test_it_is_many_times_faster_than_a_rule_for_each_window(figures: Figures) -> None:
    questions = [term(number) for number in range(50 if figures.full_size else 2)]
    started = time.monotonic()
    naive = [read_naively(question) for question in questions]
    slow = time.monotonic() - started
    started = time.monotonic()
    fast = [len(find_slots(question)) for question in questions]
    took = time.monotonic() - started

    assert fast == naive
    figures.at_least(20, "times as fast as a dateutil rule for each window, same slots", slow / took, "times")


def make_pool(count: int) -> list[Lecturer]:
    """Return lecturers with a term, weekly hours and a taken afternoon every third day of the three months to come."""
    school = OrganisationFactory()
    people = Lecturer.objects.bulk_create(
        [LecturerFactory.build(organisation=school, buffer_before=30, buffer_after=30) for _n in range(count)]
    )
    span = {"starts_on": today() - timedelta(days=30), "ends_on": today() + timedelta(days=120)}
    AppointmentTermFactory._meta.model.objects.bulk_create(
        [AppointmentTermFactory.build(lecturer=person) for person in people]
    )
    Schedule.objects.bulk_create([Schedule(lecturer=person, name="平时", weekly=TERM, **span) for person in people])
    Occupation.objects.bulk_create(
        [
            OccupationFactory.build(lecturer=person, start=evening(1 + 3 * day + number % 3, 14), source_id=str(day))
            for number, person in enumerate(people)
            for day in range(30)
        ]
    )
    return people


@pytest.mark.django_db
def test_the_whole_pool_of_a_county_is_searched_while_one_waits(figures: Figures) -> None:
    count = 420 if figures.full_size else 6
    people = make_pool(count)
    last = today() + timedelta(days=89)
    started = time.monotonic()
    calendars = calendars_of(people, today(), last)
    read = time.monotonic() - started
    started = time.monotonic()
    slots = sum(len(calendars[person.pk].slots(today(), last, 90)) for person in people)
    computed = time.monotonic() - started

    wish = Wish(free_from=evening(8, 14), free_to=evening(8, 18))
    afternoon = {"free_from": evening(8, 14).isoformat(), "free_to": evening(8, 18).isoformat()}
    times = []
    for _round in range(20 if figures.full_size else 2):
        started = time.monotonic()
        free = find(AnonymousUser(), wish)
        times.append((time.monotonic() - started) * 1000)

    call_command("search_rebuild")
    searches = []
    for _round in range(20 if figures.full_size else 2):
        started = time.monotonic()
        found = (
            Client().get("/api/v1/search", {"kind": "lecturer", "facets": "topic,organisation", **afternoon}).json()
        )
        searches.append((time.monotonic() - started) * 1000)

    assert found["total"] == len(free)
    assert 0 <= len(free) < count
    assert slots > count * 90
    figures.at_most(1000, f"calendars of {count} lecturers over 90 days, from the database", read * 1000, "ms")
    figures.at_least(100_000, f"slots of {count} lecturers over 90 days", slots / computed, "a second")
    figures.at_most(400, f"who of {count} lecturers has time on an afternoon, median", statistics.median(times), "ms")
    figures.at_most(
        300, f"search for those of {count} lecturers who have time then, median", statistics.median(searches), "ms"
    )


def wants(person: Lecturer, number: int, day: int, start: threading.Barrier) -> tuple[str, float]:
    """Ask for an hour that overlaps everybody's; return how it ended and the milliseconds it took."""
    begins = evening(day) + timedelta(minutes=number % 25)
    start.wait()
    started = time.monotonic()
    try:
        hold(
            person,
            start=begins,
            end=begins + timedelta(minutes=60),
            occupied_from=begins,
            occupied_to=begins + timedelta(minutes=60),
            source_kind="storm",
            source_id=f"{day}-{number}",
        )
    except SlotTaken:
        return "taken", (time.monotonic() - started) * 1000
    finally:
        connections.close_all()
    return "won", (time.monotonic() - started) * 1000


@pytest.mark.django_db(transaction=True)
@pytest.mark.wide
def test_of_many_who_want_the_same_hour_one_gets_it_in_every_round(figures: Figures) -> None:
    rounds = 20 if figures.full_size else 2
    person = LecturerFactory()
    ends: Counter[str] = Counter()
    times = []
    for day in range(1, rounds + 1):
        start = threading.Barrier(CROWD)
        with ThreadPoolExecutor(CROWD) as crowd:
            answers = list(
                crowd.map(lambda number, day=day, start=start: wants(person, number, day, start), range(CROWD))
            )
        ends += Counter(how for how, _ms in answers)
        times += [ms for _how, ms in answers]

    assert ends == {"won": rounds, "taken": rounds * (CROWD - 1)}
    worst = statistics.quantiles(times, n=100)[98]
    figures.at_least(
        rounds, f"rounds of {CROWD} at once for one hour in which one won and nothing broke", ends["won"], ""
    )
    figures.at_most(1000, "one of them, from asking to the answer, 99th percentile", worst, "ms")


@pytest.mark.django_db
def test_a_calendar_of_years_is_written_the_same_twice(figures: Figures) -> None:
    count = 400 if figures.full_size else 3
    scene = make_scene()
    one = accept(scene.request(), actor=scene.teacher)
    rows = [one] * count
    started = time.monotonic()
    first = write_calendar(rows, lambda path: f"https://weike.example{path}")
    took = (time.monotonic() - started) * 1000

    assert first == write_calendar(rows, lambda path: f"https://weike.example{path}")
    figures.at_most(500, f"calendar of {count} lessons", took, "ms")


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
