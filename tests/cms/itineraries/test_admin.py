"""The report of routes that meet a closed door, and the form of a route."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.accounts.models import User
from cms.itineraries import admin_views
from cms.itineraries.admin_views import coming_clashes, rows_for
from cms.itineraries.models import ItineraryPage
from tests.factories.admin import in_admin
from tests.factories.itineraries import make_published_route, make_route
from tests.factories.library import make_editor
from tests.factories.organisations import OrganisationFactory
from tests.factories.venues import VenueFactory

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
REPORT = "/admin/reports/closed-days/"


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


def test_the_first_page_names_those_that_are_planned_for_a_closed_day_and_leads_to_all() -> None:
    county = OrganisationFactory()
    museum = VenueFactory(hours="09:00-17:00", closed_weekdays=[0])
    for number in range(6):
        planned_on = date(2030, 5, 6 + 7 * (number % 3))
        make_published_route(county, museum, title=f"遇闭馆的线{number}", planned_on=planned_on)
    make_published_route(county, museum, title="周一才闭馆的线", planned_on=date(2030, 5, 7))
    make_published_route(county, museum, title="走过的线", planned_on=date(2020, 5, 4))
    make_published_route(county, museum, title="没定日子的线")
    make_published_route(OrganisationFactory(), museum, title="别家的线", planned_on=date(2030, 5, 6))
    shown = in_admin(make_editor(county)).get("/admin/").content.decode()

    panel = shown[shown.index('id="panel-closed-days"') :].partition("</section>")[0]
    assert "会遇到闭馆的线路 (6)" in panel
    # The soonest first.
    assert re.findall(r"遇闭馆的线[0-9]", panel) == [f"遇闭馆的线{number}" for number in (0, 3, 1, 4, 2)]
    assert [name in panel for name in ("周一才闭馆的线", "走过的线", "没定日子的线", "别家的线")] == [False] * 4
    assert REPORT in panel


def test_the_first_page_looks_at_a_limited_number_of_routes(monkeypatch: pytest.MonkeyPatch) -> None:
    county = OrganisationFactory()
    museum = VenueFactory(hours="09:00-17:00", closed_weekdays=[0])
    for week in range(3):
        make_published_route(county, museum, title=f"线{week}", planned_on=date(2030, 5, 6 + 7 * week))
    monkeypatch.setattr(admin_views, "PANEL_LOOKS", 2)

    assert [page.title for page in coming_clashes(make_editor(county))] == ["线0", "线1"]


@pytest.mark.parametrize("find", [rows_for, coming_clashes])
def test_three_routes_ask_as_often_as_one(find: Callable[[Any], list[Any]]) -> None:
    county = OrganisationFactory()
    editor = make_editor(county)
    asked = []
    for total in (1, 2, 3):
        make_published_route(
            county, VenueFactory(hours="09:00-17:00", closed_weekdays=[0]), planned_on=date(2030, 5, 6)
        )
        person = User.objects.get(pk=editor.pk)
        with CaptureQueriesContext(connection) as queries:
            assert len(find(person)) == total
        asked.append(len(queries))

    assert asked[2] == asked[0]


def test_an_editor_edits_a_route() -> None:
    county = OrganisationFactory()
    editor = make_editor(county)
    route = make_route(county, VenueFactory(), owner=editor)

    assert in_admin(editor).get(f"/admin/pages/{route.pk}/edit/").status_code == 200
    assert ItineraryPage.objects.get().stops.count() == 1


NOTHING = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "60"}


def typed(route: ItineraryPage, **values: Any) -> dict[str, Any]:
    """Return what the browser sends for the form of a route without stops."""
    given = {"title": route.title, "lead": route.lead, "organisation": route.organisation_id, "body-count": "0"}
    given |= {"season": "all", "effort": "easy", "starts_at": "08:30", "first_way_minutes": "0", "licence": "own"}
    given |= {"visibility": "public", "visible_role": ""}
    counts = {f"{name}-{key}": value for name in ("stops", "comments") for key, value in NOTHING.items()}
    return given | counts | values


def ticked(shown: str) -> list[str]:
    """Return the themes whose boxes are ticked."""
    return re.findall(r'name="themes" value="([a-z]+)"[^>]* checked', shown)


def test_an_editor_ticks_several_themes_and_versions_are_compared_in_words() -> None:
    county = OrganisationFactory()
    editor = make_editor(county)
    route = make_route(county, owner=editor)
    client, address = in_admin(editor), f"/admin/pages/{route.pk}/edit/"
    assert ticked(client.get(address).content.decode()) == ["spirit"]
    assert client.post(address, typed(route, themes=["culture", "villages"])).status_code == 302
    assert ticked(client.get(address).content.decode()) == ["culture", "villages"]
    compared = client.get(f"/admin/pages/{route.pk}/revisions/compare/earliest...latest/").content.decode()
    plain = " ".join(re.sub(r"<[^>]+>", "", compared).split())
    assert "党性教育优秀文化 · 乡村振兴" in plain


def test_a_theme_that_is_none_is_refused_and_nothing_is_kept() -> None:
    county = OrganisationFactory()
    editor = make_editor(county)
    route = make_route(county, owner=editor)
    answer = in_admin(editor).post(f"/admin/pages/{route.pk}/edit/", typed(route, themes=["culture", "racing"]))
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["themes"])
    assert ItineraryPage.objects.get().get_latest_revision_as_object().themes == ["spirit"]
    route.themes = ["racing"]
    with pytest.raises(ValidationError) as refused:
        route.full_clean()
    assert refused.value.message_dict == {"themes": ["请从主题中选择。"]}
