"""Calendars at secret addresses."""

from typing import Any

import icalendar
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.accounts.models import User
from cms.booking import feeds
from cms.booking.models import CalendarFeed
from cms.booking.permissions import token_of
from cms.booking.services import cancel, make_calendar, withdraw_calendar
from cms.booking.views import calendars
from tests.factories.booking import Scene
from tests.factories.lecturers import evening


def address(person: User) -> str:
    return f"/calendar/{token_of(make_calendar(person))}.ics"


def events_at(client: Client, path: str) -> list[Any]:
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    calendar: Any = icalendar.Calendar.from_ical(response.content)
    return list(calendar.walk("VEVENT"))


def test_both_sides_find_an_agreed_lesson_in_their_calendars(scene: Scene, client: Client) -> None:
    booking = scene.agreed()
    scene.request(starts_at=evening(6))
    for person in (scene.teacher, scene.secretary):
        [event] = events_at(client, address(person))
        assert event["UID"] == f"{booking.public_id}@booking.weike"
        assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (booking.starts_at, booking.ends_at)
        assert (event["SUMMARY"], event["STATUS"], event["LOCATION"]) == ("冬季用气", "CONFIRMED", "活动室二楼")
        assert event["SEQUENCE"] == booking.sequence == 1


def test_a_stranger_s_calendar_is_empty(scene: Scene, client: Client) -> None:
    scene.agreed()
    assert events_at(client, address(scene.stranger)) == []


def test_asked_twice_it_is_the_same_bytes_and_then_nothing_new(scene: Scene, client: Client) -> None:
    scene.agreed()
    path = address(scene.teacher)
    first, second = client.get(path), client.get(path)
    assert first.content == second.content
    assert first["ETag"] == second["ETag"]

    unchanged = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")

    scene.agreed(starts_at=evening(6))
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_what_was_called_off_stays_under_the_same_name_with_a_higher_number(scene: Scene, client: Client) -> None:
    path = address(scene.teacher)
    booking = scene.agreed()
    [before] = events_at(client, path)
    cancel(booking, actor=scene.teacher, reason="生病")
    [after] = events_at(client, path)
    assert (after["UID"], after["STATUS"]) == (before["UID"], "CANCELLED")
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_of_more_lessons_than_a_calendar_holds_the_earliest_are_left_out(
    scene: Scene, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MOST_EVENTS", 2)
    lessons = [scene.agreed(starts_at=evening(day)) for day in (5, 6, 7)]
    starts = [event.decoded("DTSTART") for event in events_at(client, address(scene.secretary))]
    assert starts == [lesson.starts_at for lesson in lessons[1:]]


def test_each_calendar_is_counted_by_itself_whatever_address_asks(
    scene: Scene, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendars, "READS_AN_HOUR", 2)
    first, second = address(scene.teacher), address(scene.secretary)
    for _time in range(3):
        assert client.get("/calendar/forged.ics").status_code == 404
    assert [client.get(first).status_code for _time in range(3)] == [200, 200, 429]
    assert client.get(second).status_code == 200


def test_chinese_lines_are_folded_within_75_bytes(scene: Scene, client: Client) -> None:
    topic = "冬季用气安全：从灶台到阀门，一步一步看，一步一步做，人人会关阀"
    scene.agreed(topic=topic, place="云岭县清水街社区党群服务中心二楼东头的活动室，有电梯，公交三路到清水街口下车")
    body = client.get(address(scene.teacher)).content
    lines = body.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert any(line.startswith(b" ") for line in lines)
    calendar: Any = icalendar.Calendar.from_ical(body)
    assert [event["SUMMARY"] for event in calendar.walk("VEVENT")] == [topic]


def test_no_phone_number_and_no_note_stands_in_it(scene: Scene, client: Client) -> None:
    scene.agreed(place="活动室，找张老师 13800001111", note="电话 13900002222")
    body = client.get(address(scene.secretary)).content.decode()
    for number in ("13800001111", "13900002222", "19900001234", scene.secretary.phone):
        assert str(number) not in body


def test_a_new_address_replaces_the_old_and_a_withdrawn_one_is_gone(scene: Scene, client: Client) -> None:
    old = address(scene.teacher)
    new = address(scene.teacher)
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)
    withdraw_calendar(scene.teacher)
    assert client.get(new).status_code == 404


@pytest.mark.parametrize("token", ["x", "0" * 32, f"{'0' * 32}.abc", "a.b.c", "%00", "中文"])
def test_a_forged_address_is_the_address_of_nothing(scene: Scene, client: Client, token: str) -> None:
    assert client.get(f"/calendar/{token}.ics").status_code == 404


def test_the_key_alone_opens_nothing(scene: Scene, client: Client) -> None:
    feed = make_calendar(scene.teacher)
    assert client.get(f"/calendar/{feed.key.hex}.ics").status_code == 404


def test_the_calendar_of_a_closed_account_is_gone(scene: Scene, client: Client) -> None:
    path = address(scene.teacher)
    User.objects.filter(pk=scene.teacher.pk).update(is_active=False)
    assert client.get(path).status_code == 404


def test_the_address_is_made_and_withdrawn_on_the_page(scene: Scene, client: Client) -> None:
    client.force_login(scene.teacher)
    assert client.get("/my/calendar/").status_code == 405
    assert client.post("/my/calendar/", {"next": "/workbench/bookings/"})["Location"] == "/workbench/bookings/"
    assert CalendarFeed.objects.get(revoked_at__isnull=True).user == scene.teacher
    assert client.post("/my/calendar/withdraw/").status_code == 302
    assert not CalendarFeed.objects.filter(revoked_at__isnull=True).exists()


def test_a_calendar_asks_a_fixed_number_of_queries(scene: Scene) -> None:

    path, counts = address(scene.teacher), []
    for day in (5, 6, 7):
        scene.agreed(starts_at=evening(day))
        with CaptureQueriesContext(connection) as seen:
            Client().get(path)
        counts.append(len(seen))
    assert len(set(counts)) == 1
