"""A connection that counts how long its reader waits, on a real pair of sockets."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from gunicorn.http.body import LengthReader
from gunicorn.http.unreader import SocketUnreader
from pytest_django import Settings

from cms import web_worker
from cms.web_worker import PatientBody, PatientSocket

Pair = tuple[PatientSocket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    here, there = socket.socketpair()
    watched = PatientSocket.around(here)
    watched.setblocking(True)
    yield watched, there
    watched.close()
    there.close()


def test_what_comes_is_read_and_then_its_end(pair: Pair) -> None:
    watched, there = pair
    there.sendall(b"abc")
    there.shutdown(socket.SHUT_WR)
    assert [watched.recv(2), watched.recv(8), watched.recv(8)] == [b"ab", b"c", b""]


def test_silence_breaks_the_line_once_and_is_its_end_from_then_on(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    watched, there = pair
    monkeypatch.setattr(web_worker, "GRACE_S", 0.01)
    with pytest.raises(ConnectionResetError):
        watched.recv(8)
    there.sendall(b"too late")
    assert watched.recv(8) == b""


def test_what_came_buys_time_at_the_least_rate(pair: Pair) -> None:
    watched, there = pair
    there.sendall(bytes(2048))
    watched.recv(2048)
    assert watched.left_s() == pytest.approx(web_worker.GRACE_S + 2, abs=1)


def test_the_next_request_begins_with_the_whole_patience(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    watched, there = pair
    monkeypatch.setattr(web_worker, "GRACE_S", 0.01)
    with pytest.raises(ConnectionResetError):
        watched.recv(8)
    watched.begin()
    there.sendall(b"abc")
    assert watched.recv(8) == b"abc"


def test_after_the_answer_bytes_buy_nothing(pair: Pair) -> None:
    watched, there = pair
    there.sendall(bytes(2048))
    watched.recv(2048)
    watched.answered()
    assert watched.left_s() == web_worker.AFTERWARDS_S


def test_a_line_that_does_not_wait_does_not_wait(pair: Pair) -> None:
    watched, _there = pair
    watched.setblocking(False)
    with pytest.raises(BlockingIOError):
        watched.recv(8)


def test_what_came_buys_no_silence(pair: Pair, settings: Settings) -> None:
    watched, there = pair
    settings.SENDER_SILENCE_S = 0.2
    there.sendall(bytes(100_000))
    assert len(watched.recv(100_000)) == 100_000
    began = time.monotonic()
    with pytest.raises(ConnectionResetError):
        watched.recv(8)
    assert time.monotonic() - began < 2 < watched.left_s()


@pytest.mark.long
def test_who_sends_slowly_is_waited_for_longer_than_any_silence(pair: Pair, settings: Settings) -> None:
    watched, there = pair
    settings.SENDER_SILENCE_S = 0.5

    def send_slowly() -> None:
        for _word in range(10):
            time.sleep(0.1)
            there.sendall(b"abc")

    sender = threading.Thread(target=send_slowly)
    sender.start()
    received = b""
    while len(received) < 30:
        received += watched.recv(30)
    sender.join()
    assert (received, watched.waited_s > settings.SENDER_SILENCE_S) == (b"abc" * 10, True)


def test_a_line_is_broken_off_while_another_thread_waits_for_it(pair: Pair) -> None:
    watched, there = pair
    timer = threading.Timer(0.1, watched.break_off)
    timer.start()
    began = time.monotonic()
    with pytest.raises(ConnectionResetError):
        watched.recv(8)
    took_s = time.monotonic() - began
    timer.join()
    watched.sendall(b"an answer")
    assert (watched.recv(8), there.recv(20), took_s < 5) == (b"", b"an answer", True)


def test_a_line_is_broken_off_once_nobody_wants_what_it_sends(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    watched, there = pair
    monkeypatch.setattr(web_worker, "ASK_S", 0.05)
    wanted = [True, True, False]
    watched.go_on_while(lambda: wanted.pop(0))
    with pytest.raises(ConnectionResetError):
        watched.recv(8)
    there.sendall(b"too late")
    assert (watched.recv(8), wanted) == (b"", [])


def test_who_sends_on_and_on_is_asked_about_as_well(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    watched, there = pair
    monkeypatch.setattr(web_worker, "ASK_S", 0.0)
    there.sendall(b"abcdef")
    watched.go_on_while(lambda: True)
    assert watched.recv(3) == b"abc"
    watched.go_on_while(lambda: False)
    with pytest.raises(ConnectionResetError):
        watched.recv(3)


def test_nothing_is_asked_about_the_next_request(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    watched, there = pair
    monkeypatch.setattr(web_worker, "ASK_S", 0.0)
    watched.go_on_while(lambda: False)
    watched.answered()
    watched.begin()
    there.sendall(b"abc")
    assert watched.recv(8) == b"abc"


def body_of(watched: PatientSocket, length: int, *, ahead: bytes = b"") -> PatientBody:
    """Return the body of a request with whose head some bytes were read already."""
    unreader = SocketUnreader(watched)
    unreader.unread(ahead)
    return PatientBody(LengthReader(unreader, length))


def filled(body: PatientBody, size: int) -> bytes:
    room = memoryview(bytearray(size))
    return bytes(room[: body.readinto(room)])


def test_a_body_fills_buffers_from_what_came_with_the_head_and_then_from_the_line(pair: Pair) -> None:
    watched, there = pair
    body = body_of(watched, 10, ahead=b"abc")
    there.sendall(b"defghij")
    assert [filled(body, 2), filled(body, 4), filled(body, 9), filled(body, 9)] == [b"ab", b"cdef", b"ghij", b""]


@pytest.mark.parametrize("ahead", [b"", b"abcdNEXT"])
def test_a_body_ends_where_the_next_request_begins(pair: Pair, ahead: bytes) -> None:
    watched, there = pair
    body = body_of(watched, 4, ahead=ahead)
    there.sendall(b"abcdNEXT")
    assert [filled(body, 100), filled(body, 100)] == [b"abcd", b""]
    assert body.reader.unreader.read(4) == b"NEXT"


def test_both_ways_of_reading_a_body_go_on_where_the_other_ended(pair: Pair) -> None:
    watched, there = pair
    body = body_of(watched, 12, ahead=b"ab\nc")
    there.sendall(b"defghijk")
    # A line is read ahead, and the rest of that is kept.
    assert [body.readline(), filled(body, 3), body.read(2), filled(body, 9)] == [b"ab\n", b"cde", b"fg", b"hijk"]


def test_what_came_before_the_line_broke_is_handed_out_first(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    watched, there = pair
    monkeypatch.setattr(web_worker, "GRACE_S", 0.01)
    body = body_of(watched, 10)
    there.sendall(b"abc")
    assert (filled(body, 10), body.failed, filled(body, 10)) == (b"abc", True, b"")


def test_a_line_on_which_nothing_comes_breaks_the_reading_of_a_body(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched, _there = pair
    monkeypatch.setattr(web_worker, "GRACE_S", 0.01)
    body = body_of(watched, 10)
    with pytest.raises(ConnectionResetError):
        filled(body, 10)
    assert (body.failed, filled(body, 10)) == (True, b"")
