"""Organisations to choose from above a list: those whose rows the list holds, those above them, and never too many."""

from typing import Any

import pytest

from cms.organisations.models import Organisation
from cms.organisations.queries import holding
from cms.venues.models import Venue
from tests.factories.organisations import OrganisationFactory
from tests.factories.venues import VenueFactory

pytestmark = pytest.mark.django_db


def names(most: int = 300) -> list[str]:
    return [row.name for row in holding(Venue.objects.all(), most=most)]


@pytest.fixture
def county() -> Organisation:
    """A county with two towns; places in a branch of the one, none in the other."""
    county: Organisation = OrganisationFactory(name="县")
    town = OrganisationFactory(name="甲镇", parent=county)
    OrganisationFactory(name="乙镇", parent=county)
    branch = OrganisationFactory(name="一支部", parent=town)
    VenueFactory.create_batch(2, organisation=branch)
    return county


@pytest.mark.usefixtures("county")
def test_only_organisations_with_rows_and_those_above_them_are_offered() -> None:
    assert names() == ["县", "甲镇", "一支部"]


def test_a_level_that_would_be_too_long_is_left_out_with_all_below_it(county: Organisation) -> None:
    town = Organisation.objects.get(name="甲镇")
    for number in range(3):
        VenueFactory(
            organisation=OrganisationFactory(name=f"支部{number}", parent=Organisation.objects.get(pk=town.pk))
        )
    assert [names(most) for most in (1, 2, 5, 6)] == [
        ["县"],
        ["县", "甲镇"],
        ["县", "甲镇"],
        ["县", "甲镇", "一支部", "支部0", "支部1", "支部2"],
    ]
    assert county.name == "县"


def test_nothing_to_list_is_nothing_to_choose() -> None:
    assert names() == []


@pytest.mark.usefixtures("county")
def test_each_level_is_one_query_however_many_rows_there_are(django_assert_num_queries: Any) -> None:
    VenueFactory.create_batch(5, organisation=Organisation.objects.get(name="甲镇"))
    with django_assert_num_queries(5):
        assert len(names()) == 3
