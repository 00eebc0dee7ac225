"""Yes, no, another time; and who may say it."""

import pytest

from cms.booking.enums import BookingStatus, EventKind, Party
from cms.booking.models import TimeOffer
from cms.booking.services import accept, cancel, counter, decline
from cms.core.errors import DomainError, InvalidInput, StaleState
from cms.lecturers.errors import SlotTaken
from cms.lecturers.models import Occupation
from cms.notices.models import Notice
from tests.factories.booking import Scene, move_into_past
from tests.factories.lecturers import OccupationFactory, SuspensionFactory, evening


def held(scene: Scene) -> list[tuple[object, bool]]:
    live = Occupation.objects.filter(lecturer=scene.lecturer, released_at__isnull=True)
    return list(live.values_list("starts_at", "binding"))


def test_the_lecturer_s_yes_gives_the_time_away_and_everybody_concerned_is_told(scene: Scene) -> None:
    booking = accept(scene.request(), actor=scene.teacher)

    assert (booking.status, booking.awaits, booking.sequence) == (BookingStatus.ACCEPTED, "", 1)
    assert booking.accepted_at is not None
    assert held(scene) == [(evening(5), True)]
    told = Notice.objects.filter(kind="booking.accepted").values_list("user", flat=True)
    assert sorted(told) == sorted([scene.secretary.pk, scene.dean.pk])


def test_the_time_that_is_given_away_includes_the_buffers(scene: Scene) -> None:
    scene.agreed(minutes=60)
    [occupation] = Occupation.objects.all()
    lesson = occupation.ends_at - occupation.starts_at
    assert (occupation.occupied_to - occupation.occupied_from - lesson).total_seconds() == 3600


def test_with_two_yeses_the_first_passes_the_request_on(scene: Scene) -> None:
    scene.both_say_yes()
    booking = accept(scene.request(), actor=scene.dean)
    assert (booking.status, booking.awaits, booking.still_needed) == (BookingStatus.PENDING, Party.LECTURER, [])
    assert held(scene) == []

    assert accept(booking, actor=scene.teacher).status == BookingStatus.ACCEPTED
    kinds = list(booking.events.values_list("kind", flat=True))
    assert kinds == [EventKind.REQUESTED, EventKind.APPROVED, EventKind.ACCEPTED]


def test_only_the_side_that_is_asked_answers(scene: Scene) -> None:
    booking = scene.request()
    for person in (scene.secretary, scene.dean, scene.stranger):
        with pytest.raises(DomainError) as refused:
            accept(booking, actor=person)
        assert (refused.value.code, refused.value.status) == ("not_your_turn", 403)
    booking.refresh_from_db()
    assert booking.is_open


def test_of_two_pending_requests_for_one_time_the_second_yes_is_refused_with_alternatives(scene: Scene) -> None:
    first, second = scene.request(), scene.request()
    accept(first, actor=scene.teacher)

    with pytest.raises(SlotTaken) as taken:
        accept(second, actor=scene.teacher)

    assert len(taken.value.details["alternatives"]) == 3
    second.refresh_from_db()
    assert second.is_open
    assert held(scene) == [(evening(5), True)]


def test_an_answer_is_given_once(scene: Scene) -> None:
    booking = scene.agreed()
    for act in (accept, lambda row, actor: decline(row, actor=actor, reason="没空")):
        with pytest.raises(StaleState):
            act(booking, actor=scene.teacher)


def test_an_answer_to_a_time_that_was_read_is_none_to_the_one_proposed_since(scene: Scene) -> None:
    booking = scene.request()
    read = booking.starts_at
    counter(booking, starts_at=evening(6), actor=scene.teacher, reason="出差")
    counter(booking, starts_at=evening(7), actor=scene.secretary, reason="那天开会")

    with pytest.raises(StaleState):
        accept(booking, actor=scene.teacher, proposed=read)
    with pytest.raises(StaleState):
        decline(booking, actor=scene.teacher, reason="没空", proposed=read)
    with pytest.raises(StaleState):
        counter(booking, starts_at=evening(8), actor=scene.teacher, reason="出差", proposed=read)

    assert accept(booking, actor=scene.teacher, proposed=evening(7)).starts_at == evening(7)


def test_a_request_whose_time_has_come_is_no_longer_answered(scene: Scene) -> None:
    booking = move_into_past(scene.request())
    with pytest.raises(StaleState):
        accept(booking, actor=scene.teacher)


def test_a_request_to_somebody_suspended_meanwhile_is_not_accepted(scene: Scene) -> None:
    booking = scene.request()
    SuspensionFactory(lecturer=scene.lecturer)
    with pytest.raises(InvalidInput) as refused:
        accept(booking, actor=scene.teacher)
    assert refused.value.code == "not_bookable"


