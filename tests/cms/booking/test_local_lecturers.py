"""A place's page names lecturers of the pool who come from its region."""

from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.lecturers.models import Lecturer
from cms.taxonomy.enums import Visibility
from cms.venues.models import Venue
from tests.factories.accounts import UserFactory
from tests.factories.lecturers import LecturerFactory, ScheduleFactory, SuspensionFactory
from tests.factories.organisations import MembershipFactory, OrganisationFactory
from tests.factories.venues import RegionFactory, VenueFactory

pytestmark = pytest.mark.django_db
REGION = "清水镇"
DIRECTORY = f"/lecturers/?region={quote(REGION)}"


@pytest.fixture
def school() -> Venue:
    made: Venue = VenueFactory(name="清水街微党校", region=RegionFactory(name=REGION, name_en="Qingshui"))
    return made


def local(name: str, **values: object) -> Lecturer:
    made: Lecturer = LecturerFactory(name=name, region=REGION, **values)
    return made


def page(client: Client, venue: Venue) -> str:
    return client.get(venue.get_absolute_url()).content.decode()


def test_a_place_names_those_of_its_region_who_can_be_asked_and_leads_to_all_of_them(
    client: Client, school: Venue
) -> None:
    star = local("孟守安")
    for name, values in (("没有聘期", {"term": False}), ("没有公开", {"live": False})):
        local(name, **values)
    SuspensionFactory(lecturer=local("暂停授课"))
    LecturerFactory(name="外乡的人", region="松林乡")

    shown = page(client, school)
    assert f'href="{star.get_absolute_url()}"' in shown
    assert f'href="{DIRECTORY}"' in shown
    assert [name for name in ("没有聘期", "没有公开", "暂停授课", "外乡的人") if name in shown] == []
    assert "孟守安" in client.get(DIRECTORY).content.decode()


def test_who_is_shown_within_an_organisation_only_is_named_there_only(client: Client, school: Venue) -> None:
    county = OrganisationFactory()
    local("县内讲师", visibility=Visibility.ORGANISATION, visible_organisation=county)
    member = UserFactory()
    MembershipFactory(user=member, organisation=county)
    assert "的讲师" not in page(client, school)
    client.force_login(member)
    assert "县内讲师" in page(client, school)


def test_four_are_named_and_none_where_the_region_is_not_known_or_has_nobody(client: Client, school: Venue) -> None:
    for number in range(6):
        local(f"讲师甲{number}")
    assert page(client, school).count("讲师甲") == 4
    for elsewhere in (VenueFactory(), VenueFactory(region=RegionFactory())):
        assert "的讲师" not in page(client, elsewhere)


def test_in_english_the_region_is_named_in_english_and_found_by_its_name(client: Client, school: Venue) -> None:
    local("孟守安")
    client.cookies["django_language"] = "en"
    shown = page(client, school)
    assert "Lecturers from Qingshui" in shown
    assert f'href="{DIRECTORY}"' in shown


def test_the_page_asks_as_often_for_three_lecturers_as_for_one(client: Client, school: Venue) -> None:
    counted = []
    for more in (1, 2):
        for _row in range(more):
            ScheduleFactory(lecturer=LecturerFactory(region=REGION))
        page(client, school)
        with CaptureQueriesContext(connection) as asked:
            page(client, school)
        counted.append(len(asked))
    assert counted[0] == counted[1]
