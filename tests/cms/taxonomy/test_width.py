"""Which of several audiences is the widest."""

import pytest

from cms.organisations.models import Organisation
from cms.taxonomy.models import VisibleModel
from cms.taxonomy.services import widest
from tests.factories.assets import DocumentFactory
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db


def row(visibility: str, below: Organisation | None = None, role: str = "") -> VisibleModel:
    return DocumentFactory(visibility=visibility, visible_organisation=below, visible_role=role)


def test_everybody_is_wider_than_an_organisation_that_than_its_part_then_a_role_then_nobody() -> None:
    above = OrganisationFactory()
    rows = [
        row("public"),
        row("organisation", above),
        row("organisation", OrganisationFactory(parent=above)),
        row("role", role="editor"),
        row("private"),
    ]
    assert [widest(reversed(rows[n:])) for n in range(len(rows))] == rows


def test_the_first_of_equals_counts_and_of_none_there_is_none() -> None:
    equals = [row("organisation", OrganisationFactory()) for _turn in range(2)]
    assert (widest(equals), widest([])) == (equals[0], None)
