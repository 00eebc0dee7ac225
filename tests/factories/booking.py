"""Requests for lecturers for tests: two branches, a lecturer with hours, and requests made by the services."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cms.accounts.models import User
from cms.booking.models import BookingRequest
from cms.booking.services import Order, accept, request_booking
from cms.core.clock import now
from cms.lecturers.enums import Approval
from cms.lecturers.models import Lecturer, LendingRule
from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import Organisation
from cms.organisations.queries import forget_standing
from tests.factories.accounts import UserFactory, give_second_factor
from tests.factories.lecturers import LecturerFactory, ScheduleFactory, evening
from tests.factories.organisations import MembershipFactory, OrganisationFactory, RoleAssignmentFactory


@dataclass
class Scene:
    """A branch that asks, a school that lends, and somebody who has nothing to do with either."""

    branch: Organisation
    secretary: User
    school: Organisation
    dean: User
    lecturer: Lecturer
    teacher: User
    stranger: User

    def order(self, **changes: Any) -> Order:
        """Return an order for an evening in five days, an hour and a half long."""
        starts_at = changes.pop("starts_at", evening(5))
        minutes = changes.pop("minutes", 90)
        values: dict[str, Any] = {
            "lecturer": self.lecturer,
            "organisation": self.branch,
            "topic": "冬季用气",
            "mode": "onsite",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=minutes),
            "heads": 32,
            "place": "活动室二楼",
            "note": "老人较多",
        }
        return Order(**{**values, **changes})

    def request(self, *, by: User | None = None, **changes: Any) -> BookingRequest:
        """Return a request that waits for its first answer."""
        return request_booking(self.order(**changes), by=by or self.secretary, key=uuid.uuid4().hex)

    def agreed(self, **changes: Any) -> BookingRequest:
        """Return a request to which the lecturer said yes."""
        return accept(self.request(**changes), actor=self.teacher)

    def rule(self, **values: Any) -> LendingRule:
        """Write the school's rule of lending."""
        found: LendingRule = LendingRule.objects.update_or_create(organisation=self.school, defaults=values)[0]
        return found

    def both_say_yes(self) -> None:
        """Let the school's yes be needed before the lecturer's."""
        self.rule(approval=Approval.ORGANISATION_FIRST)


def keeper_of(organisation: Organisation, role: Role = Role.BRANCH_SECRETARY) -> User:
    """Return somebody who keeps the organisation, with a second factor."""
    person: User = UserFactory(mfa_required=True)
    give_second_factor(person)
    MembershipFactory(user=person, organisation=organisation)
    RoleAssignmentFactory(user=person, organisation=organisation, role=role)
    forget_standing(person)
    return person


def make_scene() -> Scene:
    """Return the scene; the lecturer has hours every morning, afternoon and evening, and no notice or caps."""
    committee = OrganisationFactory(kind=OrganisationKind.COMMITTEE)
    branch, school, other = (OrganisationFactory(parent=committee) for _n in range(3))
    teacher = UserFactory()
    lecturer = LecturerFactory(
        organisation=school,
        user=teacher,
        contact_phone="19900001234",
        contact_email="teacher@example.cn",
        buffer_before=30,
        buffer_after=30,
        online=True,
    )
    ScheduleFactory(lecturer=lecturer)
    return Scene(
        branch=branch,
        secretary=keeper_of(branch),
        school=school,
        dean=keeper_of(school, Role.BRANCH_ADMIN),
        lecturer=lecturer,
        teacher=teacher,
        stranger=keeper_of(other),
    )


def move_into_past(booking: BookingRequest, *, ended: timedelta = timedelta(hours=1)) -> BookingRequest:
    """Let the lesson lie in the past, as if time had gone by; the bare rows."""
    ends_at: datetime = now() - ended
    times = {"starts_at": ends_at - (booking.ends_at - booking.starts_at), "ends_at": ends_at}
    BookingRequest.objects.filter(pk=booking.pk).update(**times)
    booking.refresh_from_db()
    return booking
