"""The fast slot module and the minute-by-minute one give the same answers, over days on which clocks change."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.lecturers.slot_input import read_question
from cms.lecturers.slots import EPOCH, free_spans
from tests.cms.lecturers.asking import WEEKDAYS, asked, between, every_day, slots
from tests.cms.lecturers.minute_oracle import minute_slots

# The day in the middle of what is generated: a change of the clock, a skipped day, a new year, or nothing at all.
MIDDLES = [
    ("Asia/Shanghai", date(2026, 12, 31)),
    ("Asia/Shanghai", date(1991, 4, 14)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Asia/Kathmandu", date(2026, 6, 1)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("Africa/Casablanca", date(2026, 3, 22)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("America/Sao_Paulo", date(2018, 2, 18)),
    ("America/St_Johns", date(2010, 11, 7)),
]
AROUND = timedelta(days=5)


# Hours in which clocks change, hours from and to midnight, odd minutes, whole days.
WINDOWS = [
    ["00:00", "24:00"],
    ["00:00", "24:00"],
    ["00:00", "01:30"],
    ["00:30", "02:30"],
    ["01:00", "01:30"],
    ["01:30", "02:00"],
    ["02:15", "03:30"],
    ["09:00", "12:00"],
    ["11:50", "13:20"],
    ["13:00", "15:00"],
    ["20:07", "24:00"],
    ["22:53", "24:00"],
]


def windows() -> st.SearchStrategy[list[list[str]]]:
    """Up to three windows of a day."""
    return st.lists(st.sampled_from(WINDOWS), max_size=3)


def caps() -> st.SearchStrategy[dict[str, Any]]:
    """Caps, most of them open."""
    cap = st.sampled_from([None, None, None, 1, 2])
    return st.fixed_dictionaries({"day": cap, "week": cap, "month": cap})


@st.composite
def questions(draw: st.DrawFn) -> tuple[dict[str, Any], date, date]:
    """A question whose hours all lie within five days of a day at which something may happen."""
    zone, middle = draw(st.sampled_from(MIDDLES))
    first, last = middle - AROUND, middle + AROUND

    def day(low: int, high: int) -> date:
        return middle + timedelta(days=draw(st.integers(low, high)))

    def moment(low: int, high: int) -> str:
        start = datetime(middle.year, middle.month, middle.day, tzinfo=UTC)
        return (start + timedelta(minutes=draw(st.integers(low * 24 * 4, high * 24 * 4)) * 15)).isoformat()

    def schedule() -> dict[str, Any]:
        begins, ends = day(-5, 0), day(0, 5)
        weekly = dict.fromkeys(WEEKDAYS, draw(windows()))
        weekly |= {name: draw(windows()) for name in draw(st.sets(st.sampled_from(WEEKDAYS), max_size=2))}
        return {"from": begins.isoformat(), "to": ends.isoformat(), "weekly": weekly}

    def span() -> list[str]:
        start = datetime.fromisoformat(moment(-2, 3))
        return [start.isoformat(), (start + timedelta(minutes=draw(st.integers(0, 300)))).isoformat()]

    asks_from, asks_to = day(-2, 0), day(0, 2)
    busy = [span() for _number in range(draw(st.integers(0, 3)))]
    differing = {day(-3, 3).isoformat(): draw(windows()) for _number in range(draw(st.integers(0, 2)))}
    schedules = [schedule() for _number in range(draw(st.integers(1, 3)))]
    if draw(st.integers(0, 3)) == 0:
        # Days on end without a gap, after an evening that begins at an odd minute.
        begins = day(-4, 0)
        schedules = [every_day(["00:00", "24:00"], first=str(begins), last=str(last))]
        differing[str(begins - timedelta(days=1))] = [["20:07", "24:00"]]
    question = asked(
        zone=zone,
        window=between(asks_from.isoformat(), asks_to.isoformat()),
        minutes=draw(st.sampled_from([15, 30, 45, 60, 90, 120, 600, 1500])),
        step=draw(st.sampled_from([15, 25, 30, 60, 90])),
        notice_minutes=draw(st.sampled_from([0, 60, 1440])),
        now=moment(-5, 0),
        buffer_before=draw(st.sampled_from([0, 0, 10, 45])),
        buffer_after=draw(st.sampled_from([0, 0, 10, 45])),
        schedules=schedules,
        overrides=[{"date": on, "windows": hours} for on, hours in differing.items()],
        busy=[{"start": start, "end": end} for start, end in busy],
        caps=draw(caps()) | {"booked": [moment(-3, 3) for _number in range(draw(st.integers(0, 3)))]},
    )
    return question, first, last


def in_utc(found: list[dict[str, str]]) -> list[str]:
    return [datetime.fromisoformat(slot["start"]).astimezone(UTC).isoformat() for slot in found]


@pytest.mark.wide
@settings(max_examples=500)
@given(questions())
def test_slots_are_those_of_the_minute_by_minute_reading(case: tuple[dict[str, Any], date, date]) -> None:
    question, first, last = case
    found = slots(**question)

    assert in_utc(found) == minute_slots(question, first, last)
    length = timedelta(minutes=question["minutes"])
    assert all(datetime.fromisoformat(s["end"]) - datetime.fromisoformat(s["start"]) == length for s in found)


@pytest.mark.parametrize(("zone", "middle"), MIDDLES)
@pytest.mark.parametrize("hours", [["01:30", "03:00"], ["09:00", "11:00"], ["13:00", "17:00"], ["22:30", "24:00"]])
def test_mornings_and_afternoons_around_each_of_these_days(zone: str, middle: date, hours: list[str]) -> None:
    first, last = middle - AROUND, middle + AROUND
    question = asked(
        zone=zone,
        now=f"{first}T00:00:00Z",
        window=between(str(middle - timedelta(days=1)), str(middle + timedelta(days=1))),
        minutes=60,
        schedules=[every_day(hours, first=str(first), last=str(last))],
    )

    assert in_utc(slots(**question)) == minute_slots(question, first, last)
    assert minute_slots(question, first, last) != []


def spans(question: dict[str, Any], serves: Callable[[date], bool] = lambda _day: True) -> list[tuple[int, int]]:
    """Return in what spans a lesson of a minute or longer can lie, in minutes since 1970."""
    found = free_spans(read_question({**question, "minutes": 1}), serves)
    return [(start // 60, end // 60) for start, end in found]


@pytest.mark.wide
@settings(max_examples=300)
@given(questions(), st.integers(0, 4))
def test_every_slot_begins_in_a_free_span_whatever_its_length_and_the_notice(
    case: tuple[dict[str, Any], date, date], day_off: int
) -> None:
    question, _first, _last = case

    def serves(day: date) -> bool:
        return day.toordinal() % 5 != day_off

    found = spans(question, serves)

    for slot in slots(**question):
        start = datetime.fromisoformat(slot["start"])
        minute = (start - EPOCH) // timedelta(minutes=1)
        assert any(begins <= minute < ends for begins, ends in found) or not serves(start.date())
    assert all(begins < ends for begins, ends in found)
    assert all(before[1] < after[0] for before, after in pairwise(found))


@pytest.mark.wide
@settings(max_examples=300)
@given(questions())
def test_a_free_span_is_a_slot_as_long_as_itself_where_neither_days_nor_caps_cut_it(
    case: tuple[dict[str, Any], date, date],
) -> None:
    question, first, last = case
    question |= {
        "window": between(str(first), str(last)),
        "now": f"{first - timedelta(days=9)}T00:00:00Z",
        "notice_minutes": 0,
        "caps": {},
    }

    for begins, ends in spans(question):
        start = (EPOCH + timedelta(minutes=begins)).isoformat()
        within = slots(**{**question, "minutes": ends - begins})
        if start not in in_utc(within):
            # Two that touch are one here, though no lesson goes over what lies between them.
            assert start in in_utc(slots(**{**question, "minutes": 1}))
