"""The first page offers a route for the next activity day: open on it, for the reader, with the day chosen."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from cms.core.clock import today
from cms.courses.models import BranchGuide
from cms.courses.services.study import choose_audiences
from cms.itineraries.models import ItineraryPage
from cms.portal.views.home_route import next_activity_day
from cms.taxonomy.enums import Visibility
from tests.factories.courses import make_guide
from tests.factories.itineraries import make_published_route
from tests.factories.lessons import Stage, make_stage
from tests.factories.taxonomy import AudienceFactory
from tests.factories.venues import VenueFactory
from tests.standing_rows import standing_scene

pytestmark = pytest.mark.django_db
HEADING = "下次活动日走哪条线"


stage = standing_scene(make_stage)


def offered(client: Client) -> str:
    """Return the part of the first page, or nothing."""
    page = client.get("/").content.decode()
    return page.split(HEADING)[1].split("</section>")[0] if HEADING in page else ""


@pytest.mark.parametrize(
    ("day", "wanted", "next_day"),
    [
        (date(2026, 11, 20), 20, date(2026, 11, 20)),
        (date(2026, 11, 21), 20, date(2026, 12, 20)),
        (date(2026, 12, 31), 5, date(2027, 1, 5)),
        (date(2027, 2, 3), 31, date(2027, 2, 28)),
        (date(2027, 2, 3), -4, date(2027, 3, 1)),
    ],
)
def test_the_activity_day_comes_every_month(settings: Settings, day: date, wanted: int, next_day: date) -> None:
    settings.ACTIVITY_DAY = wanted
    assert next_activity_day(day) == next_day


@pytest.mark.long
def test_a_route_is_offered_that_is_open_on_that_day_and_opens_with_it(stage: Stage, client: Client) -> None:
    day = next_activity_day(today())
    wide_open = VenueFactory(hours="08:00-18:00")
    shut = VenueFactory(hours="08:00-18:00", closed_weekdays=[day.weekday()])
    inside = VenueFactory(hours="08:00-18:00", visibility=Visibility.ORGANISATION, visible_organisation=stage.branch)
    make_published_route(stage.committee, wide_open, title="天天能走的线")
    make_published_route(stage.committee, wide_open, shut, title="那天走不通的线")
    make_published_route(stage.committee, wide_open, inside, title="只给本支部的线")

    part = offered(client)
    assert ["天天能走的线" in part, f"?on={day.isoformat()}" in part] == [True, True]
    client.force_login(stage.author)
    assert "只给本支部的线" in offered(client)
    ItineraryPage.objects.exclude(title="那天走不通的线").update(live=False)
    assert offered(client) == ""


@pytest.mark.long
def test_what_is_meant_for_others_is_offered_only_where_nothing_else_is(stage: Stage, client: Client) -> None:
    venue = VenueFactory(hours="08:00-18:00")
    young, old = AudienceFactory(slug="young"), AudienceFactory(slug="senior")
    make_published_route(stage.committee, venue, title="大家的线")
    make_published_route(stage.committee, venue, title="青年的线", audiences=[young])
    client.force_login(stage.author)
    assert "青年的线" in offered(client)
    choose_audiences(stage.author, [old])
    assert "大家的线" in offered(client)
    ItineraryPage.objects.filter(title="大家的线").update(live=False)
    assert "青年的线" in offered(client)


@pytest.mark.long
def test_the_day_on_which_the_branch_meets_comes_first(stage: Stage, client: Client) -> None:
    meets = today() + timedelta(days=3)
    make_published_route(stage.committee, VenueFactory(hours="08:00-18:00"))
    BranchGuide.objects.create(guide=make_guide(stage), organisation=stage.branch, together_on=meets)
    client.force_login(stage.author)
    part = offered(client)
    assert ["本支部" in part, f"?on={meets.isoformat()}" in part] == [True, True]


@pytest.mark.wide
def test_the_page_asks_as_often_for_three_routes_as_for_one(stage: Stage, client: Client) -> None:
    shut: Any = VenueFactory(hours="08:00-18:00", closed_weekdays=list(range(7)))
    counts = []
    for more in (1, 2):
        for _number in range(more):
            make_published_route(stage.committee, shut, VenueFactory(hours="08:00-18:00"))
        client.get("/")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
