"""What the index knows of a lecturer's time: whatever changes it is noted once, and no slot lies outside of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.core.clock import now, today
from cms.jobs.schedule import scheduled_work
from cms.lecturers.enums import OverrideKind
from cms.lecturers.errors import SlotTaken
from cms.lecturers.models import Lecturer, Occupation, Override, Schedule
from cms.lecturers.queries import free_slots
from cms.lecturers.search_documents import lecturer_document
from cms.lecturers.services import (
    add_schedule,
    change_schedule,
    clear_day,
    delete_schedule,
    edit_profile,
    end_suspension,
    end_term,
    hold,
    note_week_of_index,
    release,
    release_source,
    set_days,
    suspend,
)
from cms.organisations.services import deactivate_organisation
from search.models import OutboxEntry
from search.schema import Span
from tests.cms.lecturers.conftest import Scene
from tests.factories.lecturers import LecturerFactory, ScheduleFactory, SuspensionFactory, evening

pytestmark = pytest.mark.django_db

HOURS = {"thu": [["09:00", "12:00"]]}
SOME_DAYS = {"starts_on": today() - timedelta(days=3), "ends_on": today() + timedelta(days=200)}


def noted(lecturer: Lecturer) -> int:
    return OutboxEntry.objects.filter(kind="lecturer", object_id=str(lecturer.pk)).count()


def free_of(lecturer: Lecturer) -> tuple[Span, ...]:
    document = lecturer_document(str(lecturer.pk))
    assert document is not None
    return document.free


def is_free_at(lecturer: Lecturer, moment: datetime) -> bool:
    return any(start <= moment < end for start, end in free_of(lecturer))


def give_away(lecturer: Lecturer, start: datetime, source: str = "1", *, binding: bool = True) -> Occupation:
    end = start + timedelta(minutes=90)
    return hold(
        lecturer,
        start=start,
        end=end,
        occupied_from=start,
        occupied_to=end,
        source_kind="request",
        source_id=source,
        binding=binding,
    )


@pytest.fixture
def lecturer() -> Lecturer:
    lecturer: Lecturer = LecturerFactory()
    ScheduleFactory(lecturer=lecturer)
    return lecturer


def change_hours(person: Lecturer, scene: Scene) -> None:
    schedule = Schedule.objects.get(lecturer=person)
    change_schedule(schedule, name="平时", weekly=HOURS, actor=scene.editor, **SOME_DAYS)


def set_leave(person: Lecturer, scene: Scene) -> None:
    first, last = evening(5).date(), evening(9).date()
    set_days(person, first=first, last=last, kind=OverrideKind.LEAVE, actor=scene.editor)


def clear(person: Lecturer, scene: Scene) -> None:
    clear_day(Override.objects.create(lecturer=person, day=evening(5).date()), actor=scene.editor)


ACTS: dict[str, Callable[[Lecturer, Scene], object]] = {
    "hours are added": lambda person, scene: add_schedule(
        person, name="夏天", weekly=HOURS, actor=scene.editor, **SOME_DAYS
    ),
    "hours are changed": change_hours,
    "hours are taken away": lambda person, scene: delete_schedule(
        Schedule.objects.get(lecturer=person), actor=scene.editor
    ),
    "leave is taken": set_leave,
    "a day is as usual again": clear,
    "limits are changed": lambda person, scene: edit_profile(person, {"cap_month": 2}, actor=scene.editor),
    "the lecturer is suspended": lambda person, scene: suspend(
        person, starts_on=today(), ends_on=None, reason="进修", actor=scene.editor
    ),
    "the suspension ends": lambda person, scene: end_suspension(
        SuspensionFactory(lecturer=person), actor=scene.editor
    ),
    "the term ends": lambda person, scene: end_term(
        person.terms.get(), ends_on=today() + timedelta(days=9), actor=scene.editor
    ),
    "time is given away": lambda person, _scene: give_away(person, evening(5)),
    "the organisation is closed": lambda person, scene: deactivate_organisation(
        person.organisation, actor=scene.editor
    ),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_whatever_changes_the_time_is_noted_once(
    act: Callable[[Lecturer, Scene], object], lecturer: Lecturer, scene: Scene
) -> None:
    other = LecturerFactory()
    before = noted(lecturer), noted(other)

    act(lecturer, scene)

    assert (noted(lecturer), noted(other)) == (before[0] + 1, before[1])


def test_time_that_moves_or_comes_back_is_noted_and_a_yes_to_what_was_kept_is_not(lecturer: Lecturer) -> None:
    kept = give_away(lecturer, evening(5), binding=False)
    assert noted(lecturer) == 1
    give_away(lecturer, evening(5), binding=True)
    assert noted(lecturer) == 1
    give_away(lecturer, evening(6))
    assert noted(lecturer) == 2
    release_source("request", "1")
    release_source("request", "1")
    assert noted(lecturer) == 3
    again = give_away(lecturer, evening(5), "2")
    release(again)
    release(again)
    release(kept)
    assert noted(lecturer) == 5


def test_what_is_undone_is_not_noted(lecturer: Lecturer) -> None:
    give_away(lecturer, evening(5))
    with pytest.raises(SlotTaken):
        give_away(lecturer, evening(5), "2")
    assert noted(lecturer) == 1


def test_giving_back_costs_the_same_for_one_source_of_one_and_of_three(django_assert_num_queries: Any) -> None:
    for count in (1, 3):
        for _number in range(count):
            give_away(LecturerFactory(), evening(5), str(count))
        with django_assert_num_queries(5):  # the savepoint, its end, what is held, given back, noted
            assert release_source("request", str(count)) == count


def test_the_document_has_the_free_times_of_the_horizon_in_utc(lecturer: Lecturer) -> None:
    free = free_of(lecturer)

    assert is_free_at(lecturer, evening(5))
    assert not is_free_at(lecturer, evening(5, hour=13))
    assert not is_free_at(lecturer, evening(5, hour=21))
    assert all(moment.tzinfo is UTC for span in free for moment in span)
    assert now() - timedelta(days=9) < free[0][0] <= now()
    assert timedelta(days=90 + 13) < free[-1][1] - now() < timedelta(days=90 + 22)


def test_what_is_given_away_or_on_leave_or_beyond_the_term_or_the_caps_is_not_free(
    lecturer: Lecturer, scene: Scene
) -> None:
    give_away(lecturer, evening(5))
    set_days(lecturer, first=evening(6).date(), last=evening(6).date(), kind=OverrideKind.LEAVE, actor=scene.editor)
    suspend(lecturer, starts_on=evening(7).date(), ends_on=evening(7).date(), reason="进修", actor=scene.editor)
    end_term(lecturer.terms.get(), ends_on=evening(9).date(), actor=scene.editor)
    give_away(lecturer, evening(8, hour=9), "2")

    assert [is_free_at(lecturer, evening(day)) for day in range(4, 11)] == [
        True,
        False,
        False,
        False,
        True,
        True,
        False,
    ]
    edit_profile(lecturer, {"cap_day": 1}, actor=scene.editor)
    assert [is_free_at(lecturer, evening(day)) for day in range(4, 11)] == [
        True,
        False,
        False,
        False,
        False,
        True,
        False,
    ]
    assert is_free_at(lecturer, evening(4, hour=9))
    assert not is_free_at(lecturer, evening(5, hour=9))


def test_buffers_are_no_free_time(lecturer: Lecturer) -> None:
    Lecturer.objects.filter(pk=lecturer.pk).update(buffer_before=30, buffer_after=60)
    give_away(lecturer, evening(5, hour=15))

    taken = [is_free_at(lecturer, evening(5, hour=14) + timedelta(minutes=minutes)) for minutes in (-1, 0, 149, 150)]

    # The hour before it is kept from the opening of the afternoon on, and half an hour after it.
    assert taken == [False, False, False, False]
    assert is_free_at(lecturer, evening(5, hour=17))


def test_every_slot_begins_within_the_free_times(lecturer: Lecturer) -> None:
    give_away(lecturer, evening(5))
    free = free_of(lecturer)

    for minutes in (1, 45, 90, 420):
        slots = free_slots(lecturer, today(), today() + timedelta(days=400), minutes)
        assert slots
        assert all(any(start <= slot.start < end for start, end in free) for slot in slots)


def test_hours_that_cannot_be_read_are_no_free_time(lecturer: Lecturer) -> None:
    Schedule.objects.filter(lecturer=lecturer).update(weekly={"mon": "all day"})
    assert free_of(lecturer) == ()


def test_within_a_week_the_same_rows_give_the_same_times_and_then_the_days_move_on(
    lecturer: Lecturer, monkeypatch: pytest.MonkeyPatch
) -> None:
    week = timedelta(days=7)
    turn = datetime.fromtimestamp(now().timestamp() // week.total_seconds() * week.total_seconds(), UTC)

    def at(moment: datetime) -> tuple[Span, ...]:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
        return free_of(lecturer)

    early, late, following = at(turn), at(turn + week - timedelta(seconds=1)), at(turn + week)

    assert early == late
    assert (following[0][0] - early[0][0], following[-1][1] - early[-1][1]) == (week, week)


def test_the_turn_of_the_week_is_noted_for_those_who_have_hours_to_come(lecturer: Lecturer) -> None:
    idle, hidden, suspended = LecturerFactory(), LecturerFactory(live=False), LecturerFactory()
    day_only = LecturerFactory()
    Override.objects.create(lecturer=day_only, day=today(), windows=[["09:00", "10:00"]])
    for person in (hidden, suspended):
        ScheduleFactory(lecturer=person)
    SuspensionFactory(lecturer=suspended)
    ScheduleFactory(lecturer=idle, starts_on=today() - timedelta(days=9), ends_on=today() - timedelta(days=1))

    note_week_of_index()

    people = (lecturer, day_only, idle, hidden, suspended)
    assert [noted(person) for person in people] == [1, 1, 0, 0, 0]


def test_the_turn_is_work_of_the_week_and_costs_the_same_for_one_and_for_three(
    lecturer: Lecturer, django_assert_num_queries: Any
) -> None:
    work = scheduled_work("lecturers.note_week")
    assert work is not None
    for count in (1, 3):
        while Schedule.objects.count() < count:
            ScheduleFactory()
        OutboxEntry.objects.all().delete()
        with django_assert_num_queries(4):
            work()
        assert OutboxEntry.objects.count() == count


def test_a_document_costs_the_same_however_much_is_given_away(lecturer: Lecturer) -> None:
    counts = []
    for day in (5, 6, 7):
        give_away(lecturer, evening(day), str(day))
        ScheduleFactory(lecturer=lecturer)
        with CaptureQueriesContext(connection) as seen:
            lecturer_document(str(lecturer.pk))
        counts.append(len(seen))
    assert counts == [counts[0]] * 3
