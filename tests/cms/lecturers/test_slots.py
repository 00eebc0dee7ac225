"""Each clause of the contract about slots, with an example worked by hand."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cms.lecturers import slots as module
from cms.lecturers.slot_input import read_question
from cms.lecturers.slots import WrongInput, find_slots
from tests.cms.lecturers.asking import WEEKDAYS, asked, between, every_day, hours, schedule, slots, starts

NEW_YORK = "America/New_York"
EARLY = "2026-01-01T00:00:00Z"


def test_who_needs_the_first_slot_alone_reads_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[datetime] = []

    class Counting(module.CapCheck):
        def __call__(self, local: datetime) -> bool:
            looked_at.append(local)
            return super().__call__(local)

    monkeypatch.setattr(module, "CapCheck", Counting)
    first = next(module.each_slot(read_question(asked())))
    assert looked_at == [first.start]


def test_starts_lie_on_the_grid_and_the_lesson_inside_the_window() -> None:
    assert slots() == [
        {"start": "2026-12-03T09:00:00+08:00", "end": "2026-12-03T10:30:00+08:00"},
        {"start": "2026-12-03T09:30:00+08:00", "end": "2026-12-03T11:00:00+08:00"},
        {"start": "2026-12-03T10:00:00+08:00", "end": "2026-12-03T11:30:00+08:00"},
        {"start": "2026-12-03T10:30:00+08:00", "end": "2026-12-03T12:00:00+08:00"},
    ]


def test_the_grid_begins_with_the_window_not_with_the_hour() -> None:
    assert hours(schedules=[schedule(thu=[["09:10", "11:00"]])], minutes=60, step=25) == ["09:10", "09:35", "10:00"]


def test_the_days_of_the_window_are_inclusive() -> None:
    found = starts(window=between("2026-12-03", "2026-12-10"), minutes=180)
    assert found == ["2026-12-03T09:00", "2026-12-10T09:00"]


def test_the_days_of_a_schedule_are_inclusive() -> None:
    found = starts(
        schedules=[schedule("2026-12-03", "2026-12-10", thu=[["09:00", "12:00"]])],
        window=between("2026-11-26", "2026-12-17"),
        minutes=180,
    )
    assert found == ["2026-12-03T09:00", "2026-12-10T09:00"]


def test_several_schedules_that_cover_a_day_add_up() -> None:
    both = [schedule(thu=[["09:00", "10:30"]]), schedule(thu=[["14:00", "15:30"]])]
    assert hours(schedules=both) == ["09:00", "14:00"]


def test_windows_that_overlap_or_touch_become_one_with_the_grid_of_the_first() -> None:
    overlapping = [schedule(thu=[["09:00", "10:00"]]), schedule(thu=[["09:50", "11:00"]])]
    touching = [schedule(thu=[["10:00", "11:00"], ["09:00", "10:00"]])]
    assert hours(schedules=overlapping, minutes=60) == ["09:00", "09:30", "10:00"]
    assert hours(schedules=touching, minutes=90) == ["09:00", "09:30"]


def test_an_override_replaces_the_whole_day() -> None:
    assert hours(overrides=[{"date": "2026-12-03", "windows": [["19:00", "20:30"]]}]) == ["19:00"]
    assert hours(overrides=[{"date": "2026-12-03", "windows": []}]) == []


def test_an_override_opens_a_day_without_weekly_hours() -> None:
    assert hours(schedules=[], overrides=[{"date": "2026-12-03", "windows": [["19:00", "20:30"]]}]) == ["19:00"]


def test_twenty_four_is_the_next_midnight_and_windows_go_on_over_it() -> None:
    night = [schedule(thu=[["22:00", "24:00"]], fri=[["00:00", "01:00"]])]
    assert starts(schedules=night) == ["2026-12-03T22:00", "2026-12-03T22:30", "2026-12-03T23:00", "2026-12-03T23:30"]


def test_the_day_before_sets_the_grid() -> None:
    night = [schedule(wed=[["22:50", "24:00"]], thu=[["00:00", "02:00"]])]
    assert starts(schedules=night, minutes=60) == ["2026-12-03T00:20", "2026-12-03T00:50"]


def test_a_window_that_began_many_days_ago_still_sets_the_grid() -> None:
    always = every_day(["00:00", "24:00"], first="2026-11-20", last="2026-12-31")
    opening = {"date": "2026-11-19", "windows": [["23:50", "24:00"]]}
    found = starts(schedules=[always], overrides=[opening], minutes=60, step=720)
    assert found == ["2026-12-03T11:50", "2026-12-03T23:50"]


def test_an_earlier_window_of_the_day_before_does_not_set_the_grid() -> None:
    apart = [schedule(wed=[["00:00", "05:00"], ["23:40", "24:00"]], thu=[["00:00", "01:00"]])]
    assert starts(schedules=apart, minutes=60) == []
    assert starts(schedules=apart, minutes=50) == ["2026-12-03T00:10"]


def test_days_after_the_last_make_room_for_a_long_lesson() -> None:
    long = [schedule(thu=[["20:00", "24:00"]], fri=[["00:00", "24:00"]], sat=[["00:00", "10:00"]])]
    assert starts(schedules=long, minutes=36 * 60, step=60) == [
        "2026-12-03T20:00",
        "2026-12-03T21:00",
        "2026-12-03T22:00",
    ]


def test_busy_times_are_half_open() -> None:
    busy = [{"start": "2026-12-03T02:30:00Z", "end": "2026-12-03T03:00:00Z"}]
    assert hours(busy=busy) == ["09:00"]
    assert hours(busy=busy, minutes=60) == ["09:00", "09:30", "11:00"]


def test_busy_times_never_move_the_grid() -> None:
    busy = [{"start": "2026-12-03T01:00:00Z", "end": "2026-12-03T01:10:00Z"}]
    assert hours(busy=busy, minutes=60) == ["09:30", "10:00", "10:30", "11:00"]


def test_a_busy_time_without_length_takes_nothing() -> None:
    assert len(slots(busy=[{"start": "2026-12-03T02:15:00Z", "end": "2026-12-03T02:15:00Z"}])) == 4


def test_buffers_keep_their_distance_from_busy_times_and_may_touch_them() -> None:
    busy = [{"start": "2026-12-03T02:00:00Z", "end": "2026-12-03T02:30:00Z"}]
    assert hours(busy=busy, minutes=30) == ["09:00", "09:30", "10:30", "11:00", "11:30"]
    assert hours(busy=busy, minutes=30, buffer_before=30) == ["09:00", "09:30", "11:00", "11:30"]
    assert hours(busy=busy, minutes=30, buffer_after=30) == ["09:00", "10:30", "11:00", "11:30"]


def test_buffers_may_reach_outside_the_window() -> None:
    assert hours(buffer_before=120, buffer_after=120, minutes=180) == ["09:00"]


def test_a_slot_starts_at_the_earliest_when_the_notice_has_passed() -> None:
    assert hours(now="2026-12-03T08:30:00+08:00", notice_minutes=60) == ["09:30", "10:00", "10:30"]
    assert hours(now="2026-12-03T08:30:01+08:00", notice_minutes=60) == ["10:00", "10:30"]


def test_a_full_day_is_not_offered() -> None:
    caps = {"day": 1, "week": None, "month": None, "booked": ["2026-12-03T15:59:00Z", "2026-12-03T16:00:00Z"]}
    assert hours(caps=caps) == []
    assert len(hours(caps={**caps, "day": 2})) == 4
    assert hours(caps={**caps, "day": 0}) == []


def test_a_full_week_is_a_week_from_monday_to_sunday() -> None:
    caps = {"day": None, "week": 1, "month": None, "booked": ["2026-12-07T01:00:00+08:00"]}
    window = between("2026-12-03", "2026-12-17")
    assert starts(caps=caps, window=window, minutes=180) == ["2026-12-03T09:00", "2026-12-17T09:00"]


def test_a_week_over_new_year_is_one_week() -> None:
    caps = {"day": None, "week": 1, "month": None, "booked": ["2026-12-29T09:00:00+08:00"]}
    open_days = [every_day(["09:00", "10:30"])]
    found = starts(caps=caps, schedules=open_days, window=between("2026-12-26", "2027-01-05"))
    assert found == ["2026-12-26T09:00", "2026-12-27T09:00", "2027-01-04T09:00", "2027-01-05T09:00"]


def test_a_full_month_is_a_month_of_the_local_calendar() -> None:
    caps = {"day": None, "week": None, "month": 1, "booked": ["2026-11-30T16:00:00Z"]}
    window = between("2026-11-26", "2027-01-07")
    assert starts(caps=caps, window=window, minutes=180) == ["2026-11-26T09:00", "2027-01-07T09:00"]


def test_a_window_that_begins_in_the_gap_of_spring_begins_after_it() -> None:
    found = slots(zone=NEW_YORK, window=between("2027-03-14"), schedules=[every_day(["02:30", "04:30"])], minutes=60)
    assert found == [
        {"start": "2027-03-14T03:00:00-04:00", "end": "2027-03-14T04:00:00-04:00"},
        {"start": "2027-03-14T03:30:00-04:00", "end": "2027-03-14T04:30:00-04:00"},
    ]


def test_a_window_that_the_gap_empties_is_left_out() -> None:
    assert (
        starts(zone=NEW_YORK, window=between("2027-03-14"), schedules=[every_day(["02:00", "03:00"])], minutes=30)
        == []
    )
    assert starts(
        zone=NEW_YORK, window=between("2027-03-15"), schedules=[every_day(["02:00", "03:00"])], minutes=60
    ) == ["2027-03-15T02:00"]


def test_an_hour_that_comes_twice_counts_from_its_first_to_its_second_time() -> None:
    found = slots(
        zone=NEW_YORK, now=EARLY, window=between("2026-11-01"), schedules=[every_day(["01:00", "01:30"])], minutes=60
    )
    assert [slot["start"] for slot in found] == ["2026-11-01T01:00:00-04:00", "2026-11-01T01:30:00-04:00"]
    assert [slot["end"] for slot in found] == ["2026-11-01T01:00:00-05:00", "2026-11-01T01:30:00-05:00"]


def test_the_grid_counts_elapsed_time_over_the_change_of_the_clock() -> None:
    found = slots(
        zone=NEW_YORK, window=between("2027-03-14"), schedules=[every_day(["00:00", "06:00"])], minutes=60, step=120
    )
    assert [slot["start"] for slot in found] == [
        "2027-03-14T00:00:00-05:00",
        "2027-03-14T03:00:00-04:00",
        "2027-03-14T05:00:00-04:00",
    ]


def test_afternoons_of_a_day_of_change_keep_their_hours() -> None:
    for day, offset in (("2026-11-01", "-05:00"), ("2027-03-14", "-04:00")):
        found = slots(zone=NEW_YORK, now=EARLY, window=between(day), schedules=[every_day(["13:00", "14:30"])])
        assert [slot["start"] for slot in found] == [f"{day}T13:00:00{offset}"]


def test_a_clock_that_changes_by_half_an_hour() -> None:
    found = slots(
        zone="Australia/Lord_Howe",
        now=EARLY,
        window=between("2026-10-04"),
        schedules=[every_day(["01:00", "04:00"])],
        minutes=60,
    )
    assert [slot["start"] for slot in found] == [
        "2026-10-04T01:00:00+10:30",
        "2026-10-04T01:30:00+10:30",
        "2026-10-04T02:30:00+11:00",
        "2026-10-04T03:00:00+11:00",
    ]


def test_a_day_that_a_country_skipped_has_no_slots() -> None:
    found = starts(
        zone="Pacific/Apia",
        now="2011-01-01T00:00:00Z",
        window=between("2011-12-29", "2011-12-31"),
        schedules=[every_day(["09:00", "10:30"], first="2011-01-01")],
    )
    assert found == ["2011-12-29T09:00", "2011-12-31T09:00"]


def test_windows_join_over_a_day_that_a_country_skipped() -> None:
    found = starts(
        zone="Pacific/Apia",
        now="2011-01-01T00:00:00Z",
        window=between("2011-12-31"),
        schedules=[schedule("2011-12-01", "2011-12-31", thu=[["22:40", "24:00"]], sat=[["00:00", "02:00"]])],
        minutes=60,
    )
    assert found == ["2011-12-31T00:10", "2011-12-31T00:40"]


def test_a_midnight_that_comes_twice_belongs_to_both_its_days() -> None:
    """In St. John's the clock went back at one minute past midnight: for an hour it was yesterday again."""
    found = slots(
        zone="America/St_Johns",
        now="2010-01-01T00:00:00Z",
        window=between("2010-11-06"),
        schedules=[every_day(["23:00", "24:00"], first="2010-11-06", last="2010-11-06")],
        minutes=60,
        step=60,
    )
    assert [slot["start"] for slot in found] == ["2010-11-06T23:00:00-02:30"]


