"""Requests for lecturers in the small county: `member` is the lecturer, the branch of `secretary` asks."""

from typing import Any

from cms.accounts.models import User
from cms.booking.models import BookingRequest
from cms.booking.permissions import token_of
from cms.booking.services import accept, flag_bookings_of_lecturer, make_calendar
from tests.factories.booking import Scene, move_into_past
from tests.factories.lecturers import LecturerFactory, ScheduleFactory, evening
from tests.factories.lessons import Stage
from tests.factories.organisations import OrganisationFactory

WAITING = ("accept", "decline", "counter", "booking", "say")


def addresses_of_bookings(stage: Stage, owner: User) -> dict[str, dict[str, Any]]:
    """Return the arguments of everything about requests for lecturers."""
    school = OrganisationFactory(parent=stage.committee)
    lecturer = LecturerFactory(organisation=school, user=owner)
    ScheduleFactory(lecturer=lecturer)
    scene = Scene(stage.branch, stage.secretary, school, stage.secretary, lecturer, owner, stage.secretary)
    waiting = scene.request()
    agreed = accept(scene.request(starts_at=evening(6)), actor=owner)
    over = move_into_past(accept(scene.request(starts_at=evening(7)), actor=owner))
    flag_bookings_of_lecturer(lecturer.pk)
    token = token_of(make_calendar(owner))
    return {
        **{f"booking:{name}": named(waiting) for name in WAITING},
        **{f"booking:{name}": named(agreed) for name in ("contact", "cancel", "keep")},
        **{f"booking:{name}": named(over) for name in ("deliver", "name_catch_up")},
        "booking:ask": {"pk": lecturer.pk},
        "booking:calendar": {"token": token},
        **{f"api:{act}_booking": by_api(waiting) for act in ("show", "accept", "decline", "counter")},
        "api:cancel_booking": by_api(agreed),
        "api:deliver_booking": by_api(over),
    }


def named(booking: BookingRequest) -> dict[str, Any]:
    """Return the argument of a page."""
    return {"public_id": booking.public_id}


def by_api(booking: BookingRequest) -> dict[str, Any]:
    """Return the argument of an address of the API."""
    return {"booking_id": booking.public_id}
