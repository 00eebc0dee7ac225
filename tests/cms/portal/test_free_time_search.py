"""Search narrowed to lecturers who have time: the index finds the words, the database knows the time."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.lecturers.models import Lecturer
from cms.lecturers.queries import keys_of_free
from cms.lecturers.services import note_change
from tests.factories.lecturers import LecturerFactory, OccupationFactory, ScheduleFactory, evening

pytestmark = pytest.mark.django_db


@pytest.fixture
def lecturers() -> tuple[Lecturer, Lecturer]:
    free, busy = (
        LecturerFactory(name="周砚秋", introduction="讲急救"),
        LecturerFactory(name="孟守安", introduction="讲急救"),
    )
    for lecturer in (free, busy):
        ScheduleFactory(lecturer=lecturer)
        note_change(lecturer)
    OccupationFactory(lecturer=busy, start=evening(5))
    call_command("search_rebuild")
    return free, busy


def span(hour: int, minutes: int = 90) -> dict[str, str]:
    start = evening(5, hour=hour)
    return {"free_from": start.isoformat(), "free_to": (start + timedelta(minutes=minutes)).isoformat()}


def found(client: Client, **query: Any) -> list[str]:
    response = client.get("/api/v1/search", {"q": "急救", **query})
    assert response.status_code == 200
    return sorted(item["title"] for item in response.json()["items"])


def test_lecturers_are_found_by_words_and_by_free_time(client: Client, lecturers: tuple[Lecturer, Lecturer]) -> None:
    assert found(client, kind="lecturer") == ["周砚秋", "孟守安"]
    assert found(client, **span(19)) == ["周砚秋"]
    assert found(client, **span(14)) == ["周砚秋", "孟守安"]
    assert found(client, **span(6)) == []


def test_what_was_given_away_since_is_no_longer_found(client: Client, lecturers: tuple[Lecturer, Lecturer]) -> None:
    OccupationFactory(lecturer=lecturers[0], start=evening(5))
    assert found(client, **span(19)) == []


def test_a_month_is_asked_for_in_one_go_and_nothing_that_cards_show_is_read(
    client: Client, lecturers: tuple[Lecturer, Lecturer]
) -> None:
    month = {"free_from": evening(5).isoformat(), "free_to": evening(36).isoformat()}
    with CaptureQueriesContext(connection) as seen:
        assert found(client, **month) == ["周砚秋", "孟守安"]
    asked = " ".join(query["sql"] for query in seen)
    assert "lecturers_schedule" in asked
    assert "siteimage" not in asked
    assert "lecturers_lecturer_topics" not in asked


def test_the_page_shows_lecturers_and_a_way_out_when_nobody_has_time(
    client: Client, lecturers: tuple[Lecturer, Lecturer]
) -> None:
    assert "周砚秋" in client.get("/search/", {"q": "急救", **span(19)}).content.decode()

    nobody = client.get("/search/", {"q": "急救", **span(6)})

    assert nobody.context["result"].total == 0
    assert [way["url"] for way in nobody.context["wider"]] == ["/search/?q=%E6%80%A5%E6%95%91"]


def test_who_has_time_is_looked_up_once_for_an_empty_page_with_all_its_ways_out(
    client: Client, lecturers: tuple[Lecturer, Lecturer], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def counted(*given: Any) -> Any:
        asked.append(given)
        return keys_of_free(*given)

    monkeypatch.setattr("cms.portal.queries.keys_of_free", counted)
    page = client.get("/search/", {"q": "急救 外伤 包扎", "kind": "lecturer", **span(6)})

    assert page.context["result"].total == 0
    assert page.context["wider"] != []
    assert len(asked) == 1


def test_a_way_without_a_word_still_asks_for_the_free_time(
    client: Client, lecturers: tuple[Lecturer, Lecturer]
) -> None:
    page = client.get("/search/", {"q": "急救 没有人讲", "kind": "lecturer", "topic": "nothing", **span(19)})

    assert [way["count"] for way in page.context["wider"]] == ["1"]


@pytest.mark.parametrize(
    "query",
    [
        {"free_from": "2026-12-03T19:00:00+08:00"},
        {"free_from": "nonsense", "free_to": "%00"},
        {"free_from": "0001-01-01T00:00", "free_to": "9999-12-31T00:00"},
        {"free_from": "9" * 5000, "free_to": "-1"},
        {"free_from": evening(5).isoformat(), "free_to": (evening(36) + timedelta(minutes=1)).isoformat()},
    ],
)
def test_an_odd_time_is_refused_by_the_api_and_named_on_the_page(
    client: Client, lecturers: tuple[Lecturer, Lecturer], query: dict[str, str]
) -> None:
    assert client.get("/api/v1/search", {"q": "急救", **query}).status_code == 400
    page = client.get("/search/", {"q": "急救", **query})
    assert page.status_code == 200
    assert len(page.context["notes"]) == 1
