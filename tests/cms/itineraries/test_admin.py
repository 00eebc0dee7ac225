"""The report of routes that meet a closed door."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from cms.accounts.models import User
from cms.itineraries.admin_views import rows_for
from cms.itineraries.models import ItineraryPage
from cms.lessons.services.groups import ensure_editor_permissions, sync_editor_groups
from tests.factories.itineraries import make_published_route
from tests.factories.library import make_editor
from tests.factories.organisations import OrganisationFactory
from tests.factories.venues import VenueFactory

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
REPORT = "/admin/reports/closed-days/"


def in_admin(person: User) -> Client:
    ensure_editor_permissions()
    sync_editor_groups(person)
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client


def test_the_report_names_the_planned_day_and_the_closed_weekdays() -> None:
    county = OrganisationFactory()
    museum = VenueFactory(name="陈列馆", hours="09:00-17:00", closed_weekdays=[0])
    yard = VenueFactory(name="老院", always_open=True)
    make_published_route(county, museum, title="赶考路", planned_on=date(2030, 5, 6))
    make_published_route(county, yard, museum, stops=[{"day": 1}, {"day": 2}], title="两天线")
    make_published_route(county, yard, title="总是开放的线")
    shown = in_admin(make_editor(county)).get(REPORT).content.decode()

    assert "2030年5月6日 周一" in shown
    assert "1 陈列馆: 闭馆，2030年5月7日 周二 开放" in shown
    assert "周一出发：陈列馆" in shown
    assert "周日出发：陈列馆" in shown
    assert "总是开放的线" not in shown


def test_an_editor_of_elsewhere_reads_nothing_of_it() -> None:
    museum = VenueFactory(hours="09:00-17:00", closed_weekdays=[0])
    make_published_route(OrganisationFactory(), museum, title="别家的线")
    shown = in_admin(make_editor(OrganisationFactory())).get(REPORT)

    assert shown.status_code == 200
    assert "别家的线" not in shown.content.decode()
    assert ItineraryPage.objects.count() == 1


def test_the_first_page_names_the_first_of_them_and_leads_to_all() -> None:
    county = OrganisationFactory()
    museum = VenueFactory(hours="09:00-17:00", closed_weekdays=[0])
    for number in range(6):
        make_published_route(county, museum, title=f"遇闭馆的线{number}")
    make_published_route(county, VenueFactory(always_open=True), title="总是开放的线")
    make_published_route(OrganisationFactory(), museum, title="别家的线")
    shown = in_admin(make_editor(county)).get("/admin/").content.decode()

    panel = shown[shown.index('id="panel-closed-days"') :].partition("</section>")[0]
    assert "会遇到闭馆的线路 (6)" in panel
    assert [f"遇闭馆的线{number}" in panel for number in range(6)] == [True] * 5 + [False]
    assert ["总是开放的线" in panel, "别家的线" in panel, REPORT in panel] == [False, False, True]


@pytest.mark.parametrize("routes", [1, 3])
def test_the_panel_asks_as_often_for_three_routes_as_for_one(routes: int, django_assert_num_queries: Any) -> None:
    county = OrganisationFactory()
    for _route in range(routes):
        make_published_route(county, VenueFactory(hours="09:00-17:00", closed_weekdays=[0]))
    editor = User.objects.get(pk=make_editor(county).pk)
    with django_assert_num_queries(6):
        assert len(rows_for(editor)) == routes
