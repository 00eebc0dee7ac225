"""A record with mistyped figures is corrected by the branch, with a reason; hours follow by a counter-entry."""

from decimal import Decimal

import pytest
from django.test import Client

from cms.accounts.models import AuditEntry, User
from cms.booking.enums import BookingStatus, EventKind
from cms.booking.models import BookingRequest, Delivery
from cms.booking.services import correct_delivery, deliver
from cms.core.errors import DomainError, InvalidInput, StaleState
from cms.evaluations.services import print_codes
from cms.ledger.enums import EntryKind
from cms.ledger.models import HourEntry
from cms.ledger.queries import net_hours
from cms.ledger.services import ensure_default_rules
from cms.notices.models import Notice
from cms.organisations.enums import Role
from cms.organisations.queries import forget_standing
from tests.factories.booking import Scene, move_into_past
from tests.factories.organisations import RoleAssignmentFactory


@pytest.fixture
def held(scene: Scene) -> BookingRequest:
    """Return a lesson recorded with nine minutes instead of ninety."""
    ensure_default_rules()
    booking = move_into_past(scene.agreed())
    deliver(booking, actor=scene.secretary, heads=3, minutes=9)
    return BookingRequest.objects.get(pk=booking.pk)


def teach_and_keep(scene: Scene) -> User:
    """Let the lecturer keep the branch too."""
    RoleAssignmentFactory(user=scene.teacher, organisation=scene.branch, role=Role.BRANCH_ADMIN)
    forget_standing(scene.teacher)
    return scene.teacher


def test_the_record_takes_the_new_figures_and_the_ledger_a_counter_entry(scene: Scene, held: BookingRequest) -> None:
    correct_delivery(held, actor=scene.secretary, heads=30, minutes=90, reason="少打了一个零")

    record = Delivery.objects.get()
    assert (record.heads, record.minutes, record.recorded_by) == (30, 90, scene.secretary)
    assert record.evaluation is not None
    assert record.evaluation.heads == 30
    [first, counter] = HourEntry.objects.order_by("pk")
    assert (first.kind, first.hours, counter.kind, counter.hours) == (
        EntryKind.TEACHING,
        Decimal("0.20"),
        EntryKind.CORRECTION,
        Decimal("1.80"),
    )
    assert net_hours(first) == Decimal("2.00")
    [*_before, event] = held.events.all()
    assert (event.kind, event.reason, event.after) == (EventKind.CORRECTED, "少打了一个零", BookingStatus.DELIVERED)
    entry = AuditEntry.objects.get(action="booking.corrected")
    assert (entry.before, entry.after) == (
        {"status": "delivered", "heads": 3, "minutes": 9},
        {"status": "delivered", "heads": 30, "minutes": 90},
    )
    told = Notice.objects.filter(kind="booking.delivered").order_by("pk").values_list("user", "title")
    assert list(told)[1:] == [(scene.teacher.pk, "“冬季用气”的授课登记有更正")]


def test_slips_that_are_more_than_the_corrected_listeners_end(scene: Scene, held: BookingRequest) -> None:
    evaluation = Delivery.objects.get().evaluation
    assert evaluation is not None
    print_codes(evaluation, 3, actor=scene.secretary)
    left = []
    for heads, minutes in ((3, 90), (4, 90), (3, 90), (2, 90)):
        correct_delivery(held, actor=scene.secretary, heads=heads, minutes=minutes, reason="打错了")
        left.append(evaluation.codes.count())
    assert left == [3, 3, 3, 0]
    assert AuditEntry.objects.get(action="evaluations.end_codes").after == {"number": 3}


def test_other_listeners_leave_the_hours_as_they_are(scene: Scene, held: BookingRequest) -> None:
    correct_delivery(held, actor=scene.secretary, heads=30, minutes=9, reason="少打了一个零")
    assert HourEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("figures", "reason"), [((30, 90), " "), ((3, 9), "没变"), ((0, 90), "打错"), ((30, 721), "打错")]
)
def test_without_a_reason_or_a_figure_that_can_be_nothing_is_corrected(
    scene: Scene, held: BookingRequest, figures: tuple[int, int], reason: str
) -> None:
    with pytest.raises(InvalidInput):
        correct_delivery(held, actor=scene.secretary, heads=figures[0], minutes=figures[1], reason=reason)
    assert (HourEntry.objects.count(), Delivery.objects.get().minutes) == (1, 9)


def test_nobody_corrects_the_own_teaching_nor_what_others_recorded(scene: Scene, held: BookingRequest) -> None:
    for person in (scene.teacher, scene.dean, scene.stranger, teach_and_keep(scene)):
        with pytest.raises(DomainError) as refused:
            correct_delivery(held, actor=person, heads=30, minutes=90, reason="打错")
        assert refused.value.code == "not_yours"
    assert Delivery.objects.get().minutes == 9


def test_what_was_not_recorded_is_not_corrected(scene: Scene) -> None:
    booking = move_into_past(scene.agreed())
    with pytest.raises(StaleState):
        correct_delivery(booking, actor=scene.secretary, heads=30, minutes=90, reason="打错")


def test_of_the_own_teaching_one_records_at_most_the_agreed_minutes(scene: Scene) -> None:
    booking = move_into_past(scene.agreed())
    person = teach_and_keep(scene)
    with pytest.raises(InvalidInput) as refused:
        deliver(booking, actor=person, heads=28, minutes=91)
    assert list(refused.value.fields) == ["minutes"]
    assert deliver(booking, actor=person, heads=28, minutes=90).minutes == 90


@pytest.mark.long
def test_the_page_of_the_lesson_leads_to_the_correction(scene: Scene, held: BookingRequest, client: Client) -> None:
    address = f"{held.get_absolute_url()}deliver/"
    client.force_login(scene.secretary)
    assert f'href="{address}">更正数字</a>' in client.get(held.get_absolute_url()).content.decode()
    assert 'value="9"' in client.get(address).content.decode()

    refused = client.post(address, {"heads": "30", "minutes": "90", "reason": ""})
    assert (refused.status_code, list(refused.context["form"].errors)) == (400, ["reason"])
    again = client.post(address, {"heads": "3", "minutes": "9"})
    assert (again.status_code, HourEntry.objects.count()) == (302, 1)

    assert client.post(address, {"heads": "30", "minutes": "90", "reason": "少打了一个零"}).status_code == 302
    page = client.get(held.get_absolute_url()).content.decode()
    assert f"{scene.branch}更正了登记" in page
    assert "少打了一个零" in page


def test_who_taught_is_led_back_from_the_form(scene: Scene, held: BookingRequest, client: Client) -> None:
    client.force_login(teach_and_keep(scene))
    answer = client.get(f"{held.get_absolute_url()}deliver/")
    assert (answer.status_code, answer["Location"]) == (302, held.get_absolute_url())
