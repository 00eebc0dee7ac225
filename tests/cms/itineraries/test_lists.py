"""Routes in lists: narrowed by what they are about, when they are good, how hard and how long they are."""

import pytest
from django.test import Client

from cms.itineraries.queries import browse
from cms.itineraries.search_documents import route_document
from tests.factories.itineraries import make_published_route
from tests.factories.lessons import Stage, make_stage
from tests.factories.venues import ferry, school
from tests.standing_rows import standing_scene

pytestmark = pytest.mark.django_db


stage = standing_scene(make_stage)


@pytest.mark.long
def test_routes_are_narrowed_by_theme_season_effort_and_length(client: Client, stage: Stage) -> None:
    make_published_route(
        stage.committee,
        ferry(),
        school(),
        stops=[{"day": 1}, {"day": 2}],
        title="两天的线",
        themes=["culture", "villages"],
        season="autumn",
        effort="hard",
    )
    make_published_route(stage.committee, ferry(), title="一天的线")
    for query in ("theme=villages", "theme=culture", "season=autumn&days=2", "effort=hard", "days=2"):
        shown = client.get(f"/routes/?{query}").content.decode()
        assert "两天的线" in shown
        assert "一天的线" not in shown
    assert "一天的线" in client.get("/routes/?season=spring").content.decode()
    assert "一天的线" in client.get("/routes/?theme=spirit").content.decode()
    assert client.get("/routes/?days=9&theme=%00").status_code == 200


def test_each_theme_finds_the_routes_that_have_it_among_others(stage: Stage) -> None:
    both = make_published_route(stage.committee, ferry(), themes=["culture", "villages"])
    one = make_published_route(stage.committee, ferry(), themes=["spirit"])
    found = {theme: list(browse(one.owner, theme=theme)) for theme in ("culture", "villages", "spirit", "branches")}

    assert found == {"culture": [both], "villages": [both], "spirit": [one], "branches": []}
    # Neither a part of a name nor what belongs to the list around it is a theme.
    assert [list(browse(one.owner, theme=odd)) for odd in ("cultur", ", ", "%", "\x00")] == [[]] * 4


def test_a_route_says_all_its_themes_in_one_order_on_its_page_in_lists_and_in_search(
    client: Client, stage: Stage
) -> None:
    route = make_published_route(stage.committee, ferry(), themes=["villages", "spirit"])
    document = route_document(str(route.pk))

    for address in (route.url, "/routes/"):
        assert "<span>党性教育</span><span>乡村振兴</span>" in client.get(address).content.decode()
    assert document is not None
    assert document.subtitle == f"党性教育 · 乡村振兴 · {stage.committee}"
