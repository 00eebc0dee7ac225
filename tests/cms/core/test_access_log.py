import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings
from structlog.testing import capture_logs

from cms.accounts.services import issue_api_token
from cms.core.access_log import file_of, forget_old_requests, record_request
from cms.core.clock import now
from cms.core.middleware import RequestLogMiddleware
from tests.factories.accounts import UserFactory
from tests.factories.videos import VideoFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.ACCESS_LOG_DIR = tmp_path / "access-log"
    return tmp_path / "access-log"


def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in file_of(now()).read_text().splitlines()]


def test_a_request_leaves_address_number_of_the_person_and_path(client: Client, settings: Settings) -> None:
    settings.PROXY_COUNT = 1
    user = UserFactory(name="王小明", phone="13800138000")
    client.force_login(user)

    client.get("/me/", {"q": "13800138000"}, headers={"x-forwarded-for": "198.51.100.9, 203.0.113.7"})

    [line] = lines()
    assert {**line, "at": "", "id": "", "ms": 0} == {
        "at": "",
        "id": "",
        "address": "203.0.113.7",
        "user": user.pk,
        "method": "GET",
        "path": "/me/",
        "status": 200,
        "ms": 0,
    }
    written = file_of(now()).read_text()
    assert [word for word in ("王小明", "13800138000", user.username) if word in written] == []


def test_a_token_is_somebody_too(client: Client) -> None:
    user = UserFactory()
    token, _until = issue_api_token(user, days=1)

    path = f"/api/v1/videos/{VideoFactory(owner=user).pk}"

    client.get(path, headers={"authorization": f"Bearer {token}"})

    assert [(line["user"], line["path"], line["status"]) for line in lines()] == [(user.pk, path, 200)]
    assert token not in file_of(now()).read_text()


@pytest.mark.parametrize("address", ["/api/v1/search", "/api/v1/suggest"])
def test_a_token_that_searches_is_somebody_and_the_name_searched_for_stays_out(client: Client, address: str) -> None:
    user = UserFactory()
    token, _until = issue_api_token(user, days=1)

    with capture_logs() as told:
        answer = client.get(address, {"q": "王小明"}, headers={"authorization": f"Bearer {token}"})

    assert answer.status_code == 200
    assert [(line["user"], line["path"]) for line in lines()] == [(user.pk, address)]
    assert [word for word in ("王小明", token) if word in file_of(now()).read_text() + str(told)] == []


def test_a_token_that_has_ended_is_nobody(client: Client) -> None:
    client.get("/api/v1/search", {"q": "雪"}, headers={"authorization": "Bearer gone"})

    assert [line["user"] for line in lines()] == [None]


def test_a_visitor_is_nobody_and_addresses_that_open_something_are_cut(client: Client) -> None:
    client.get("/media/v/66aabb-SIGNATURE/0b7a/gen/master.m3u8")
    client.get("/accounts/qr/TOKEN/")
    client.get("/u/13800138000/")

    assert [(line["user"], line["path"]) for line in lines()] == [
        (None, "/media/v/…/0b7a/gen/master.m3u8"),
        (None, "/accounts/qr/…/"),
        (None, "/u/1**********/"),
    ]


def test_probes_and_static_files_leave_no_line(client: Client, folder: Path) -> None:
    with capture_logs() as told:
        for path in ("/healthz", "/readyz", "/metrics", "/static/nothing.css"):
            client.get(path)
        assert not folder.exists()
        client.get("/help/member/")

    # Nor in the operator's log: probes ask every few seconds.
    assert [line["path"] for line in told if line["event"] == "request"] == ["/help/member/"]


def test_writing_the_line_asks_the_database_nothing(
    rf: RequestFactory, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        RequestLogMiddleware(lambda _request: HttpResponse("in"))(rf.get("/x/"))

    assert [line["path"] for line in lines()] == ["/x/"]


def test_nobody_else_on_the_machine_may_read_it(client: Client, folder: Path) -> None:
    client.get("/help/member/")

    assert (file_of(now()).stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_disk_that_takes_nothing_stops_nobody(client: Client, folder: Path) -> None:
    folder.write_text("a file where the folder should be")

    assert client.get("/help/member/").status_code == 200


def test_days_are_kept_as_long_as_the_settings_say_and_foreign_files_always(
    rf: RequestFactory, settings: Settings, folder: Path
) -> None:
    settings.ACCESS_LOG_KEEP = timedelta(days=190)
    record_request(rf.get("/x/"), request_id="1", status=200, seconds=0.1)
    names = [file_of(now() - timedelta(days=days)).name for days in (190, 191)]
    other = f"access-{now() - timedelta(days=300):%Y-%m-%d}.another-machine.jsonl"
    for name in (*names, other, "access-list.jsonl", "notes.txt"):
        (folder / name).touch()

    assert forget_old_requests() == 2
    assert {path.name for path in folder.iterdir()} == {
        file_of(now()).name,
        names[0],
        "access-list.jsonl",
        "notes.txt",
    }


def test_a_machine_without_the_schedule_forgets_old_days_with_the_first_request_of_a_new_one(
    rf: RequestFactory, settings: Settings, folder: Path
) -> None:
    settings.ACCESS_LOG_KEEP = timedelta(days=190)
    folder.mkdir()
    kept, old = (folder / file_of(now() - timedelta(days=days)).name for days in (190, 191))
    kept.touch()
    old.touch()

    record_request(rf.get("/x/"), request_id="1", status=200, seconds=0.1)
    assert (kept.exists(), old.exists()) == (True, False)

    # Once a day, not with every request.
    old.touch()
    record_request(rf.get("/x/"), request_id="2", status=200, seconds=0.1)
    assert old.exists()
