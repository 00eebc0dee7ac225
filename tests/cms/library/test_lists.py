"""Lists of pages take as many queries for three rows as for one."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.accounts.models import User
from cms.core.clock import today
from cms.library.models import ContentPage, ReadingListEntry
from cms.library.services import ensure_sections
from cms.organisations.enums import Role
from tests.factories.library import make_announcement, make_editor, make_reading_list, make_resource, publish_page
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db


def count_queries(client: Client, addresses: list[str]) -> dict[str, int]:
    """Return how many queries each address takes when it is asked for the second time."""
    counted = {}
    for address in addresses:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200, address
        counted[address] = len(queries)
    return counted


@pytest.mark.wide
def test_lists_take_as_many_queries_for_three_pages_as_for_one() -> None:
    county = OrganisationFactory(kind="committee")
    editor, reviewer = make_editor(county), make_editor(county, Role.REVIEWER)
    client, sections = Client(), ensure_sections()
    client.force_login(User.objects.get(pk=editor.pk))
    reading = make_reading_list(editor, county)

    def add() -> None:
        page = publish_page(make_resource(editor, county), reviewer)
        publish_page(make_announcement(editor, county), reviewer)
        reading.entries.add(ReadingListEntry(target=page))
        reading.save_revision(user=editor)
        ContentPage.objects.filter(pk=page.pk).update(review_by=today(), responsible=None)

    add()
    shown = publish_page(reading, reviewer)
    reading = type(reading).objects.get(pk=reading.pk)
    addresses = [
        "/library/",
        "/library/?kind=list",
        "/announcements/",
        shown.url,
        reverse("wagtailadmin_explore", args=[sections["library"].pk]),
        "/admin/library/care/",
        "/admin/library/care/?show=unowned",
    ]
    one = count_queries(client, addresses)
    add()
    add()
    publish_page(reading, reviewer)
    three = count_queries(client, addresses)
    assert {address: (one[address], three[address]) for address in addresses if three[address] != one[address]} == {}
