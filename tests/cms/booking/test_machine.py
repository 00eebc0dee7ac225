"""Whatever people do in whatever order: no time is given away twice, and every change says who, when and why."""

import itertools
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cms.accounts.models import User
from cms.booking.enums import BookingStatus, EventKind, Party
from cms.booking.models import BookingEvent, BookingRequest, Delivery, TimeOffer
from cms.booking.services import (
    accept,
    cancel,
    counter,
    decline,
    deliver,
    expire_due,
    flag_bookings_of_lecturer,
    keep,
    request_booking,
)
from cms.booking.states import TRANSITIONS
from cms.core.clock import now
from cms.core.errors import DomainError
from cms.lecturers.enums import Approval
from cms.lecturers.models import Occupation
from cms.ledger.models import HourEntry
from cms.ledger.services import ensure_default_rules
from tests.factories.booking import Scene, make_scene, move_into_past
from tests.factories.lecturers import evening

pytestmark = [pytest.mark.wide, pytest.mark.races]
PEOPLE = ("secretary", "teacher", "dean", "stranger")
STARTS = [evening(day, hour) for day in (4, 5) for hour in (9, 10, 14, 19)]
# Who must be named where; a no and a calling off also need a reason.
WITH_REASON = {EventKind.DECLINED, EventKind.CANCELLED, EventKind.NOT_HELD, EventKind.COUNTERED, EventKind.CORRECTED}
BY_THE_SITE = {EventKind.EXPIRED, EventKind.FLAGGED, EventKind.REMINDED}
person = st.sampled_from(PEOPLE)
start = st.sampled_from(STARTS)


class Bookings(RuleBasedStateMachine):
    """Any of four people does anything to any request; refusals are fine, broken rules are not."""

    scene: Scene

    def __init__(self) -> None:
        super().__init__()
        # Each example leaves the database as it found it.
        self.example = transaction.atomic()
        self.example.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @initialize(approval=st.sampled_from(Approval.values), pending_occupies=st.booleans())
    def begin(self, approval: str, pending_occupies: bool) -> None:  # noqa: FBT001  # hypothesis names it
        self.scene = make_scene()
        self.scene.rule(approval=approval, pending_occupies=pending_occupies)
        ensure_default_rules()
        # Without these most examples would ask for nothing, or only ask.
        for number in range(3):
            self.ask(STARTS[number], 90)

    def actor(self, name: str) -> User:
        found: User = User.objects.get(pk=getattr(self.scene, name).pk)
        return found

    def attempt(self, act: Any, number: int, **options: Any) -> None:
        bookings = list(BookingRequest.objects.order_by("pk"))
        if not bookings:
            return
        try:
            act(bookings[number % len(bookings)], **options)
        except DomainError:
            return

    @rule(starts_at=start, minutes=st.sampled_from([45, 90]))
    def ask(self, starts_at: Any, minutes: int) -> None:
        order = self.scene.order(starts_at=starts_at, minutes=minutes)
        try:
            request_booking(order, by=self.actor("secretary"), key=uuid.uuid4().hex)
        except DomainError:
            return

    @rule(number=st.integers(0, 5), who=person)
    def say_yes(self, number: int, who: str) -> None:
        self.attempt(accept, number, actor=self.actor(who))

    @rule(number=st.integers(0, 5))
    def whoever_is_asked_says_yes(self, number: int) -> None:
        for who in PEOPLE[:3]:
            self.attempt(accept, number, actor=self.actor(who))

    @rule(number=st.integers(0, 5), who=person)
    def say_no(self, number: int, who: str) -> None:
        self.attempt(decline, number, actor=self.actor(who), reason="没空")

    @rule(number=st.integers(0, 5), who=person, starts_at=start)
    def propose(self, number: int, who: str, starts_at: Any) -> None:
        self.attempt(counter, number, actor=self.actor(who), starts_at=starts_at, reason="换一天")

    @rule(number=st.integers(0, 5), who=person)
    def call_off(self, number: int, who: str) -> None:
        self.attempt(cancel, number, actor=self.actor(who), reason="有事")

    @rule(number=st.integers(0, 5), who=person)
    def record(self, number: int, who: str) -> None:
        self.attempt(deliver, number, actor=self.actor(who), heads=10, minutes=45)

    @rule(number=st.integers(0, 5))
    def time_goes_by(self, number: int) -> None:
        self.attempt(lambda booking: booking.is_agreed and move_into_past(booking), number)

    @rule(number=st.integers(0, 5))
    def nobody_answers(self, number: int) -> None:
        self.attempt(lambda row: BookingRequest.objects.filter(pk=row.pk).update(answer_by=now()), number)
        expire_due()

    @rule(number=st.integers(0, 5), who=person)
    def something_befalls(self, number: int, who: str) -> None:
        flag_bookings_of_lecturer(self.scene.lecturer.pk)
        self.attempt(keep, number, actor=self.actor(who))

    @invariant()
    def no_time_is_given_away_twice(self) -> None:
        live = list(Occupation.objects.filter(released_at__isnull=True).order_by("occupied_from"))
        for earlier, later in itertools.pairwise(live):
            assert earlier.occupied_to <= later.occupied_from

    @invariant()
    def what_is_agreed_has_its_time_and_what_ended_has_none(self) -> None:
        held = set(Occupation.objects.filter(released_at__isnull=True).values_list("source_id", flat=True))
        for booking in BookingRequest.objects.all():
            if booking.status in {BookingStatus.ACCEPTED, BookingStatus.DELIVERED}:
                assert str(booking.pk) in held
            elif booking.status != BookingStatus.PENDING:
                assert str(booking.pk) not in held
            assert (booking.awaits != "") == (booking.status == BookingStatus.PENDING)

    @invariant()
    def every_change_says_who_when_and_why(self) -> None:
        for booking in BookingRequest.objects.all():
            state = ""
            for event in BookingEvent.objects.filter(booking=booking).order_by("pk"):
                assert event.before == state
                assert event.after == state or not state or state in TRANSITIONS[event.after]
                assert (event.actor_id is None) == (event.kind in BY_THE_SITE)
                assert (event.party in Party.values) == (event.actor_id is not None)
                assert event.reason or event.kind not in WITH_REASON
                assert event.at <= now() + timedelta(seconds=1)
                state = event.after
            assert state == booking.status

    @invariant()
    def at_most_one_proposed_time_stands(self) -> None:
        for booking in BookingRequest.objects.all():
            times = TimeOffer.objects.filter(booking=booking, closed_at__isnull=True)
            open_or_held = {BookingStatus.PENDING, BookingStatus.ACCEPTED, BookingStatus.DELIVERED}
            assert times.count() == (1 if booking.status in open_or_held else 0)

    @invariant()
    def the_ledger_is_the_sum_of_what_was_held(self) -> None:
        held = {str(pk) for pk in Delivery.objects.values_list("booking", flat=True)}
        assert set(HourEntry.objects.values_list("source_id", flat=True)) == held


@pytest.mark.django_db
def test_any_order_of_acts_keeps_the_rules() -> None:
    run_state_machine_as_test(
        Bookings,
        settings=settings(
            max_examples=15, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
