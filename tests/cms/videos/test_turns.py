"""Who gets a turn to send bytes, on real pairs of sockets instead of a server's."""

import socket
import uuid
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import Settings

from cms.videos.errors import Busy
from cms.videos.views.turns import Turn, Turns
from cms.web_worker import PatientSocket

ONE, TWO, THREE = (uuid.UUID(int=number) for number in (1, 2, 3))


class Site:
    """Turns, the requests that hold them until the test ends, and which of them has an upload."""

    def __init__(self, rest: ExitStack) -> None:
        self.rest = rest
        self.turns = Turns()
        self.newest: dict[uuid.UUID, Turn] = {}

    def request(self, body: bytes = b"") -> HttpRequest:
        """Return a request whose line is open and silent."""
        here, there = socket.socketpair()
        watched = PatientSocket.around(here)
        watched.setblocking(True)
        self.rest.callback(watched.close)
        self.rest.callback(there.close)
        request = RequestFactory().patch("/", body)
        request.META["gunicorn.socket"] = watched
        return request

    def come(self, person: int, upload: uuid.UUID | None) -> Turn:
        return self.rest.enter_context(self.turns.taken_by(person, self.request(), upload))

    def go_on(self, person: int, upload: uuid.UUID) -> Turn:
        """Come, and be the newest request of the upload until the next one is."""
        turn = self.come(person, upload)
        self.take_over(turn, upload)
        return turn

    def take_over(self, turn: Turn, upload: uuid.UUID) -> None:
        self.newest[upload] = turn
        self.turns.take_over(turn, upload, lambda: self.newest.get(upload) is turn)

    @property
    def held(self) -> list[Turn]:
        return self.turns.held


def is_ended(turn: Turn) -> bool:
    assert isinstance(turn.line, PatientSocket)
    return turn.line.is_broken_off


@pytest.fixture
def site() -> Iterator[Site]:
    with ExitStack() as rest:
        yield Site(rest)


def test_a_person_sends_two_files_at_once_and_no_third(site: Site) -> None:
    first, second = site.go_on(7, ONE), site.go_on(7, TWO)
    with pytest.raises(Busy):
        site.come(7, THREE)
    with pytest.raises(Busy):
        site.come(7, None)
    assert site.held == [first, second]


def test_everybody_together_has_as_many_turns_as_the_settings_say(site: Site, settings: Settings) -> None:
    settings.UPLOAD_THREADS = 2
    site.go_on(7, ONE)
    site.go_on(8, TWO)
    with pytest.raises(Busy):
        site.come(9, THREE)


def test_whoever_goes_on_gets_the_turn_of_the_line_that_is_ended(site: Site, settings: Settings) -> None:
    settings.UPLOAD_THREADS = 1
    first = site.go_on(7, ONE)
    second = site.go_on(7, ONE)
    third = site.go_on(7, ONE)
    assert [is_ended(turn) for turn in (first, second, third)] == [True, True, False]
    assert site.held == [third]


def test_a_request_that_came_and_takes_nothing_over_ends_nobody(site: Site) -> None:
    first = site.go_on(7, ONE)
    second = site.come(7, ONE)
    assert ([is_ended(first), is_ended(second)], site.held) == ([False, False], [first, second])


def test_the_first_bytes_with_the_creation_are_ended_like_others(site: Site) -> None:
    first = site.come(7, None)
    site.take_over(first, ONE)
    second = site.go_on(7, ONE)
    assert (is_ended(first), site.held) == (True, [second])


def test_only_lines_of_the_upload_that_was_taken_away_are_ended(site: Site) -> None:
    first, second = site.go_on(7, ONE), site.go_on(7, TWO)
    del site.newest[ONE]
    site.turns.end_lost(ONE)
    assert ([is_ended(first), is_ended(second)], site.held) == ([True, False], [second])


def test_a_refused_request_is_read_off_within_the_turns_and_gives_way(site: Site) -> None:
    first = site.go_on(7, ONE)
    refused = site.request(b"x" * 5000)
    with site.turns.taken_by(7, refused, ONE) as turn:
        site.turns.drain(turn, refused)
        third = site.go_on(7, ONE)
    assert (refused.read(), is_ended(first), is_ended(turn), site.held) == (b"", True, True, [third])


def test_a_refused_request_beyond_the_turns_is_not_read_off(site: Site, settings: Settings) -> None:
    settings.UPLOAD_THREADS = 1
    first = site.go_on(7, ONE)
    refused = site.request(b"x" * 5000)
    with site.turns.taken_by(7, refused, ONE) as turn:
        site.turns.drain(turn, refused)
    assert (len(refused.read()), is_ended(first), site.held) == (5000, False, [first])
