"""Digests that a second thread makes, beside whoever fills the buffers."""

import hashlib
import threading

import pytest

from cms.videos.digesting import ROOM_BYTES, ROOMS, Digesting
from cms.videos.running_digest import RunningDigest
from tests.cms.videos.conftest import video_bytes

DATA = video_bytes(3 * ROOMS * ROOM_BYTES + 5)


def feed(digesting: Digesting, data: bytes) -> None:
    """Add all of it, in buffers that are full as long as there is enough."""
    for at in range(0, len(data), ROOM_BYTES):
        piece = data[at : at + ROOM_BYTES]
        room = digesting.room()
        room[: len(piece)] = piece
        digesting.add(room, len(piece))


@pytest.mark.parametrize("size", [0, 1, ROOM_BYTES, ROOM_BYTES + 1, len(DATA)])
def test_every_digest_is_hashlibs_however_often_it_is_asked_for(size: int) -> None:
    first, second = hashlib.sha1(usedforsecurity=False), RunningDigest.at(0, "")
    assert second is not None
    with Digesting([first, second]) as digesting:
        for end in (size // 2, size):
            feed(digesting, DATA[size // 2 if end == size else 0 : end])
            digesting.settle()
            wanted = DATA[:end]
            assert first.hexdigest() == hashlib.sha1(wanted, usedforsecurity=False).hexdigest()
            assert (second.hexdigest(), second.length) == (hashlib.sha256(wanted).hexdigest(), end)


def test_an_end_that_came_too_early_adds_nothing() -> None:
    digest = hashlib.sha256()
    with Digesting([digest]) as digesting:
        feed(digesting, DATA)
        digesting.add(digesting.room(), 0)
        digesting.settle()
    assert digest.hexdigest() == hashlib.sha256(DATA).hexdigest()


def test_without_a_digest_the_buffers_go_round() -> None:
    with Digesting([]) as digesting:
        feed(digesting, DATA)
        digesting.settle()
        assert digesting.thread is None


class Failing:
    """A digest that breaks at its second block."""

    blocks = 0

    def update(self, _block: memoryview, /) -> None:
        self.blocks += 1
        if self.blocks == 2:
            raise MemoryError


def test_a_digest_that_fails_blocks_nobody_and_is_told_where_it_is_asked_for() -> None:
    failing = Failing()
    with Digesting([failing]) as digesting:
        feed(digesting, DATA)
        with pytest.raises(MemoryError):
            digesting.settle()
    assert failing.blocks == 2


def break_off(digesting: Digesting) -> None:
    with digesting:
        feed(digesting, DATA)
        raise ConnectionResetError


def test_its_thread_ends_with_it_whatever_happened() -> None:
    digest = hashlib.sha256()
    with pytest.raises(ConnectionResetError):
        break_off(Digesting([digest]))
    assert digest.hexdigest() == hashlib.sha256(DATA).hexdigest()
    assert "digest" not in {thread.name for thread in threading.enumerate()}
