import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from cms.core import ratelimit
from cms.core.models import RateWindow
from cms.core.ratelimit import (
    Window,
    count_request,
    forget_old_windows,
    forget_requests,
    is_at_limit,
    is_over_limit,
    limited,
)

pytestmark = pytest.mark.django_db


class Clock:
    """The seconds that the rate limit reads."""

    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def time(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(ratelimit, "time", clock)
    return clock


@limited("door", limit=2, seconds=60)
def door(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


def knock(path: str = "/door/", method: str = "post", address: str = "10.0.0.1", forwarded: str = "") -> int:
    request = getattr(RequestFactory(), method)(path, REMOTE_ADDR=address, HTTP_X_FORWARDED_FOR=forwarded)
    request.user = AnonymousUser()
    return int(door(request).status_code)


def test_the_request_beyond_the_limit_is_refused_for_this_address_alone() -> None:
    assert [knock(), knock(), knock("/api/v1/door")] == [200, 200, 429]
    assert knock(address="10.0.0.2") == 200


def test_a_forged_header_opens_no_new_window_and_closes_nobody_elses(settings: Any) -> None:
    settings.PROXY_COUNT = 1
    forged = [f"198.51.100.{number}, 203.0.113.9" for number in range(3)]

    assert [knock(forwarded=header) for header in forged] == [200, 200, 429]
    assert knock(forwarded="198.51.100.0") == 200


def test_methods_that_change_nothing_are_not_counted() -> None:
    assert [knock(method="get") for _ in range(5)] == [200] * 5


def test_the_api_refuses_in_json_with_the_time_to_wait(clock: Clock) -> None:
    request = RequestFactory().post("/api/v1/door")
    request.user = AnonymousUser()
    door(request)
    door(request)
    clock.seconds += 18

    refused = door(request)

    assert isinstance(refused, HttpResponse)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "42"
    assert json.loads(refused.content)["code"] == "too_many_requests"


def test_requests_spread_over_a_morning_are_never_refused(clock: Clock) -> None:
    answers = set()
    for _ in range(40):
        answers.add(knock())
        clock.seconds += 31

    assert answers == {200}


def test_a_long_window_stays_open_for_its_whole_length(clock: Clock) -> None:
    counted = []
    for _ in range(4):
        counted.append(count_request("hourly", "a", seconds=3600))
        clock.seconds += 1199

    assert counted == [Window(1, 3600), Window(2, 2401), Window(3, 1202), Window(4, 3)]
    clock.seconds += 4
    assert count_request("hourly", "a", seconds=3600) == Window(1, 3600)


def test_looking_does_not_count_and_forgetting_begins_anew() -> None:
    assert not is_at_limit("door", "a", limit=1)
    assert not is_over_limit("door", "a", limit=1, seconds=60)
    assert is_at_limit("door", "a", limit=1)
    assert not is_at_limit("door", "b", limit=1)

    forget_requests("door", "a")

    assert not is_at_limit("door", "a", limit=1)


def test_what_has_ended_is_deleted_and_nothing_stored_says_who_asked(clock: Clock) -> None:
    count_request("door", "13800000000", seconds=60)
    count_request("door", "203.0.113.9", seconds=600)
    clock.seconds += 60

    assert forget_old_windows() == 1
    left = RateWindow.objects.get()
    assert "203.0.113.9" not in str(left)


@pytest.mark.django_db(transaction=True)
@pytest.mark.long
def test_no_request_of_many_at_once_is_lost() -> None:
    start = threading.Barrier(6)

    def ask(_number: int) -> list[int]:
        start.wait()
        try:
            return [count_request("door", "a", seconds=600).hits for _ in range(10)]
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        counted = [hits for part in pool.map(ask, range(6)) for hits in part]

    assert sorted(counted) == list(range(1, 61))
