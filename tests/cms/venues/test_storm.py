"""Many ask for room at once: the peak never passes the capacity, and nobody is turned away while there is room."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from cms.core.clock import now
from cms.venues.counting import peak
from cms.venues.errors import VenueFull
from cms.venues.models import VenueVisit
from cms.venues.services import hold_visit
from tests.factories.accounts import UserFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.venues import VenueFactory

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
