"""A connection that counts how long its reader waits, on a real pair of sockets."""

import socket
from collections.abc import Iterator

import pytest

from cms import web_worker
from cms.web_worker import PatientSocket

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
