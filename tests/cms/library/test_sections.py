"""The branches of the tree: at their addresses stand the rooms' lists, and their keepers preview them with the newest pages."""

import re

import pytest
from django.test import Client
from django.urls import resolve, reverse

from cms.core.clock import now
from cms.library.models import ResourcePage
from cms.library.services import ensure_sections
from tests.factories.accounts import UserFactory, give_second_factor
from tests.factories.library import make_editor, make_resource
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db


def test_at_the_address_of_a_section_stands_the_list_of_its_room() -> None:
    assert {name: resolve(page.url).view_name for name, page in ensure_sections().items()} == {
        "library": "library:browse",
        "courses": "courses:browse",
        "guides": "courses:guides",
        "routes": "itineraries:browse",
        "announcements": "library:announcements",
    }


@pytest.mark.long
def test_a_section_is_previewed_with_its_newest_pages() -> None:
    county = OrganisationFactory(kind="committee")
    editor, keeper = make_editor(county), UserFactory(is_superuser=True)
    give_second_factor(keeper)
    for number in range(26):
        page = make_resource(editor, county, title=f"资料{number:02}")
        ResourcePage.objects.filter(pk=page.pk).update(live=True, first_published_at=now())
    client, section = Client(), ensure_sections()["library"]
    section.save_revision(user=keeper)
    client.force_login(keeper)
    shown = client.get(reverse("wagtailadmin_pages:view_draft", args=[section.pk])).content.decode()

    assert re.findall(r"资料[0-9]{2}", shown) == [f"资料{number:02}" for number in range(25, 1, -1)]
