"""Lecturers for scripts: who can be asked, when, and contacts that are always null here."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.core.clock import today
from tests.cms.lecturers.conftest import Scene
from tests.factories.accounts import UserFactory
from tests.factories.lecturers import (
    LecturerFactory,
    LessonOfferFactory,
    OccupationFactory,
    ScheduleFactory,
    SuspensionFactory,
    evening,
)
from tests.factories.taxonomy import TeachingMethodFactory, TopicFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller(client: Client) -> Client:
    client.force_login(UserFactory())
    return client


def listed(client: Client, **query: Any) -> list[str]:
    response = client.get("/api/v1/lecturers", query)
    assert response.status_code == 200
    body = response.json()
    assert body["total"] == len(body["items"])
    return [item["name"] for item in body["items"]]


def test_visitors_are_refused(client: Client, scene: Scene) -> None:
    for address in ("", f"/{scene.lecturer.pk}", f"/{scene.lecturer.pk}/slots"):
        assert client.get(f"/api/v1/lecturers{address}").status_code == 401


def test_the_list_names_what_a_page_shows(caller: Client, scene: Scene) -> None:
    topic = TopicFactory(slug="safety")
    scene.lecturer.topics.add(topic)
    scene.lecturer.save()

    body = caller.get("/api/v1/lecturers").json()

    assert body == {
        "items": [
            {
                "id": scene.lecturer.pk,
                "name": "周砚秋",
                "kind": "full_time",
                "post": "",
                "organisation": {"id": scene.lecturer.organisation_id, "name": str(scene.lecturer.organisation)},
                "region": "县城",
                "topics": ["safety"],
                "modes": ["onsite"],
                "url": f"/lecturers/{scene.lecturer.pk}/",
                "contact_phone": None,
                "contact_email": None,
            }
        ],
        "total": 1,
        "next": None,
    }


def test_the_list_is_narrowed_by_topic_region_and_time(caller: Client, scene: Scene) -> None:
    busy = LecturerFactory(name="孟守安", region="松林乡")
    ScheduleFactory(lecturer=busy)
    OccupationFactory(lecturer=busy, start=evening(5))
    span = {"free_from": evening(5).isoformat(), "free_to": (evening(5) + timedelta(minutes=90)).isoformat()}

    assert listed(caller, region="松林乡") == ["孟守安"]
    assert listed(caller, topic="none") == []
    assert listed(caller, **span) == ["周砚秋"]
    assert listed(caller, **span, region="松林乡") == []


@pytest.mark.parametrize(
    "query",
    [
        {"free_from": "2026-12-03T19:00:00+08:00"},
        {"free_from": "2026-12-03T19:00:00+08:00", "free_to": "2026-12-03T18:00:00+08:00"},
        {"free_from": "2026-12-03T19:00:00", "free_to": "2026-12-03T20:00:00"},
        {"free_from": "0001-01-01T00:00:00Z", "free_to": "9999-12-31T00:00:00Z"},
        {"free_from": evening(5).isoformat(), "free_to": (evening(36) + timedelta(minutes=1)).isoformat()},
        {"free_from": "nonsense", "free_to": "nonsense"},
        {"page": "0"},
        {"page": "9" * 30},
        {"topic": "x" * 500},
    ],
)
def test_odd_questions_are_refused_with_a_sentence(caller: Client, scene: Scene, query: dict[str, str]) -> None:
    response = caller.get("/api/v1/lecturers", query)

    assert 400 <= response.status_code < 500
    assert set(response.json()) == {"code", "message", "fields"}
    assert response.json()["fields"]


def test_one_lecturer_comes_with_the_menu_and_without_contacts(caller: Client, scene: Scene) -> None:
    first = LessonOfferFactory(lecturer=scene.lecturer, title="急救", minutes=60)
    first.methods = [TeachingMethodFactory(slug="practice")]
    first.save()
    LessonOfferFactory(lecturer=scene.lecturer, title="不再讲", is_offered=False)

    response = caller.get(f"/api/v1/lecturers/{scene.lecturer.pk}")

    body = response.json()
    assert [(offer["title"], offer["minutes"]) for offer in body["offers"]] == [("急救", 60)]
    assert body["offers"][0]["methods"] == ["practice"]
    assert [caller.get(f"/api/v1/lecturers?method={slug}").json()["total"] for slug in ("practice", "case")] == [1, 0]
    assert (body["contact_phone"], body["contact_email"], body["bookable"]) == (None, None, True)
    assert "19900001234" not in response.content.decode()


def test_slots_are_those_of_the_page(caller: Client, scene: Scene) -> None:
    day = evening(5).date()

    body = caller.get(f"/api/v1/lecturers/{scene.lecturer.pk}/slots?from={day}&to={day}&minutes=180").json()

    assert [slot["start"][11:16] for slot in body["slots"]][:3] == ["09:00", "14:00", "14:30"]
    assert body["slots"][0]["end"] == f"{day}T12:00:00+08:00"


def test_what_was_given_away_and_a_suspension_leave_no_slots(caller: Client, scene: Scene) -> None:
    day = evening(5).date()
    address = f"/api/v1/lecturers/{scene.lecturer.pk}/slots?from={day}&to={day}&minutes=120"
    before = caller.get(address).json()["slots"]
    OccupationFactory(lecturer=scene.lecturer, start=evening(5))

    after = caller.get(address).json()["slots"]
    SuspensionFactory(lecturer=scene.lecturer)

    assert len(after) == len(before) - 4
    assert caller.get(address).json() == {"slots": []}
    assert caller.get(f"/api/v1/lecturers/{scene.lecturer.pk}").json()["bookable"] is False


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-12-03&to=2026-12-02",
        "from=2026-12-03&to=2028-12-02",
        "from=nonsense",
        "minutes=0",
        "minutes=100000",
        "minutes=" + "9" * 40,
    ],
)
def test_odd_spans_are_refused_with_a_sentence(caller: Client, scene: Scene, query: str) -> None:
    response = caller.get(f"/api/v1/lecturers/{scene.lecturer.pk}/slots?{query}")

    assert 400 <= response.status_code < 500
    assert response.json()["fields"]


@pytest.mark.parametrize("query", ["from=0001-01-01", "from=9999-12-31", "from=9999-12-31&to=9999-12-31"])
def test_days_at_the_ends_of_the_calendar_have_no_slots(caller: Client, scene: Scene, query: str) -> None:
    response = caller.get(f"/api/v1/lecturers/{scene.lecturer.pk}/slots?{query}")
    assert response.status_code in (200, 400)
    assert response.json().get("slots", []) == []


def test_without_dates_two_weeks_are_answered(caller: Client, scene: Scene) -> None:
    slots = caller.get(f"/api/v1/lecturers/{scene.lecturer.pk}/slots").json()["slots"]

    assert slots[-1]["start"][:10] == str(today() + timedelta(days=13))


@pytest.mark.parametrize("number", ["0", "9" * 18, "9" * 40, "-1", "abc"])
def test_nobody_stands_at_other_numbers(caller: Client, number: str) -> None:
    assert caller.get(f"/api/v1/lecturers/{number}").status_code in (400, 404)


def test_the_list_asks_the_same_number_of_queries_for_one_and_for_three(caller: Client, scene: Scene) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            listed(caller)
        return len(captured)

    queries()
    one = queries()
    LecturerFactory.create_batch(2)
    assert queries() == one
