"""Two who act at once upon one lesson wait for each other in one order: booking first, then the room that is kept."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, connections

from cms.booking.enums import BookingStatus
from cms.booking.models import BookingRequest
from cms.booking.services import accept, cancel, ending
from cms.booking.services.answering import end_time
from cms.core.errors import DomainError, StaleState
from cms.venues.models import VenueVisit
from cms.venues.services import release_visit
from tests.factories.booking import make_scene
from tests.factories.venues import VenueFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.wide, pytest.mark.races]


def done(act: Callable[[], object], *, after: float) -> str:
    """Do it a moment later; return the name of what was raised."""
    time.sleep(after)
    try:
        act()
    except (DatabaseError, DomainError) as error:
        return type(error).__name__
    finally:
        connections.close_all()
    return ""


def test_a_lesson_called_off_while_its_room_is_given_back_by_hand_ends_and_nobody_waits_in_vain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = make_scene()
    agreed = accept(scene.request(venue=VenueFactory(capacity=50)), actor=scene.teacher)
    visit = VenueVisit.objects.get(booking=agreed)

    def slowly(*args: Any) -> None:
        time.sleep(0.6)
        end_time(*args)

    monkeypatch.setattr(ending, "end_time", slowly)
    with ThreadPoolExecutor(2) as hands:
        called_off = hands.submit(done, lambda: cancel(agreed, actor=scene.secretary, reason="停电"), after=0)
        by_hand = hands.submit(done, lambda: release_visit(visit, actor=scene.dean), after=0.2)

    assert (called_off.result(), by_hand.result()) == ("", StaleState.__name__)
    row = BookingRequest.objects.get()
    visit.refresh_from_db()
    assert (row.status, row.concern, visit.released_at is not None) == (BookingStatus.CANCELLED, "", True)
    assert not row.events.filter(kind="flagged").exists()
