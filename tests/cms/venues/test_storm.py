"""Many ask for room at once: the peak never passes the capacity, and nobody is turned away while there is room.

Nobody comes to a closed day that was published while they asked.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections, transaction

from cms.core.clock import now
from cms.core.errors import InvalidInput
from cms.venues.counting import peak
from cms.venues.errors import VenueFull
from cms.venues.models import Venue, VenueException, VenueVisit
from cms.venues.services import agree_visit, hold_visit
from tests.factories.accounts import UserFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.venues import VenueFactory, coming_tuesday

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.wide, pytest.mark.races]
NINE = now() + timedelta(days=30)


def test_of_ten_groups_at_once_as_many_come_in_as_fit() -> None:
    venue, organisation, actor = VenueFactory(capacity=30), OrganisationFactory(), UserFactory()

    def ask(number: int) -> bool:
        starts = NINE + timedelta(minutes=number)
        try:
            hold_visit(
                venue,
                starts_at=starts,
                ends_at=starts + timedelta(hours=1),
                heads=10,
                organisation=organisation,
                actor=actor,
            )
        except VenueFull:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(10) as hands:
        came_in = list(hands.map(ask, range(10)))

    visits = VenueVisit.objects.values_list("starts_at", "ends_at", "heads")
    assert (sum(came_in), peak(visits)) == (3, 30)


def test_whoever_agrees_while_a_closed_day_is_published_is_refused() -> None:
    venue, day = VenueFactory(hours="09:00-17:00"), coming_tuesday()
    organisation, actor = OrganisationFactory(), UserFactory()

    def close() -> None:
        with transaction.atomic():
            VenueException.objects.create(venue=venue, first=day, last=day, reason="检修")
            Venue.objects.get(pk=venue.pk).save_revision().publish()
            time.sleep(0.6)
        connections.close_all()

    def ask() -> bool:
        time.sleep(0.3)
        try:
            agree_visit(venue, day=day, arrives=540, leaves=660, heads=10, organisation=organisation, actor=actor)
        except InvalidInput:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(2) as hands:
        closed, came_in = hands.submit(close), hands.submit(ask)

    assert (closed.result(), came_in.result(), VenueVisit.objects.count()) == (None, False, 0)
