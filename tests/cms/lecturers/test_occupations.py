"""A lecturer's time is given away once, whatever code writes."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cms.core.errors import InvalidInput
from cms.lecturers.errors import CapReached, SlotTaken
from cms.lecturers.models import Lecturer, Occupation
from cms.lecturers.queries import alternatives_near, free_slots, is_free, occupied_span
from cms.lecturers.services import hold, lock_time_of, release, release_source
from tests.factories.lecturers import LecturerFactory, OccupationFactory, ScheduleFactory, evening

pytestmark = pytest.mark.django_db


@pytest.fixture
def lecturer() -> Lecturer:
    lecturer: Lecturer = LecturerFactory()
    ScheduleFactory(lecturer=lecturer)
    return lecturer


def hold_evening(lecturer: Lecturer, start: datetime, source: str, **options: Any) -> Occupation:
    end = start + timedelta(minutes=90)
    occupied_from, occupied_to = occupied_span(lecturer, start, end)
    return hold(
        lecturer,
        start=start,
        end=end,
        occupied_from=occupied_from,
        occupied_to=occupied_to,
        source_kind="request",
        source_id=source,
        **options,
    )


def test_time_that_was_given_away_is_no_longer_offered(lecturer: Lecturer) -> None:
    thursday = evening(5)
    assert is_free(lecturer, thursday, 90)

    held = hold_evening(lecturer, thursday, "1")

    assert not is_free(lecturer, thursday, 90)
    assert (held.starts_at, held.ends_at, held.binding) == (thursday, thursday + timedelta(minutes=90), True)


def test_overlapping_hours_are_refused_and_touching_ones_are_not(lecturer: Lecturer) -> None:
    hold_evening(lecturer, evening(5), "1")

    with pytest.raises(SlotTaken) as taken:
        hold_evening(lecturer, evening(5) + timedelta(minutes=60), "2")
    hold_evening(lecturer, evening(5) + timedelta(minutes=90), "3")

    assert (taken.value.code, taken.value.status) == ("slot_taken", 409)
    assert Occupation.objects.count() == 2


def test_buffers_belong_to_what_is_taken(lecturer: Lecturer) -> None:
    lecturer.buffer_after = 30
    hold_evening(lecturer, evening(5), "1")

    with pytest.raises(SlotTaken):
        hold_evening(lecturer, evening(5) + timedelta(minutes=90), "2")
    hold_evening(lecturer, evening(5) + timedelta(minutes=120), "3")


def test_another_lecturer_is_free_then(lecturer: Lecturer) -> None:
    hold_evening(lecturer, evening(5), "1")
    hold_evening(LecturerFactory(), evening(5), "2")

    assert Occupation.objects.count() == 2


def test_the_same_source_moves_what_it_holds(lecturer: Lecturer) -> None:
    first = hold_evening(lecturer, evening(5), "1", binding=False)
    moved = hold_evening(lecturer, evening(5) + timedelta(minutes=30), "1", binding=True)

    assert moved.pk == first.pk
    assert Occupation.objects.get().starts_at == evening(5) + timedelta(minutes=30)
    assert Occupation.objects.get().binding


def test_what_was_released_is_free_again(lecturer: Lecturer) -> None:
    held = hold_evening(lecturer, evening(5), "1")

    release(held)
    release(held)

    assert is_free(lecturer, evening(5), 90)
    assert hold_evening(lecturer, evening(5), "2").pk != held.pk


def test_a_source_gives_back_all_it_holds(lecturer: Lecturer) -> None:
    hold_evening(lecturer, evening(5), "1")
    hold_evening(LecturerFactory(), evening(5), "1")
    hold_evening(LecturerFactory(), evening(5), "2")

    assert release_source("request", "1") == 2
    assert [held.source_id for held in Occupation.objects.filter(released_at__isnull=True)] == ["2"]


def test_the_month_holds_as_many_lessons_as_was_agreed(lecturer: Lecturer) -> None:
    lecturer.cap_day = 1
    hold_evening(lecturer, evening(5, hour=9), "1")

    with pytest.raises(CapReached) as full:
        hold_evening(lecturer, evening(5), "2")
    hold_evening(lecturer, evening(5), "3", keep_caps=False)

    assert (full.value.code, full.value.status) == ("cap_reached", 409)


def test_times_in_no_order_are_refused(lecturer: Lecturer) -> None:
    with pytest.raises(InvalidInput):
        hold(
            lecturer,
            start=evening(5),
            end=evening(5),
            occupied_from=evening(5),
            occupied_to=evening(5),
            source_kind="request",
            source_id=1,
        )


def test_the_database_itself_refuses_overlapping_rows(lecturer: Lecturer) -> None:
    OccupationFactory(lecturer=lecturer, start=evening(5))

    with pytest.raises(IntegrityError), transaction.atomic():
        OccupationFactory(lecturer=lecturer, start=evening(5) + timedelta(minutes=119))
    OccupationFactory(lecturer=lecturer, start=evening(5) + timedelta(minutes=120))


def test_the_database_refuses_to_move_a_row_over_another(lecturer: Lecturer) -> None:
    OccupationFactory(lecturer=lecturer, start=evening(5))
    other = OccupationFactory(lecturer=lecturer, start=evening(6))

    with pytest.raises(IntegrityError), transaction.atomic():
        Occupation.objects.filter(pk=other.pk).update(
            starts_at=evening(5),
            ends_at=evening(5, hour=20),
            occupied_from=evening(5),
            occupied_to=evening(5, hour=20),
        )


def test_a_released_row_may_not_come_back_over_another(lecturer: Lecturer) -> None:
    old = OccupationFactory(lecturer=lecturer, start=evening(5), released_at=evening(0))
    OccupationFactory(lecturer=lecturer, start=evening(5))

    with pytest.raises(IntegrityError), transaction.atomic():
        Occupation.objects.filter(pk=old.pk).update(released_at=None)


def test_what_the_check_misses_and_the_database_refuses_is_taken(
    lecturer: Lecturer, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_evening(lecturer, evening(5), "1")
    monkeypatch.setattr("cms.lecturers.services.occupations.live_occupations", Occupation.objects.none)

    with pytest.raises(SlotTaken):
        hold_evening(lecturer, evening(5), "2", keep_caps=False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.long
def test_the_lock_is_asked_for_inside_a_transaction(lecturer: Lecturer) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        lock_time_of(lecturer)


def test_alternatives_are_the_nearest_free_times_and_do_not_overlap(lecturer: Lecturer) -> None:
    hold_evening(lecturer, evening(5), "1")

    starts = [slot.start for slot in alternatives_near(lecturer, evening(5), 90)]

    assert starts == [
        evening(5) - timedelta(minutes=90),
        evening(5) - timedelta(minutes=180),
        evening(5) - timedelta(minutes=270),
    ]


def test_a_day_in_the_past_or_beyond_the_horizon_has_no_slots(lecturer: Lecturer) -> None:
    beyond = evening(lecturer.horizon_days + 1).date()

    assert free_slots(lecturer, evening(-3).date(), evening(-1).date(), 90) == []
    assert free_slots(lecturer, beyond, beyond, 90) == []


@pytest.mark.parametrize("cap", ["cap_week", "cap_month"])
def test_what_counts_towards_a_cap_is_known_however_short_the_days_that_are_asked_for(
    lecturer: Lecturer, cap: str
) -> None:
    lecturer.horizon_days, lecturer.cap_week, lecturer.cap_month = 366, None, None
    setattr(lecturer, cap, 1)
    taken = evening(45, hour=0)
    OccupationFactory(lecturer=lecturer, start=taken)

    def counted(day: date) -> tuple[int, int]:
        return day.isocalendar()[:2] if cap == "cap_week" else (day.year, day.month)

    for days in range(45 - 35, 45 + 36):
        day = evening(days).date()
        assert bool(free_slots(lecturer, day, day, 90)) == (counted(day) != counted(taken.date())), day
