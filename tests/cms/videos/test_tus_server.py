"""The upload server over real sockets: cut lines, hanging requests, a server that is killed, bytes that arrive identical."""

import hashlib
import random
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest
from django.core.management import call_command

from cms.accounts.services import issue_api_token
from cms.videos.models import Upload, Video
from tests.cms.videos.conftest import video_bytes
from tests.cms.videos.tus_client import TusClient
from tests.factories.accounts import UserFactory
from tests.factories.processes import eventually, process

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
DATA = video_bytes(900_000)
# A busy machine silences a sender for longer than people would be waited for.
PATIENT: dict[str, Any] = {"WEIKE_SENDER_SILENCE_S": "120"}
SUM = hashlib.sha256(DATA).hexdigest()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(client: TusClient) -> bool:
    try:
        return client.ask("OPTIONS", "/api/v1/uploads/").status == 204
    except OSError:
        return False


@contextmanager
def serving(client: TusClient, *, threads: int = 8, site: str = "cms.wsgi", **extra: str) -> Iterator[Any]:
    """Run the site under gunicorn as in service."""
    arguments = (
        "--bind",
        f"127.0.0.1:{client.port}",
        "--worker-class",
        "cms.web_worker.PatientWorker",
        "--threads",
        str(threads),
        "--log-level",
        "error",
    )
    with process("-m", "gunicorn", site, *arguments, **extra) as server:
        eventually(lambda: answers(client))
        yield server


@pytest.fixture
def client() -> TusClient:
    return somebody()


def somebody() -> TusClient:
    """Return a client of a new person, for a server on a port that is free."""
    call_command("createcachetable", "site_cache", verbosity=0)
    token, _end = issue_api_token(UserFactory(), days=1)
    return TusClient("127.0.0.1", free_port(), token)


def test_a_file_arrives_identical_however_the_line_behaves(client: TusClient) -> None:
    chance = random.Random(11)  # noqa: S311  # accidents, not secrets
    with serving(client, **PATIENT):
        client.send_badly(client.begin(len(DATA), filename="现场.mp4"), DATA, chance=chance, chunk=120_000)
    assert (Video.objects.get().sha256, Video.objects.get().original_bytes) == (SUM, len(DATA))


def test_a_hanging_request_does_not_lock_the_phone_out(client: TusClient) -> None:
    with serving(client):
        path = client.begin(len(DATA))
        hanging = client.hang(path, 0, DATA[:500_000], after=100_000)
        sent = client.send(path, DATA, chunk=300_000)
        if sent.status == 409:
            # What the old line had still in its buffers was taken after we asked where to go on: one asks again.
            sent = client.send(path, DATA, chunk=300_000)
        assert sent.status == 204
        told = hanging.recv(200)
        # The old line wakes up too late: its bytes find no file to spoil.
        with suppress(OSError):
            hanging.sendall(b"\x00" * 400_000)
        hanging.close()
    assert b" 409 " in told
    assert Video.objects.get().sha256 == SUM


