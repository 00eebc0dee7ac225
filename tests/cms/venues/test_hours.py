"""Opening hours: weekly, closed weekdays, exceptions, last entry; compared with a walk minute by minute."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.venues.hours import (
    Exceptional,
    Hours,
    Span,
    clock_words,
    is_open,
    next_open_day,
    open_between,
    span,
    spans_on,
)

MONDAY = date(2026, 12, 7)
TUESDAY = date(2026, 12, 8)
NINE, FIVE, HALF_PAST_FOUR = 540, 1020, 990
DAYTIME = span(NINE, FIVE, HALF_PAST_FOUR)
MUSEUM = Hours(weekly=dict.fromkeys(range(7), (DAYTIME,)), closed=frozenset({0}))


def at(day: date, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001  # wall time


def test_a_closed_weekday_stays_closed_whatever_the_hours_say() -> None:
    assert spans_on(MUSEUM, MONDAY) == ()
    assert spans_on(MUSEUM, TUESDAY) == (DAYTIME,)


def test_the_minute_of_closing_is_closed() -> None:
    seen = [is_open(MUSEUM, at(TUESDAY, minute)) for minute in (NINE - 1, NINE, FIVE - 1, FIVE)]

    assert seen == [False, True, True, False]


def test_a_visit_fits_when_it_begins_by_the_last_entry_and_ends_by_closing() -> None:
    visits = [(NINE, FIVE), (HALF_PAST_FOUR, FIVE), (HALF_PAST_FOUR + 1, FIVE), (NINE - 1, 600), (1000, FIVE + 1)]

    assert [open_between(MUSEUM, TUESDAY, *visit) for visit in visits] == [True, True, False, False, False]


def test_an_exception_replaces_the_whole_day_and_the_last_one_counts() -> None:
    spring = Exceptional(date(2027, 2, 6), date(2027, 2, 8), reason="春节")
    one_afternoon = Exceptional(date(2027, 2, 8), date(2027, 2, 8), (span(780, 960),))
    hours = Hours(weekly=MUSEUM.weekly, closed=MUSEUM.closed, exceptions=(spring, one_afternoon))

    assert [spans_on(hours, date(2027, 2, day)) for day in (5, 6, 7, 8, 9)] == [
        (DAYTIME,),
        (),
        (),
        (Span(780, 960, 959),),
        (DAYTIME,),
    ]


def test_the_next_open_day_may_be_the_day_itself() -> None:
    assert next_open_day(MUSEUM, TUESDAY) == TUESDAY
    assert next_open_day(MUSEUM, MONDAY) == TUESDAY


def test_a_place_that_never_opens_has_no_next_day() -> None:
    assert next_open_day(Hours(closed=frozenset(range(7)), always=True), MONDAY) is None


def test_unknown_hours_are_open_on_no_day_but_an_exception_says_more() -> None:
    hours = Hours(known=False, exceptions=(Exceptional(MONDAY, MONDAY, (DAYTIME,)),))

    assert [spans_on(hours, MONDAY), spans_on(hours, TUESDAY)] == [(DAYTIME,), ()]


def test_a_place_in_the_open_air_is_never_shut() -> None:
    hours = Hours(always=True)

    assert is_open(hours, at(MONDAY, 0))
    assert open_between(hours, MONDAY, 0, 1440)


def test_spans_that_touch_are_one_and_a_break_stays_a_break() -> None:
    morning, noon, evening = span(540, 720), span(720, 1020, 1000), span(1140, 1260)
    hours = Hours(weekly={0: (evening, noon, morning)})

    assert spans_on(hours, MONDAY) == (Span(540, 1020, 1000), evening)
    assert not open_between(hours, MONDAY, 1000, 1200)


@pytest.mark.parametrize(
    "given_hours",
    [(600, 600, None), (600, 540, None), (-1, 60, None), (0, 1441, None), (540, 600, 600), (540, 600, 530)],
)
def test_hours_that_end_before_they_begin_are_refused(given_hours: tuple[int, int, int | None]) -> None:
    with pytest.raises(ValueError, match="hours"):
        span(*given_hours)


def test_minutes_are_read_as_a_clock() -> None:
    assert [clock_words(minute) for minute in (0, 545, 1440)] == ["00:00", "09:05", "24:00"]


some_spans = st.lists(
    st.tuples(st.integers(0, 95), st.integers(1, 96)).filter(lambda pair: pair[0] < pair[1]), max_size=4
).map(lambda pairs: tuple(span(opens * 15, closes * 15) for opens, closes in pairs))


@given(spans=some_spans, minute=st.integers(0, 1439))
def test_joining_spans_opens_no_minute_and_closes_none(spans: tuple[Span, ...], minute: int) -> None:
    hours = Hours(weekly={0: spans})

    assert is_open(hours, at(MONDAY, minute)) == any(one.opens <= minute < one.closes for one in spans)
