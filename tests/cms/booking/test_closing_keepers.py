"""A place's keeper closes in the very moment in which somebody agrees to come there: who comes second knows of the first.

Each of the two waits at a meeting point before it ends, as the other would on a busy day (as `unlocked_site` does).
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connections

from cms.accounts.models import User
from cms.booking.enums import Concern
from cms.booking.models import BookingRequest
from cms.booking.services import accept, answering
from cms.core.errors import DomainError, InvalidInput
from cms.notices.models import Notice
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.organisations.services import deactivate_organisation, tree
from cms.venues.models import Venue, VenueVisit
from cms.venues.services import agree_visit, visits
from tests.factories.accounts import UserFactory
from tests.factories.booking import make_scene
from tests.factories.organisations import OrganisationFactory, RoleAssignmentFactory
from tests.factories.venues import VenueFactory, coming_tuesday

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.wide, pytest.mark.races]
MEETING_S = 0.6
Act = Callable[[], object]


def at_once(monkeypatch: pytest.MonkeyPatch, room: Any, name: str, first: Act, second: Act) -> list[str]:
    """Let the second begin when the first comes to `name`, its last step; return the names of what was raised."""
    met, step = threading.Event(), getattr(room, name)

    def wait(*args: Any, **more: Any) -> Any:
        met.set()
        time.sleep(MEETING_S)
        return step(*args, **more)

    def come_second() -> object:
        assert met.wait(timeout=20)
        return second()

    monkeypatch.setattr(room, name, wait)
    with ThreadPoolExecutor(2) as hands:
        both = [hands.submit(done, act) for act in (first, come_second)]
    return [one.result() for one in both]


def done(act: Act) -> str:
    """Do it; return the name of what was raised."""
    try:
        act()
    except (DatabaseError, DomainError) as error:
        return type(error).__name__
    finally:
        connections.close_all()
    return ""


@pytest.fixture
def place() -> Venue:
    made: Venue = VenueFactory(organisation=OrganisationFactory(), hours="", capacity=50)
    return made


@pytest.fixture
def branch() -> Organisation:
    # A root, as small sites have one organisation: closing another one holds the roots of the tree.
    made: Organisation = OrganisationFactory()
    return made


@pytest.fixture
def secretary(branch: Organisation) -> User:
    person: User = UserFactory(second_factor=True)
    RoleAssignmentFactory(user=person, organisation=branch, role=Role.BRANCH_SECRETARY)
    return person


def come(place: Venue, branch: Organisation, secretary: User) -> Act:
    """Return the act of agreeing a visit."""
    day = coming_tuesday()
    return lambda: agree_visit(place, day=day, arrives=540, leaves=660, heads=10, organisation=branch, actor=secretary)


def test_a_visit_that_is_agreed_while_the_keeper_closes_is_told_that_it_cannot_be(
    monkeypatch: pytest.MonkeyPatch, place: Venue, branch: Organisation, secretary: User
) -> None:
    agree = come(place, branch, secretary)
    raised = at_once(monkeypatch, visits, "tell_agreed", agree, partial(deactivate_organisation, place.organisation))
    assert raised == ["", ""]
    assert list(VenueVisit.objects.values_list("is_shut", flat=True)) == [True]
    assert list(Notice.objects.filter(kind="venues.visit_shut").values_list("user", flat=True)) == [secretary.pk]


def test_who_agrees_a_visit_while_the_keeper_is_closing_is_refused(
    monkeypatch: pytest.MonkeyPatch, place: Venue, branch: Organisation, secretary: User
) -> None:
    agree = come(place, branch, secretary)
    raised = at_once(monkeypatch, tree, "record_act", partial(deactivate_organisation, place.organisation), agree)
    assert (raised, VenueVisit.objects.count()) == (["", InvalidInput.__name__], 0)


def test_a_lesson_that_is_agreed_while_the_keeper_of_its_place_closes_is_left_to_both_sides(
    monkeypatch: pytest.MonkeyPatch, place: Venue
) -> None:
    scene = make_scene()
    asked = scene.request(venue=place)
    raised = at_once(
        monkeypatch,
        answering,
        "tell_accepted",
        lambda: accept(asked, actor=scene.teacher),
        partial(deactivate_organisation, place.organisation),
    )
    assert raised == ["", ""]
    assert BookingRequest.objects.get().concern == Concern.PLACE


def test_a_lesson_is_not_agreed_at_a_place_whose_keeper_is_closing(
    monkeypatch: pytest.MonkeyPatch, place: Venue
) -> None:
    scene = make_scene()
    asked = scene.request(venue=place)
    close = partial(deactivate_organisation, place.organisation)
    raised = at_once(monkeypatch, tree, "record_act", close, lambda: accept(asked, actor=scene.teacher))
    assert (raised, VenueVisit.objects.count()) == (["", InvalidInput.__name__], 0)