def test_nothing_is_offered_without_hours() -> None:
    assert slots(schedules=[]) == []


def test_the_present_stands_in_when_the_question_names_none() -> None:
    question = {name: value for name, value in asked().items() if name != "now"}
    late = datetime(2026, 12, 3, 10, 15, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert [slot.start.hour for slot in find_slots(read_question(question, now=late))] == [10]


def test_only_zone_window_and_minutes_must_be_there() -> None:
    question = read_question({"zone": "Asia/Shanghai", "window": between("2026-12-03"), "minutes": 90})
    assert (question.step, question.notice_minutes, question.schedules, question.caps.day) == (30, 0, (), None)
    assert find_slots(question) == []


def test_a_window_without_beginning_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_DAYS_BACK", 30)
    always = every_day(["00:00", "24:00"], first="2026-11-20", last="2026-12-31")
    longer = every_day(["00:00", "24:00"], first="2026-10-20", last="2026-12-31")
    assert len(starts(schedules=[always], minutes=720, step=720)) == 2
    with pytest.raises(WrongInput, match="more than 30 days"):
        starts(schedules=[longer])


def test_more_slots_than_anybody_reads_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SLOTS", 3)
    with pytest.raises(WrongInput) as refused:
        slots()
    assert refused.value.code == "too_many"


def test_the_order_of_schedules_and_busy_times_does_not_matter() -> None:
    busy = [{"start": f"2026-12-03T0{hour}:00:00Z", "end": f"2026-12-03T0{hour}:10:00Z"} for hour in (3, 1, 2)]
    assert hours(busy=busy, minutes=30) == hours(busy=busy[::-1], minutes=30) == ["09:30", "10:30", "11:30"]


def test_all_weekdays_are_known() -> None:
    week = [schedule(**dict[str, Any]({name: [["09:00", "10:30"]]})) for name in WEEKDAYS]
    assert len(starts(schedules=week, window=between("2026-11-30", "2026-12-06"))) == 7


def test_offsets_are_those_in_force_then() -> None:
    found = find_slots(read_question(asked(zone="Asia/Kathmandu")))
    assert {slot.start.isoformat()[-6:] for slot in found} == {"+05:45"}
    assert found[0].start.astimezone(UTC) == datetime(2026, 12, 3, 3, 15, tzinfo=UTC)
