"""Search narrowed to lecturers who have time: the index finds the words, the database knows the time."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.timezone import localtime

from cms.core.templatetags.core_tags import local_datetime
from cms.lecturers.models import Lecturer, Occupation
from cms.lecturers.queries import free_among
from cms.lecturers.services import note_change, release
from search.drain import drain
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
        return free_among(*given)

    monkeypatch.setattr("cms.portal.queries.free_among", counted)
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


def asked_on(day: int, **times: str) -> dict[str, str]:
    """Return what the form of the page sends for a day."""
    return {"q": "急救", "kind": "lecturer", "day": evening(day).date().isoformat(), "begins": "", "ends": "", **times}


def rows(page: Any) -> dict[str, dict[str, Any]]:
    return {hit["title"]: hit for group in page.context["groups"] for hit in group["hits"]}


def test_the_form_asks_for_a_day_and_its_rows_say_when_and_lead_there(
    client: Client, lecturers: tuple[Lecturer, Lecturer]
) -> None:
    evening_only = client.get("/search/", asked_on(5, begins="18:30", ends="21:00"))
    whole_day = client.get("/search/", asked_on(5))

    assert list(rows(evening_only)) == ["周砚秋"]
    row = rows(evening_only)["周砚秋"]
    assert localtime(row["asked"]) == evening(5) - timedelta(minutes=30)
    chosen = client.get(row["url"] + row["query"]).context["slot"]
    assert chosen == {"start": row["asked"], "end": row["asked"] + timedelta(minutes=90)}
    assert f"那时有空：{local_datetime(row['asked'])}" in strip_tags(evening_only.content.decode())
    assert {name: localtime(hit["asked"]).hour for name, hit in rows(whole_day).items()} == {"周砚秋": 9, "孟守安": 9}


def test_without_a_time_the_rows_say_what_is_free_next_and_the_form_waits_folded(
    client: Client, lecturers: tuple[Lecturer, Lecturer]
) -> None:
    page = client.get("/search/", {"q": "急救"})

    assert all(hit["next_free"].start > timezone.now() for hit in rows(page).values())
    assert strip_tags(page.content.decode()).count("最近可约：") == 2
    assert not page.context["free_form"].is_bound
    assert '<details class="fold mt-1">' in page.content.decode()
    assert client.get("/search/", {"q": "没有人讲"}).context["free_form"] is None


def test_a_span_from_an_address_stands_in_the_form_where_it_is_of_one_day_and_in_words_where_not(
    client: Client, lecturers: tuple[Lecturer, Lecturer]
) -> None:
    one, more = span(19), {"free_from": evening(5).isoformat(), "free_to": evening(7).isoformat()}

    initial = client.get("/search/", {"q": "急救", **one}).context["free_form"].initial
    words = client.get("/search/", {"q": "急救", **more})

    assert (initial["day"], initial["begins"].hour, initial["ends"].isoformat()) == (evening(5).date(), 19, "20:30:00")
    assert words.context["free_form"].initial == {}
    assert f"{local_datetime(evening(5))} 至 {local_datetime(evening(7))}" in strip_tags(words.content.decode())


@pytest.mark.parametrize(
    "odd",
    [
        {"day": "nonsense"},
        {"day": "", "begins": "19:00"},
        {"day": "9999-12-31"},
        {"begins": "19:00", "ends": "18:00"},
        {"begins": "25:00", "ends": "%"},
        {"ends": "00:00"},
    ],
)
def test_what_the_form_cannot_mean_is_left_aside_with_a_note_and_kept(
    client: Client, lecturers: tuple[Lecturer, Lecturer], odd: dict[str, str]
) -> None:
    page = client.get("/search/", asked_on(5) | odd)

    assert page.status_code == 200
    assert page.context["notes"] == ("时间没填对，这次没有按空闲时间筛选。",)
    assert sorted(rows(page)) == ["周砚秋", "孟守安"]
    assert page.context["free_form"].errors
    assert {name: page.context["free_form"][name].value() for name in odd} == odd


def test_all_that_was_chosen_stays_chosen_but_the_page_and_any_time_takes_the_time_away(
    client: Client, lecturers: tuple[Lecturer, Lecturer]
) -> None:
    page = client.get("/search/", asked_on(5) | {"sort": "newest", "page": "1", "kind": "lesson,lecturer"})

    assert page.context["free_kept"] == {"q": "急救", "sort": "newest", "kind": "lecturer"}
    assert page.context["any_time_url"] == "/search/?q=%E6%80%A5%E6%95%91&kind=lesson%2Clecturer&sort=newest"


def test_only_those_whom_the_index_knows_as_free_are_asked_about_in_the_database(
    client: Client, lecturers: tuple[Lecturer, Lecturer], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[int]] = []

    def counted(user: Any, among: Iterable[int], *span: Any) -> Any:
        asked.append(sorted(among))
        return free_among(user, among, *span)

    monkeypatch.setattr("cms.portal.queries.free_among", counted)
    for hour in (19, 14, 6):
        client.get("/search/", {"q": "急救", **span(hour)})

    free, busy = (lecturer.pk for lecturer in lecturers)
    assert asked == [[free], sorted([free, busy]), []]


def test_somebody_hidden_or_given_away_a_second_ago_is_neither_shown_nor_counted(
    client: Client, lecturers: tuple[Lecturer, Lecturer]
) -> None:
    free, busy = lecturers
    OccupationFactory(lecturer=free, start=evening(5, hour=14))
    then = client.get("/api/v1/search", {"q": "急救", "facets": "kind", **span(14)}).json()
    Lecturer.objects.filter(pk=busy.pk).update(live=False)
    nobody = client.get("/api/v1/search", {"q": "急救", "facets": "kind", **span(14)}).json()

    assert [item["title"] for item in then["items"]] == ["孟守安"]
    assert (then["total"], then["facets"]["kind"][0]["count"]) == (1, 1)
    assert (nobody["total"], nobody["items"], nobody["facets"]["kind"]) == (0, [], [])
    assert list(rows(client.get("/search/", {"q": "急救"}))) == ["周砚秋"]


@pytest.mark.parametrize("query", [{"q": "急救"}, {"q": "急救", **span(14)}])
def test_a_page_costs_the_same_for_one_and_for_three(
    client: Client, lecturers: tuple[Lecturer, Lecturer], query: dict[str, str]
) -> None:
    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as seen:
            page = client.get("/search/", query)
        return len(rows(page)), sum("lecturers_" in asked["sql"] for asked in seen)

    Lecturer.objects.filter(pk=lecturers[1].pk).update(live=False)
    call_command("search_rebuild")
    client.get("/search/", query)
    one = cost()
    Lecturer.objects.filter(pk=lecturers[1].pk).update(live=True)
    ScheduleFactory(lecturer=LecturerFactory(name="吴桂芳", introduction="讲急救"))
    call_command("search_rebuild")

    assert (one, cost()) == ((1, 6), (3, 6))


def test_what_is_given_back_is_found_once_the_index_heard_of_it(
    client: Client, lecturers: tuple[Lecturer, Lecturer]
) -> None:
    taken = Occupation.objects.get(lecturer=lecturers[1])
    assert found(client, **span(19)) == ["周砚秋"]

    release(taken)
    drain()

    assert found(client, **span(19)) == ["周砚秋", "孟守安"]
