"""Twenty at once for the same hours, over HTTP against the site's own server: one wins, the others hear what is free."""

import http.client
import json
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from cms.accounts.models import User
from cms.accounts.services import issue_api_token
from cms.booking.enums import BookingStatus
from cms.booking.models import BookingRequest
from cms.core.clock import today
from cms.lecturers.models import Lecturer, Occupation
from tests.factories.booking import Scene, keeper_of, make_scene
from tests.factories.lecturers import evening
from tests.factories.organisations import OrganisationFactory
from tests.factories.processes import eventually, process
from tests.services.processes import free_port

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes, pytest.mark.timeout(600)]
CROWD = 20
# Preloading reads the code once for both processes.
SERVER = (
    *("--workers", "2", "--threads", "12", "--preload", "--timeout", "120"),
    *("--worker-class", "cms.web_worker.PatientWorker"),
)


@dataclass(frozen=True)
class Call:
    """One request of the storm."""

    path: str
    token: str
    body: dict[str, Any]
    key: str = ""


def is_served(port: int) -> bool:
    """Tell whether the site answers."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


@contextmanager
def served(application: str = "cms.wsgi") -> Iterator[int]:
    """Run the site under gunicorn, two processes of twelve threads, and yield its port."""
    call_command("createcachetable", "site_cache", verbosity=0)
    port = free_port()
    with process("-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", *SERVER):
        eventually(lambda: is_served(port))
        yield port


def storm(port: int, calls: list[Call]) -> list[tuple[int, dict[str, Any]]]:
    """Send all calls at the same moment and return status and answer of each."""
    start = threading.Barrier(len(calls))

    def send(call: Call) -> tuple[int, dict[str, Any]]:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        line.connect()
        start.wait()
        headers = {"Authorization": f"Bearer {call.token}", "Content-Type": "application/json"}
        if call.key:
            headers["Idempotency-Key"] = call.key
        line.request("POST", call.path, json.dumps(call.body), headers)
        answer = line.getresponse()
        found = answer.status, json.loads(answer.read())
        line.close()
        return found

    with ThreadPoolExecutor(len(calls)) as crowd:
        return list(crowd.map(send, calls))


def token_of(user: User) -> str:
    """Return a key for programs of the person."""
    return issue_api_token(user, days=1)[0]


def wished(number: int) -> tuple[datetime, int]:
    """Return beginnings and lengths that differ and all overlap: within 19:00 to 20:00 lies a part of each."""
    return evening(5) + timedelta(minutes=30 * (number % 2)), 60 + 10 * (number % 4)


def acceptances(scene: Scene) -> list[Call]:
    """Return a yes to each of twenty pending requests for overlapping hours."""
    token, calls = token_of(scene.teacher), []
    for number in range(CROWD):
        starts_at, minutes = wished(number)
        booking = scene.request(starts_at=starts_at, minutes=minutes)
        calls.append(Call(f"/api/v1/bookings/{booking.public_id}/accept", token, {}))
    return calls


def requests(scene: Scene) -> list[Call]:
    """Return a request for overlapping hours by each of twenty branches."""
    calls = []
    for number in range(CROWD):
        branch = OrganisationFactory()
        starts_at, minutes = wished(number)
        body = {
            "lecturer": scene.lecturer.pk,
            "start": starts_at.isoformat(),
            "end": (starts_at + timedelta(minutes=minutes)).isoformat(),
            "mode": "onsite",
            "topic": "冬季用气",
            "organisation": branch.pk,
            "place": "活动室",
            "heads": 20,
        }
        calls.append(Call("/api/v1/bookings", token_of(keeper_of(branch)), body, key=f"storm-{number}"))
    return calls


def harmless_acceptances(scene: Scene, days: list[int]) -> list[Call]:
    """Return a yes to each of the pending requests for ten hours of each day, none of which touches another."""
    Lecturer.objects.update(buffer_before=0, buffer_after=0)
    scene.lecturer.refresh_from_db()
    token = token_of(scene.teacher)
    bookings = [
        scene.request(starts_at=evening(day, hour), minutes=45)
        for day in days
        for hour in (*range(9, 12), *range(14, 21))
    ]
    return [Call(f"/api/v1/bookings/{booking.public_id}/accept", token, {}) for booking in bookings]


def one_week() -> list[int]:
    """Return two days of one week, in days from today: a Tuesday and the Wednesday after it."""
    tuesday = 7 + (1 - today().weekday()) % 7
    return [tuesday, tuesday + 1]


def check_that_one_won(answers: list[tuple[int, dict[str, Any]]], *, won: int) -> None:
    """One has the time; everybody else heard so, with three other times, and nothing broke."""
    assert Counter(status for status, _body in answers) == {won: 1, 409: CROWD - 1}
    lost = [body for status, body in answers if status == 409]
    assert {body["code"] for body in lost} == {"slot_taken"}
    assert {len(body["alternatives"]) for body in lost} == {3}
    assert Occupation.objects.filter(released_at__isnull=True).count() == 1


def test_of_twenty_acceptances_at_once_one_wins() -> None:
    scene = make_scene()
    calls = acceptances(scene)
    with served() as port:
        answers = storm(port, calls)
    check_that_one_won(answers, won=200)
    states = Counter(BookingRequest.objects.values_list("status", flat=True))
    assert states == {BookingStatus.ACCEPTED: 1, BookingStatus.PENDING: CROWD - 1}


def test_of_twenty_requests_at_once_one_wins_where_the_rule_lets_pending_ones_occupy() -> None:
    scene = make_scene()
    scene.rule(pending_occupies=True)
    calls = requests(scene)
    with served() as port:
        answers = storm(port, calls)
    check_that_one_won(answers, won=201)
    assert BookingRequest.objects.count() == 1


def test_the_same_request_sent_twenty_times_at_once_asks_once() -> None:
    scene = make_scene()
    [call, *_others] = requests(scene)
    with served() as port:
        answers = storm(port, [call] * CROWD)
    assert {status for status, _body in answers} == {201}
    assert len({body["id"] for _status, body in answers}) == 1
    assert BookingRequest.objects.count() == 1


def test_a_yes_and_a_calling_off_at_once_leave_one_truth() -> None:
    scene = make_scene()
    booking = scene.request()
    path = f"/api/v1/bookings/{booking.public_id}"
    calls = [
        Call(f"{path}/accept", token_of(scene.teacher), {}),
        Call(f"{path}/cancel", token_of(scene.secretary), {}),
    ]
    with served() as port:
        answers = storm(port, calls * 5)
    assert max(status for status, _body in answers) < 500
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CANCELLED
    assert not Occupation.objects.filter(released_at__isnull=True).exists()


@pytest.mark.parametrize(
    ("cap", "count"), [pytest.param("cap_day", 1, id="day"), pytest.param("cap_week", 2, id="week")]
)
def test_of_many_acceptances_at_once_as_many_win_as_the_cap_allows(cap: str, count: int) -> None:
    scene, days = make_scene(), one_week()[:count]
    calls = harmless_acceptances(scene, days)
    Lecturer.objects.update(**{cap: 3})
    with served() as port:
        answers = storm(port, calls)
    assert Counter(status for status, _body in answers) == {200: 3, 409: len(calls) - 3}
    lost = [body for status, body in answers if status == 409]
    assert {(body["code"], len(body["alternatives"])) for body in lost} == {("cap_reached", 3)}
    full = {evening(day).date() for day in days}
    starts = [datetime.fromisoformat(one["start"]) for body in lost for one in body["alternatives"]]
    offered = {timezone.localtime(start).date() for start in starts}
    assert offered.isdisjoint(full)
    assert Occupation.objects.filter(released_at__isnull=True).count() == 3
    states = Counter(BookingRequest.objects.values_list("status", flat=True))
    assert states == {BookingStatus.ACCEPTED: 3, BookingStatus.PENDING: len(calls) - 3}


# Nothing in the database itself counts lessons; SQLite lets one write at a time, lock or no lock.
@pytest.mark.postgresql
def test_without_the_lock_the_same_storm_goes_beyond_the_cap() -> None:
    scene = make_scene()
    calls = harmless_acceptances(scene, one_week())
    Lecturer.objects.update(cap_week=1)
    with served("tests.cms.booking.unlocked_site") as port:
        answers = storm(port, calls)
    assert Counter(status for status, _body in answers)[200] > 1
    assert Occupation.objects.filter(released_at__isnull=True).count() > 1


# SQLite lets one write at a time, lock or no lock.
@pytest.mark.postgresql
def test_without_lock_and_constraint_the_same_storm_gives_the_time_away_several_times() -> None:
    scene = make_scene()
    calls = acceptances(scene)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE lecturers_occupation DROP CONSTRAINT occupation_no_overlap")
    try:
        with served("tests.cms.booking.unlocked_site") as port:
            answers = storm(port, calls)
        assert Occupation.objects.filter(released_at__isnull=True).count() > 1
        assert Counter(status for status, _body in answers)[200] > 1
    finally:
        Occupation.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE lecturers_occupation ADD CONSTRAINT occupation_no_overlap EXCLUDE USING gist "
                "(lecturer_id WITH =, tstzrange(occupied_from, occupied_to) WITH &&) WHERE (released_at IS NULL)"
            )
