from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.notices.quiet import due_at, is_quiet

HERE = ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=HERE)


@pytest.mark.parametrize(
    ("happened", "due"),
    [
        (at(3, 12), at(3, 12)),
        (at(3, 20, 59), at(3, 20, 59)),
        (at(3, 21), at(4, 7)),
        (at(3, 23, 59), at(4, 7)),
        (at(4, 0), at(4, 7)),
        (at(4, 6, 59), at(4, 7)),
        (at(4, 7), at(4, 7)),
        (at(31, 22), datetime(2027, 1, 1, 7, tzinfo=HERE)),
    ],
)
def test_an_e_mail_waits_until_the_quiet_hours_end(happened: datetime, due: datetime) -> None:
    assert due_at(happened, urgent=False) == due
    assert due_at(happened, urgent=True) == happened


@pytest.mark.parametrize(("happened", "due"), [(at(3, 12), at(4, 7)), (at(4, 6), at(4, 7)), (at(4, 7), at(5, 7))])
def test_the_daily_e_mail_comes_when_the_quiet_hours_end(happened: datetime, due: datetime) -> None:
    assert due_at(happened, daily=True, urgent=False) == due


@given(st.times(), st.times())
@pytest.mark.long
def test_the_same_time_twice_means_no_quiet_hours(moment: time, end: time) -> None:
    assert is_quiet(moment, end, end) is False


@given(st.times(), st.times(), st.times())
def test_quiet_and_loud_hours_share_the_day(moment: time, one: time, other: time) -> None:
    if one != other:
        assert is_quiet(moment, one, other) is not is_quiet(moment, other, one)