def send_through_kills(client: TusClient, data: bytes, *, kills: int, chance: random.Random, **extra: Any) -> None:
    """Send a file to a server that is killed again and again, at any byte; no more is lost than one chunk."""
    path, acknowledged = "", 0
    for _kill in range(kills):
        with serving(client, **extra):
            path = path or client.begin(len(data))
            offset = client.offset(path)
            assert offset >= acknowledged
            acknowledged = offset + (len(data) - offset) // 4
            assert client.patch(path, offset, data[offset:acknowledged], checksum="sha1").status == 204
            rest = data[acknowledged:]
            # What is sent of it may have come to the kernel, the server, its disk or its database.
            hanging = client.hang(path, acknowledged, rest, after=chance.randint(1, len(rest) - 1))
            time.sleep(chance.random() / 5)
        hanging.close()
    with serving(client, **extra):
        assert client.offset(path) >= acknowledged
        assert client.send(path, data, chunk=len(data) // 3, checksum="sha1").status == 204


def test_an_upload_goes_on_after_the_server_was_killed(client: TusClient) -> None:
    send_through_kills(client, DATA, kills=1, chance=random.Random())  # noqa: S311  # accidents, not secrets
    assert Video.objects.get().sha256 == SUM


def test_a_picture_is_refused_before_the_rest_is_sent(client: TusClient) -> None:
    with serving(client):
        path = client.begin(50_000_000, filename="x.mp4")
        answer = client.patch(path, 0, b"\xff\xd8\xff\xe0" + bytes(2_000_000))
    assert (answer.status, answer.json["code"]) == (415, "not_video")
    assert Upload.objects.get().state == "failed"


def stranger(client: TusClient, head: str) -> socket.socket:
    """Open a line, say this much and then nothing."""
    line = socket.create_connection((client.host, client.port), timeout=60)
    line.sendall(head.encode())
    return line


REFUSED = (
    "POST /api/v1/uploads/ HTTP/1.1\r\nHost: localhost\r\nTus-Resumable: 1.0.0\r\n"
    "Content-Type: application/offset+octet-stream\r\nContent-Length: 16000000\r\n\r\nx"
)


def test_strangers_who_promise_bytes_are_answered_at_once_and_hold_nothing(client: TusClient) -> None:
    with serving(client, threads=2):
        lines = [stranger(client, REFUSED) for _ in range(8)]
        told = [line.recv(12) for line in lines]
        # None of them closed its line: whoever comes after them is answered all the same.
        after = client.ask("OPTIONS", "/api/v1/uploads/").status
        for line in lines:
            line.close()
    assert (told, after) == ([b"HTTP/1.1 401"] * 8, 204)


def test_lines_that_say_nothing_hold_no_thread(client: TusClient) -> None:
    with serving(client, threads=2):
        lines = [stranger(client, "") for _ in range(8)]
        after = [client.ask("OPTIONS", "/api/v1/uploads/").status for _ in range(3)]
        for line in lines:
            line.close()
    assert after == [204] * 3


def test_who_sends_slowly_leaves_threads_for_others_and_gets_two_turns(client: TusClient) -> None:
    with serving(client, threads=4, WEIKE_UPLOAD_THREADS="3"):
        paths = [client.begin(len(DATA)) for _ in range(3)]
        lines = [client.hang(path, 0, DATA, after=100_000) for path in paths[:2]]
        eventually(lambda: Upload.objects.exclude(lock_token="").count() == 2)
        refused = client.patch(paths[2], 0, DATA[:1000])
        again = client.offset(paths[2])
        # With one of the two files it goes on at once, and without asking: that is the turn of its own line.
        assert client.patch(paths[0], 0, DATA).status == 204
        assert client.patch(paths[2], 0, DATA[:1000]).status == 204
        for line in lines:
            line.close()
    assert (refused.json["code"], refused.headers["retry-after"], again) == ("busy", "5", 0)


FILM = video_bytes(12_000_000)
FILM_SUM = hashlib.sha256(FILM).hexdigest()


@pytest.fixture(scope="module")
def narrow(django_db_setup: None) -> Iterator[TusClient]:
    """A site that takes in one upload at a time; without a person."""
    nobody = TusClient("127.0.0.1", free_port(), "")
    with serving(nobody, threads=4, WEIKE_UPLOAD_THREADS="1"):
        yield nobody


@pytest.fixture
def phone(client: TusClient, narrow: TusClient) -> TusClient:
    return replace(client, port=narrow.port)


def test_a_phone_that_changed_networks_three_times_goes_on_at_once(phone: TusClient) -> None:
    path = phone.begin(len(FILM))
    lines = []
    for _network in range(3):
        offset = phone.offset(path)
        # Some megabytes, and then nothing, not even the end of the line.
        lines.append(hang_for_good(phone, path, offset))
    began = time.monotonic()
    answer = phone.send(path, FILM, chunk=len(FILM))
    took_s = time.monotonic() - began
    told = [line.recv(12) for line in lines]
    for line in lines:
        line.close()
    assert (answer.status, told, took_s < 10) == (204, [b"HTTP/1.1 409"] * 3, True)
    assert Video.objects.get().sha256 == FILM_SUM


def test_lines_that_hang_give_their_turn_to_the_one_that_goes_on_without_asking(phone: TusClient) -> None:
    path = phone.begin(len(FILM))
    # Of a chunk with a checksum nothing is kept before its end: all of them begin at the same byte.
    lines = [hang_for_good(phone, path, 0, checksum="sha1") for _network in range(3)]
    began = time.monotonic()
    answer = phone.patch(path, 0, FILM, checksum="sha1")
    took_s = time.monotonic() - began
    for line in lines:
        line.close()
    assert (answer.status, took_s < 10, Video.objects.get().sha256) == (204, True, FILM_SUM)


def test_an_upload_that_is_given_up_frees_the_turn_of_its_line(phone: TusClient) -> None:
    path = phone.begin(len(FILM))
    hanging = hang_for_good(phone, path, 0)
    given_up = phone.ask("DELETE", path)
    next_one = phone.create(len(FILM))
    told = hanging.recv(12)
    hanging.close()
    assert (given_up.status, next_one.status, told) == (204, 201, b"HTTP/1.1 409")


def hang_for_good(phone: TusClient, path: str, offset: int, *, checksum: str = "") -> socket.socket:
    """Send some megabytes of the film and then nothing; return once the upload is this line's."""
    before = Upload.objects.get().lock_token
    line = phone.hang(path, offset, FILM[offset:], after=3_000_000, checksum=checksum)
    eventually(lambda: Upload.objects.get().lock_token != before)
    return line


def test_a_line_that_hangs_in_another_process_ends_within_two_seconds(client: TusClient) -> None:
    other = replace(client, port=free_port())
    with serving(client), serving(other):
        path = client.begin(len(DATA))
        hanging = client.hang(path, 0, DATA, after=300_000)
        eventually(lambda: Upload.objects.get().lock_token != "")
        offset = other.offset(path)
        began = time.monotonic()
        told = hanging.recv(12)
        took_s = time.monotonic() - began
        hanging.close()
        answer = other.patch(path, offset, DATA[offset:])
    assert (told, took_s < 2, answer.status) == (b"HTTP/1.1 409", True, 204)
    assert Video.objects.get().sha256 == SUM


def test_four_people_who_vanished_do_not_keep_everybody_else_from_sending(client: TusClient) -> None:
    people = [replace(client, token=issue_api_token(UserFactory(), days=1)[0]) for _ in range(4)]
    with serving(client, threads=8, WEIKE_UPLOAD_THREADS="4", WEIKE_SENDER_SILENCE_S="3"):
        path = client.begin(len(DATA))
        lines = [gone.hang(gone.begin(len(FILM)), 0, FILM, after=3_000_000) for gone in people]
        eventually(lambda: Upload.objects.exclude(lock_token="").count() == 4)
        refused = client.patch(path, 0, DATA)
        began = time.monotonic()
        eventually(lambda: client.patch(path, 0, DATA).status == 204)
        eventually(lambda: Upload.objects.filter(offset=3_000_000).count() == 4)
        took_s = time.monotonic() - began
        for line in lines:
            line.close()
    # What they brought would have bought 48 minutes of silence.
    assert (refused.status, took_s < 8) == (503, True)


def test_of_requests_that_send_the_same_chunk_at_the_same_moment_one_wins(client: TusClient) -> None:
    at_once, chunk = 6, 150_000
    start = threading.Barrier(at_once)

    def send(path: str, offset: int) -> tuple[int, str]:
        start.wait()
        answer = client.patch(path, offset, DATA[offset : offset + chunk])
        return answer.status, answer.headers.get("upload-offset", "")

    with serving(client, threads=8), ThreadPoolExecutor(at_once) as senders:
        path = client.begin(len(DATA))
        for offset in range(0, len(DATA), chunk):
            told = list(senders.map(send, [path] * at_once, [offset] * at_once))
            # One whose turn was taken before its first byte says where the file still ends, and has lost nothing.
            assert [end for status, end in told if status == 204 and end != str(offset)] == [str(offset + chunk)]
            assert {status for status, _offset in told} <= {204, 409}
    assert (Video.objects.get().sha256, Video.objects.get().original_bytes) == (SUM, len(DATA))
