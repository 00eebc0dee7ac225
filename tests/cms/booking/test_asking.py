"""Asking for a lecturer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cms.accounts.models import AuditEntry, User
from cms.booking.enums import BookingStatus, EventKind, Party
from cms.booking.models import BookingRequest
from cms.booking.queries import waiting_for
from cms.booking.services import accept, asking, request_booking
from cms.core.clock import now, today
from cms.core.errors import DomainError, InvalidInput
from cms.lecturers.enums import Approval
from cms.lecturers.errors import CapReached, SlotTaken
from cms.lecturers.models import Lecturer, Occupation
from cms.lecturers.queries import free_slots
from cms.notices.models import Notice
from tests.factories.booking import Scene
from tests.factories.lecturers import SuspensionFactory, evening


def test_a_request_waits_for_the_lecturer_and_says_until_when(scene: Scene) -> None:
    before = now()
    booking = scene.request()

    assert (booking.status, booking.awaits, booking.still_needed) == (BookingStatus.PENDING, Party.LECTURER, [])
    assert before + timedelta(days=3) - timedelta(minutes=1) <= booking.answer_by <= now() + timedelta(days=3)
    [event] = booking.events.all()
    assert (event.kind, event.actor_name, event.party, event.before, event.after) == (
        EventKind.REQUESTED,
        scene.secretary.name,
        Party.REQUESTER,
        "",
        BookingStatus.PENDING,
    )
    assert [(time.number, time.party, time.closed_at) for time in booking.times.all()] == [(1, Party.REQUESTER, None)]
    assert list(Notice.objects.values_list("user", "kind")) == [(scene.teacher.pk, "booking.asked")]
    assert AuditEntry.objects.filter(action="booking.requested", actor_id=scene.secretary.pk).count() == 1


def test_the_number_of_a_request_has_the_year_of_the_county(scene: Scene) -> None:
    booking = scene.request()
    booking.created_at = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)  # one o'clock on New Year's morning there
    assert booking.number == f"2027-{booking.pk:04d}"


def test_a_pending_request_leaves_the_time_free_unless_the_organisation_s_rule_keeps_it(scene: Scene) -> None:
    scene.request()
    assert not Occupation.objects.exists()
    scene.request(starts_at=evening(5))

    scene.rule(pending_occupies=True)
    scene.request(starts_at=evening(6))

    [held] = Occupation.objects.all()
    assert (held.starts_at, held.binding) == (evening(6), False)
    with pytest.raises(SlotTaken):
        scene.request(starts_at=evening(6))


def test_an_organisation_s_yes_may_come_first(scene: Scene) -> None:
    scene.both_say_yes()
    booking = scene.request()
    assert (booking.awaits, booking.still_needed) == (Party.ORGANISATION, [Party.LECTURER])


def test_a_lecturer_s_own_setting_goes_before_the_organisation_s(scene: Scene) -> None:
    scene.both_say_yes()
    Lecturer.objects.filter(pk=scene.lecturer.pk).update(approval=Approval.ORGANISATION)
    scene.lecturer.refresh_from_db()
    assert scene.request().approvals == [Party.ORGANISATION]


def test_the_same_key_with_the_same_order_asks_once(scene: Scene) -> None:
    order = scene.order()
    first = request_booking(order, by=scene.secretary, key="k")
    again = request_booking(order, by=scene.secretary, key="k")
    assert (first.pk, BookingRequest.objects.count(), Notice.objects.count()) == (again.pk, 1, 1)


def test_the_same_key_with_another_order_is_refused(scene: Scene) -> None:
    request_booking(scene.order(), by=scene.secretary, key="k")
    with pytest.raises(DomainError) as refused:
        request_booking(scene.order(heads=33), by=scene.secretary, key="k")
    assert (refused.value.code, refused.value.status) == ("key_reused", 409)


def test_of_two_with_one_key_the_second_gets_the_first_s_request_though_it_keeps_the_time(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.rule(pending_occupies=True)
    order, write = scene.order(), asking.write_request

    def overtaken(order: asking.Order, *, by: User, key: str) -> BookingRequest:
        write(order, by=by, key=key)
        return write(order, by=by, key=key)

    monkeypatch.setattr(asking, "write_request", overtaken)
    second = request_booking(order, by=scene.secretary, key="k")
    assert list(BookingRequest.objects.all()) == [second]


def test_two_people_may_use_the_same_key(scene: Scene) -> None:
    request_booking(scene.order(), by=scene.secretary, key="k")
    other = scene.stranger
    branch = other.memberships.get().organisation
    request_booking(scene.order(organisation=branch), by=other, key="k")
    assert BookingRequest.objects.count() == 2


def test_a_later_request_for_overlapping_hours_is_refused_with_three_alternatives(scene: Scene) -> None:
    scene.agreed()
    wished = evening(5) + timedelta(minutes=30)

    with pytest.raises(SlotTaken) as taken:
        scene.request(starts_at=wished)

    offered = taken.value.details["alternatives"]
    free = {slot.start.isoformat() for slot in free_slots(scene.lecturer, today(), today() + timedelta(days=30), 90)}
    assert len(offered) == 3
    assert {slot["start"] for slot in offered} <= free
    assert BookingRequest.objects.count() == 1


def test_hours_that_only_touch_the_buffers_are_free(scene: Scene) -> None:
    scene.agreed(starts_at=evening(5, 14), minutes=60)
    with pytest.raises(SlotTaken):
        scene.request(starts_at=evening(5, 15), minutes=60)
    assert scene.request(starts_at=evening(5, 16), minutes=60).is_open


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"starts_at": evening(-1)}, "start", "past"),
        ({"starts_at": evening(91)}, "start", "too_far"),
        ({"starts_at": evening(5, 3)}, "start", "outside_hours"),
        ({"minutes": 481}, "end", "length"),
        ({"minutes": 9}, "end", "length"),
        ({"minutes": 0}, "end", "invalid"),
        ({"topic": " "}, "topic", "invalid"),
        ({"topic": "长" * 81}, "topic", "invalid"),
        ({"mode": "home"}, "mode", "mode"),
        ({"mode": "nonsense"}, "mode", "mode"),
        ({"place": " "}, "place", "place"),
        ({"heads": 0}, "heads", "invalid"),
        ({"heads": 10**30}, "heads", "invalid"),
    ],
)
def test_what_cannot_be_gets_a_sentence_at_its_field(
    scene: Scene, changes: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        scene.request(**changes)
    assert (list(refused.value.fields), refused.value.code) == ([field], code)
    assert not BookingRequest.objects.exists()


def test_online_needs_no_place(scene: Scene) -> None:
    assert scene.request(mode="online", place="").place == ""


def test_a_request_keeps_the_notice_that_the_lecturer_needs(scene: Scene) -> None:
    scene.lecturer.notice_minutes = 6 * 24 * 60
    scene.lecturer.save()
    with pytest.raises(InvalidInput) as refused:
        scene.request()
    assert refused.value.code == "too_soon"


def test_a_suspended_lecturer_takes_no_requests_and_the_reason_is_not_told(scene: Scene) -> None:
    SuspensionFactory(lecturer=scene.lecturer, reason="外出进修")
    with pytest.raises(InvalidInput) as refused:
        scene.request()
    assert refused.value.code == "not_bookable"
    assert "外出进修" not in str(refused.value)


def test_a_lecturer_without_a_term_takes_no_requests(scene: Scene) -> None:
    scene.lecturer.terms.all().delete()
    with pytest.raises(InvalidInput) as refused:
        scene.request()
    assert refused.value.code == "not_bookable"


def test_a_full_month_is_refused_with_other_times(scene: Scene) -> None:
    scene.lecturer.cap_day = 1
    scene.lecturer.save()
    scene.agreed(starts_at=evening(5, 9), minutes=60)
    with pytest.raises(CapReached) as full:
        scene.request()
    assert len(full.value.details["alternatives"]) == 3


def test_nobody_asks_for_a_branch_of_others(scene: Scene) -> None:
    with pytest.raises(InvalidInput) as refused:
        scene.request(by=scene.stranger)
    assert refused.value.code == "not_your_branch"


def test_the_key_is_needed(scene: Scene) -> None:
    for key in ("", " ", "k" * 81):
        with pytest.raises(InvalidInput):
            request_booking(scene.order(), by=scene.secretary, key=key)


@pytest.mark.parametrize("closed", [False, True], ids=["no account", "a closed account"])
def test_where_the_lecturer_has_no_account_the_organisation_is_told_and_answers(scene: Scene, *, closed: bool) -> None:
    if closed:
        User.objects.filter(pk=scene.teacher.pk).update(is_active=False)
    else:
        Lecturer.objects.filter(pk=scene.lecturer.pk).update(user=None)
    scene.lecturer.refresh_from_db()
    booking = scene.request()
    assert list(waiting_for(scene.dean)) == [booking]
    assert list(Notice.objects.values_list("user", flat=True)) == [scene.dean.pk]
    assert accept(booking, actor=scene.dean).is_agreed
