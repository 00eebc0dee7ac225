"""How requests end: lapsed, held, forgotten; and what has to be decided again."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from cms.booking import queries
from cms.booking.enums import BookingStatus, Concern, EventKind, Party
from cms.booking.events import LectureDelivered
from cms.booking.lifecycle import advance
from cms.booking.models import BookingEvent, BookingRequest, Delivery
from cms.booking.services import (
    accept,
    cancel,
    counter,
    deciding,
    decline,
    deliver,
    expire_due,
    flag_bookings_of_lecturer,
    forget_old_bookings,
    keep,
    remind_of_deadlines,
    remind_of_lessons,
)
from cms.booking.services.ending import expire
from cms.booking.services.reminding import remind_of_deadline
from cms.core import events
from cms.core.clock import now
from cms.core.errors import DomainError, InvalidInput, StaleState
from cms.evaluations.models import Evaluation
from cms.jobs import schedule
from cms.jobs.services import start_due_work
from cms.lecturers.models import Occupation
from cms.ledger.enums import EntryKind
from cms.ledger.models import HourEntry
from cms.ledger.services import ensure_default_rules
from cms.notices.models import Notice
from tests.factories.booking import Scene, move_into_past
from tests.factories.jobs import run_waiting_jobs
from tests.factories.lecturers import evening


def set_times(booking: BookingRequest, **times: object) -> None:
    BookingRequest.objects.filter(pk=booking.pk).update(**times)


def test_what_nobody_answered_lapses_frees_the_time_and_is_told_to_both_sides(scene: Scene) -> None:
    scene.rule(pending_occupies=True)
    late, other = scene.request(), scene.request(starts_at=evening(6))
    set_times(late, answer_by=now())

    assert expire_due() == 1
    assert expire_due() == 0

    late.refresh_from_db()
    other.refresh_from_db()
    assert (late.status, other.status) == (BookingStatus.EXPIRED, BookingStatus.PENDING)
    assert Occupation.objects.filter(released_at__isnull=True).count() == 1
    [*_before, event] = late.events.all()
    assert (event.kind, event.actor_id, event.actor_name, event.party) == (EventKind.EXPIRED, None, "", "")
    told = Notice.objects.filter(kind="booking.ended").values_list("user", flat=True)
    assert sorted(told) == sorted([scene.secretary.pk, scene.teacher.pk])
    with pytest.raises(StaleState):
        accept(late, actor=scene.teacher)


def told_of_the_end() -> list[int]:
    """Return who was told that something ended, in order, each as often as it was told."""
    return sorted(Notice.objects.filter(kind="booking.ended").values_list("user", flat=True))


def test_the_organisation_that_lends_hears_of_the_end_where_its_yes_is_needed(scene: Scene) -> None:
    scene.both_say_yes()
    booking = scene.request()
    cancel(booking, actor=scene.secretary, reason="改期")
    assert told_of_the_end() == sorted([scene.dean.pk, scene.teacher.pk])


def test_the_organisation_that_lends_hears_of_the_end_of_what_it_was_told_is_agreed(scene: Scene) -> None:
    cancel(scene.agreed(), actor=scene.teacher, reason="生病")
    assert told_of_the_end() == sorted([scene.dean.pk, scene.secretary.pk])


def test_the_organisation_that_lends_is_not_told_of_the_end_of_what_it_never_heard_of(scene: Scene) -> None:
    decline(scene.request(), actor=scene.teacher, reason="没空")
    assert told_of_the_end() == [scene.secretary.pk]


def test_a_held_lesson_counts_for_the_lecturer_once_and_is_marked_by_listeners(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_default_rules()
    heard: list[LectureDelivered] = []
    monkeypatch.setitem(events._subscribers, LectureDelivered, [heard.append])
    booking = move_into_past(scene.agreed())

    written = deliver(booking, actor=scene.secretary, heads=28, minutes=90)
    again = deliver(booking, actor=scene.secretary, heads=28, minutes=90)

    assert written == again
    booking.refresh_from_db()
    assert booking.status == BookingStatus.DELIVERED
    [entry] = HourEntry.objects.all()
    assert (entry.kind, entry.user_id, entry.source_kind, entry.source_id, entry.hours) == (
        EntryKind.TEACHING,
        scene.teacher.pk,
        "booking",
        str(booking.pk),
        Decimal("2.00"),
    )
    assert entry.on == timezone.localtime(booking.starts_at).date()
    [evaluation] = Evaluation.objects.all()
    assert (evaluation.marked_person, evaluation.heads, written.evaluation) == (scene.teacher, 28, evaluation)
    assert sorted(evaluation.questions.values_list("kind", flat=True)) == [
        "course",
        "effect",
        "organisation",
        "quality",
        "teacher",
    ]
    assert heard == [
        LectureDelivered(booking.pk, scene.lecturer.pk, scene.branch.pk, minutes=90, heads=28),
    ]
    assert Notice.objects.filter(kind="booking.delivered").get().user == scene.teacher


def test_the_same_lesson_is_not_recorded_with_other_figures(scene: Scene) -> None:
    booking = move_into_past(scene.agreed())
    deliver(booking, actor=scene.secretary, heads=28, minutes=90)
    with pytest.raises(StaleState):
        deliver(booking, actor=scene.secretary, heads=30, minutes=90)
    assert Delivery.objects.get().heads == 28


def test_only_the_branch_records_and_not_before_it_began(scene: Scene) -> None:
    booking = scene.agreed()
    with pytest.raises(StaleState):
        deliver(booking, actor=scene.secretary, heads=28, minutes=90)
    booking = move_into_past(booking)
    for person in (scene.teacher, scene.dean, scene.stranger):
        with pytest.raises(DomainError) as refused:
            deliver(booking, actor=person, heads=28, minutes=90)
        assert refused.value.code == "not_yours"
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("side", ["secretary", "teacher"])
def test_either_side_ends_a_lesson_that_was_not_held_and_the_other_is_told_why(scene: Scene, side: str) -> None:
    ensure_default_rules()
    booking = move_into_past(scene.agreed())
    assert list(queries.to_record_for(scene.secretary)) == [booking]
    with pytest.raises(InvalidInput):
        cancel(booking, actor=getattr(scene, side), reason=" ")

    ended = cancel(booking, actor=getattr(scene, side), reason="讲师路上遇雪")

    assert (ended.status, ended.was_not_held) == (BookingStatus.CANCELLED, True)
    [*_before, event] = booking.events.all()
    assert (event.kind, event.actor_id, event.reason) == (EventKind.NOT_HELD, getattr(scene, side).pk, "讲师路上遇雪")
    assert not queries.to_record_for(scene.secretary).exists()
    assert (HourEntry.objects.count(), Evaluation.objects.count(), Delivery.objects.count()) == (0, 0, 0)
    other = scene.teacher if side == "secretary" else scene.secretary
    told = set(Notice.objects.filter(kind="booking.ended").values_list("user", "title"))
    assert told == {(person.pk, "“冬季用气”没有上成") for person in (other, scene.dean)}
    with pytest.raises(StaleState):
        deliver(booking, actor=scene.secretary, heads=28, minutes=90)


def test_only_the_two_sides_say_that_a_lesson_was_not_held_and_not_once_it_is_recorded(scene: Scene) -> None:
    booking = move_into_past(scene.agreed())
    for person in (scene.dean, scene.stranger):
        with pytest.raises(DomainError) as refused:
            cancel(booking, actor=person, reason="没来")
        assert refused.value.code == "not_yours"
    deliver(booking, actor=scene.secretary, heads=28, minutes=90)
    with pytest.raises(StaleState):
        cancel(booking, actor=scene.teacher, reason="没来")
    assert BookingRequest.objects.get().status == BookingStatus.DELIVERED


def test_a_lesson_called_off_before_its_day_was_not_missed_however_long_ago(scene: Scene) -> None:
    booking = cancel(scene.agreed(), actor=scene.teacher, reason="生病")
    assert not booking.was_not_held
    assert booking.events.filter(kind=EventKind.CANCELLED).count() == 1
    waiting = move_into_past(scene.request(starts_at=evening(6)))
    assert not cancel(waiting, actor=scene.secretary, reason="改期再约").was_not_held


def test_a_lesson_with_something_to_decide_is_recorded_once_it_has_begun(scene: Scene) -> None:
    booking = scene.agreed()
    flag_bookings_of_lecturer(scene.lecturer.pk)
    assert list(queries.to_decide_for(scene.secretary)) == [booking]
    booking = move_into_past(booking)
    assert not queries.to_decide_for(scene.secretary).exists()
    assert list(queries.to_record_for(scene.secretary)) == [booking]
    with pytest.raises(StaleState):
        keep(booking, actor=scene.secretary)


@pytest.mark.parametrize(
    ("heads", "minutes", "fields"),
    [
        (0, 90, ["heads"]),
        (28, 0, ["minutes"]),
        (10**20, 10**20, ["heads", "minutes"]),
        (-1, 721, ["heads", "minutes"]),
    ],
)
def test_figures_that_cannot_be_are_named(scene: Scene, heads: int, minutes: int, fields: list[str]) -> None:
    booking = move_into_past(scene.agreed())
    with pytest.raises(InvalidInput) as refused:
        deliver(booking, actor=scene.secretary, heads=heads, minutes=minutes)
    assert sorted(refused.value.fields) == fields


def test_agreed_lessons_of_somebody_suspended_stay_and_wait_for_a_decision(scene: Scene) -> None:
    agreed, waiting = scene.agreed(), scene.request(starts_at=evening(6))
    over = move_into_past(scene.agreed(starts_at=evening(7)))

    assert flag_bookings_of_lecturer(scene.lecturer.pk) == 1
    assert flag_bookings_of_lecturer(scene.lecturer.pk) == 0

    concerns = {row.pk: row.concern for row in BookingRequest.objects.all()}
    assert concerns == {agreed.pk: Concern.LECTURER, waiting.pk: "", over.pk: ""}
    told = Notice.objects.filter(kind="booking.concern", url=agreed.get_absolute_url()).values_list("user", flat=True)
    assert sorted(told) == sorted([scene.secretary.pk, scene.teacher.pk, scene.dean.pk])
    agreed.refresh_from_db()
    assert agreed.is_agreed


def test_a_lesson_called_off_meanwhile_is_not_to_be_decided(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    gone, stays = scene.agreed(), scene.agreed(starts_at=evening(6))

    def locked(pk: int) -> BookingRequest:
        if pk == gone.pk:
            cancel(gone, actor=scene.secretary, reason="讲师进修")
        return queries.locked(pk)

    monkeypatch.setattr(deciding, "locked", locked)
    assert flag_bookings_of_lecturer(scene.lecturer.pk) == 1
    concerns = {row.pk: row.concern for row in BookingRequest.objects.all()}
    assert concerns == {gone.pk: "", stays.pk: Concern.LECTURER}


def test_somebody_decides_that_it_takes_place_or_calls_it_off(scene: Scene) -> None:
    first, second = scene.agreed(), scene.agreed(starts_at=evening(6))
    flag_bookings_of_lecturer(scene.lecturer.pk)
    with pytest.raises(DomainError):
        keep(first, actor=scene.stranger)

    assert keep(first, actor=scene.secretary).concern == ""
    with pytest.raises(StaleState):
        keep(first, actor=scene.secretary)
    assert cancel(second, actor=scene.secretary, reason="讲师进修").concern == ""


def test_a_deadline_is_reminded_of_once(scene: Scene) -> None:
    soon, later = scene.request(), scene.request(starts_at=evening(6))
    set_times(soon, answer_by=now() + timedelta(hours=20), changed_at=now() - timedelta(days=2))

    assert [remind_of_deadlines(), remind_of_deadlines()] == [1, 0]

    [reminder] = Notice.objects.filter(kind="booking.deadline")
    assert (reminder.user, reminder.url) == (scene.teacher, soon.get_absolute_url())
    assert not later.events.filter(kind=EventKind.REMINDED).exists()


def test_what_is_answered_or_moved_while_the_clock_looks_through_its_list_is_not_reminded_of(scene: Scene) -> None:
    answered, moved, waiting = (scene.request(starts_at=evening(day)) for day in (5, 6, 7))
    for request in (answered, moved, waiting):
        set_times(request, answer_by=now() + timedelta(hours=20), changed_at=now() - timedelta(days=2))
    listed = [answered.pk, moved.pk, waiting.pk]
    accept(answered, actor=scene.teacher)
    # Whoever is asked now has heard of the new deadline this moment.
    counter(moved, starts_at=evening(1), actor=scene.teacher, reason="换一天")

    assert [remind_of_deadline(pk) for pk in listed] == [False, False, True]
    assert [notice.url for notice in Notice.objects.filter(kind="booking.deadline")] == [waiting.get_absolute_url()]
    reminded = BookingEvent.objects.filter(kind=EventKind.REMINDED)
    assert [event.booking_id for event in reminded] == [waiting.pk]


def test_both_sides_are_reminded_of_a_lesson_once(scene: Scene) -> None:
    soon = scene.agreed()
    scene.agreed(starts_at=evening(6))
    set_times(soon, starts_at=now() + timedelta(hours=20), ends_at=now() + timedelta(hours=21))

    assert [remind_of_lessons(), remind_of_lessons()] == [1, 0]

    told = Notice.objects.filter(kind="booking.tomorrow").values_list("user", flat=True)
    assert sorted(told) == sorted([scene.secretary.pk, scene.teacher.pk])


def test_the_story_cannot_be_changed_even_by_a_raw_statement(scene: Scene) -> None:
    booking = scene.request()
    rows = BookingEvent.objects.filter(booking=booking)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(reason="anders")
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()
    assert rows.get().reason == "老人较多"


def test_requests_of_the_last_three_years_are_kept(scene: Scene) -> None:
    move_into_past(scene.agreed(), ended=timedelta(days=900))
    assert forget_old_bookings() == 0
    assert BookingRequest.objects.count() == 1


def test_the_schedule_reminds_and_ends_what_nobody_answered(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    soon, unanswered, late = scene.agreed(), scene.request(starts_at=evening(6)), scene.request(starts_at=evening(7))
    set_times(soon, starts_at=now() + timedelta(hours=20), ends_at=now() + timedelta(hours=21))
    set_times(unanswered, answer_by=now() + timedelta(hours=20), changed_at=now() - timedelta(days=2))
    set_times(late, answer_by=now())

    table = {name: work for name, work in schedule._table.items() if name.startswith("booking.")}
    monkeypatch.setattr(schedule, "_table", table)
    start_due_work()
    run_waiting_jobs()

    kinds = ("booking.tomorrow", "booking.deadline", "booking.ended")
    assert {kind: Notice.objects.filter(kind=kind).count() for kind in kinds} == dict(
        zip(kinds, (2, 1, 2), strict=True)
    )
    late.refresh_from_db()
    assert late.status == BookingStatus.EXPIRED


def test_what_is_answered_while_the_clock_looks_through_its_list_does_not_lapse(scene: Scene) -> None:
    late, moved = scene.request(), scene.request(starts_at=evening(6))
    for request in (late, moved):
        set_times(request, answer_by=now())
    listed = list(queries.due_deadlines(now()))
    accept(late, actor=scene.teacher)
    counter(moved, starts_at=evening(8), actor=scene.teacher, reason="换一天")

    assert [expire(request) for request in listed] == [False, False]
    states = {request.pk: request.status for request in BookingRequest.objects.all()}
    assert states == {late.pk: BookingStatus.ACCEPTED, moved.pk: BookingStatus.PENDING}
    assert Occupation.objects.filter(released_at__isnull=True).count() == 2
    assert told_of_the_end() == []


def test_a_state_is_not_written_over_one_that_changed_meanwhile(scene: Scene) -> None:
    in_hand = scene.request()
    decline(in_hand, actor=scene.teacher, reason="没空")
    story = in_hand.events.count()
    with pytest.raises(StaleState):
        advance(
            in_hand,
            BookingStatus.ACCEPTED,
            kind=EventKind.ACCEPTED,
            actor=scene.teacher,
            party=Party.LECTURER,
            accepted_at=now(),
        )
    in_hand.refresh_from_db()
    assert (in_hand.status, in_hand.accepted_at, in_hand.events.count()) == (BookingStatus.DECLINED, None, story)
