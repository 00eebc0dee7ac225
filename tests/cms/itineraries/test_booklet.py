"""The printed booklet of a route."""

from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from pypdf import PdfReader

from tests.factories.itineraries import make_published_route
from tests.factories.lessons import Stage, make_stage
from tests.factories.venues import VenueFactory, ferry, school
from tests.standing_rows import standing_scene

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
MONDAY, TUESDAY = "2030-05-06", "2030-05-07"


stage = standing_scene(make_stage)


def test_the_booklet_says_what_the_page_says_and_is_the_same_bytes_twice(client: Client, stage: Stage) -> None:
    stops = [{"discussion": "怎么过河？", "way_minutes": 20}, {}]
    route = make_published_route(
        stage.committee, ferry(), school(), stops=stops, prepare="带水\n带伞", themes=["spirit", "culture"]
    )
    address = f"/itineraries/{route.pk}/booklet.pdf?on={MONDAY}"
    content = client.get(address).content
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)

    for said in (
        "清水河一日线",
        "闭馆，2030年5月7日",
        "老石桥夜校",
        "怎么过河？",
        "带伞",
        "党性教育 · 优秀文化",
        "乘车 20 分钟",
    ):
        assert said in text.replace("\n", "")
    cache.clear()
    assert client.get(address).content == content
    assert len(content) < 200_000


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_font_in_a_booklet_has_every_letter_the_booklet_itself_adds(
    client: Client, stage: Stage, caplog: pytest.LogCaptureFixture, language: str
) -> None:
    two_days: list[dict[str, Any]] = [{"discussion": "1", "way_minutes": 20, "day": 1}, {"day": 2}]
    values = {"lead": "", "meeting_point": "1", "first_way_minutes": 30, "prepare": "1"}
    plans: list[list[dict[str, Any]]] = [two_days, [{}]]
    for stops in plans:
        places = [VenueFactory(name="1") for _stop in stops]
        route = make_published_route(stage.committee, *places, stops=stops, title=str(len(stops)), **values)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        assert client.get(f"/itineraries/{route.pk}/booklet.pdf?on={TUESDAY}").status_code == 200

    assert [record.getMessage() for record in caplog.records if "glyph" in record.getMessage()] == []


def test_a_booklet_prints_letters_that_the_font_lacks_as_empty_boxes(client: Client, stage: Stage) -> None:
    route = make_published_route(stage.committee, ferry(name="渡口🚣\x07"), title="线🚣")

    assert client.get(f"/itineraries/{route.pk}/booklet.pdf").status_code == 200
