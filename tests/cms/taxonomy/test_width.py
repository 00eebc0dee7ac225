"""Which of several audiences is the widest, and what follows it."""

from datetime import timedelta

import pytest

from cms.core.clock import now
from cms.organisations.models import Organisation
from cms.taxonomy.models import VisibleModel
from cms.taxonomy.services import follow, widest
from cms.venues.models import Venue
from tests.factories.assets import DocumentFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.venues import VenueFactory

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


def test_what_several_show_follows_the_widest_the_first_published_of_equals_and_is_hidden_when_none_shows_it() -> None:
    file, near, far = row("private"), OrganisationFactory(), OrganisationFactory()
    later = VenueFactory(visibility="organisation", visible_organisation=far, first_published_at=now())
    first_published_at = now() - timedelta(days=1)
    VenueFactory(visibility="organisation", visible_organisation=near, first_published_at=first_published_at)

    def reach() -> tuple[str, Organisation | None]:
        follow(file, Venue.objects.all())
        file.refresh_from_db()
        return file.visibility, file.visible_organisation

    assert reach() == ("organisation", near)
    Venue.objects.filter(pk=later.pk).update(visibility="public", visible_organisation=None)
    assert reach() == ("public", None)
    Venue.objects.all().delete()
    assert reach() == ("private", None)