def test_a_no_needs_a_reason_and_frees_what_was_kept(scene: Scene) -> None:
    scene.rule(pending_occupies=True)
    booking = scene.request()
    with pytest.raises(InvalidInput):
        decline(booking, actor=scene.teacher, reason="  ")
    assert held(scene) == [(evening(5), False)]

    declined = decline(booking, actor=scene.teacher, reason="那天出差")

    assert (declined.status, held(scene)) == (BookingStatus.DECLINED, [])
    assert [event.reason for event in declined.events.all()][-1] == "那天出差"
    assert not TimeOffer.objects.filter(closed_at__isnull=True).exists()


def test_another_time_by_the_lecturer_is_kept_free_and_the_branch_is_asked(scene: Scene) -> None:
    booking = counter(scene.request(), starts_at=evening(6), actor=scene.teacher, reason="那天出差")

    assert (booking.awaits, booking.starts_at, booking.minutes) == (Party.REQUESTER, evening(6), 90)
    assert held(scene) == [(evening(6), False)]
    first, second = TimeOffer.objects.order_by("number")
    assert (first.closed_at is None, second.parent, second.closed_at, second.party) == (
        False,
        first,
        None,
        Party.LECTURER,
    )
    assert Notice.objects.filter(kind="booking.countered").get().user == scene.secretary

    agreed = accept(booking, actor=scene.secretary)
    assert (agreed.status, held(scene)) == (BookingStatus.ACCEPTED, [(evening(6), True)])


def test_proposals_form_a_chain_of_which_one_is_live(scene: Scene) -> None:
    booking = counter(scene.request(), starts_at=evening(6), actor=scene.teacher, reason="那天出差")
    booking = counter(booking, starts_at=evening(7), actor=scene.secretary, reason="那天开会")
    # The branch proposes; without the rule its wish keeps nothing free.
    assert (booking.awaits, held(scene)) == (Party.LECTURER, [])
    booking = counter(booking, starts_at=evening(8), actor=scene.teacher, reason="那天也出差")

    times = list(TimeOffer.objects.order_by("number"))
    assert [time.starts_at for time in times] == [evening(5), evening(6), evening(7), evening(8)]
    assert [time.closed_at is None for time in times] == [False, False, False, True]
    assert [time.parent for time in times] == [None, *times[:3]]
    assert held(scene) == [(evening(8), False)]


def test_a_new_time_needs_the_organisation_s_yes_again(scene: Scene) -> None:
    scene.both_say_yes()
    booking = accept(scene.request(), actor=scene.dean)
    booking = counter(booking, starts_at=evening(6), actor=scene.teacher, reason="那天出差")
    assert (booking.awaits, booking.still_needed) == (Party.REQUESTER, [Party.ORGANISATION])
    booking = accept(booking, actor=scene.secretary)
    assert accept(booking, actor=scene.dean).status == BookingStatus.ACCEPTED


def test_the_lecturer_may_propose_a_time_outside_the_offered_hours_but_none_that_is_given_away(scene: Scene) -> None:
    booking = scene.request()
    OccupationFactory(lecturer=scene.lecturer, start=evening(6))
    with pytest.raises(SlotTaken) as taken:
        counter(booking, starts_at=evening(6), actor=scene.teacher, reason="那天出差")
    assert len(taken.value.details["alternatives"]) == 3

    moved = counter(booking, starts_at=evening(7, 7), actor=scene.teacher, reason="只有清早有空")
    assert moved.starts_at == evening(7, 7)


def test_the_branch_proposes_within_the_offered_hours(scene: Scene) -> None:
    booking = counter(scene.request(), starts_at=evening(6), actor=scene.teacher, reason="那天出差")
    with pytest.raises(InvalidInput) as refused:
        counter(booking, starts_at=evening(7, 7), actor=scene.secretary, reason="清早好")
    assert refused.value.code == "outside_hours"
    booking.refresh_from_db()
    assert (booking.starts_at, held(scene)) == (evening(6), [(evening(6), False)])


def test_the_present_time_is_no_other_time(scene: Scene) -> None:
    with pytest.raises(InvalidInput):
        counter(scene.request(), starts_at=evening(5), actor=scene.teacher, reason="就这天")


def test_the_branch_calls_off_what_waits_and_either_side_what_is_agreed(scene: Scene) -> None:
    waiting = scene.request()
    with pytest.raises(DomainError) as refused:
        cancel(waiting, actor=scene.teacher, reason="不去了")
    assert refused.value.code == "not_yours"
    assert cancel(waiting, actor=scene.secretary, reason="改期再约").status == BookingStatus.CANCELLED

    for person in (scene.secretary, scene.teacher, scene.dean):
        off = cancel(scene.agreed(), actor=person, reason="有急事")
        assert (off.status, held(scene)) == (BookingStatus.CANCELLED, [])


def test_what_is_called_off_leaves_the_time_for_others(scene: Scene) -> None:
    cancel(scene.agreed(), actor=scene.teacher, reason="生病")
    assert scene.agreed().is_agreed


def test_nothing_is_called_off_twice(scene: Scene) -> None:
    off = cancel(scene.agreed(), actor=scene.teacher, reason="生病")
    with pytest.raises(StaleState):
        cancel(off, actor=scene.teacher, reason="生病")
