"""Whoever asks is answered, by whichever index there is, and never waits for a server that is away."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from search import breaker as fuse
from search.breaker import Breaker
from search.drain import drain
from search.engines.protocol import EngineAway
from search.feeder import feed_shared
from search.query import backlog, breaker_of, is_answering, keys, open_breakers, search, suggest
from search.rebuild_shared import rebuild_shared
from search.schema import ANONYMOUS, Query
from tests.factories.processes import eventually
from tests.factories.shared_index import SharedStandIn

pytestmark = pytest.mark.django_db


def away() -> None:
    raise EngineAway("refused")


class Server:
    """Does as it is told."""

    def __init__(self) -> None:
        self.does: Callable[[], object] = away
        self.asked = 0

    def __call__(self) -> object:
        self.asked += 1
        return self.does()


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def breaker(server: Server) -> Any:
    breaker = Breaker(server, open_s=0.05)
    yield breaker
    breaker.stop()


def test_three_failures_open_it_and_nobody_asks_after_that(breaker: Breaker, server: Server) -> None:
    breaker.open_s = 60

    assert [breaker.ask(server) for _ in range(5)] == [None] * 5

    assert (server.asked, breaker.is_open) == (3, True)


def test_failures_far_apart_do_not_open_it(breaker: Breaker, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuse, "WITHIN_S", 0.0)

    for _ in range(5):
        breaker.ask(server)

    assert breaker.is_open is False


def test_every_second_failure_opens_it_too(breaker: Breaker, server: Server) -> None:
    breaker.open_s = 60
    answers = iter([1, away, 2, away, 3, away, 4])

    def half() -> object:
        answer = next(answers)
        return answer() if callable(answer) else answer

    assert [breaker.ask(half) for _ in range(7)] == [1, None, 2, None, 3, None, None]


def test_an_answer_that_came_too_late_is_given_and_counts_as_none(
    breaker: Breaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaker.open_s = 60
    monkeypatch.setattr(fuse, "SLOW_S", 0.0)

    assert [breaker.ask(lambda: "an answer") for _ in range(4)] == ["an answer"] * 3 + [None]


def test_an_error_of_our_own_is_no_answer_either(breaker: Breaker) -> None:
    def wrong() -> str:
        raise ValueError("a field that is not there")

    assert breaker.ask(wrong) is None
    assert len(breaker.failed_at) == 1


def test_a_thread_of_its_own_asks_until_the_server_answers(breaker: Breaker, server: Server) -> None:
    for _ in range(3):
        breaker.ask(server)
    eventually(lambda: server.asked >= 5, patience_s=20)
    assert breaker.is_open is True

    server.does = lambda: "an answer"

    eventually(lambda: not breaker.is_open, patience_s=20)
    assert breaker.ask(server) == "an answer"


def test_a_probe_that_breaks_is_no_answer(breaker: Breaker, server: Server) -> None:
    def wrong() -> None:
        raise ValueError("an unexpected thing")

    server.does = wrong

    assert breaker.answers() is False


def test_it_stays_open_longer_each_time_it_opens_again_soon(breaker: Breaker, server: Server) -> None:
    server.does = lambda: "an answer"
    stayed = []
    for _ in range(3):
        for _ in range(3):
            breaker.ask(away)
        stayed.append(breaker.stays_open_s)
        eventually(lambda: not breaker.is_open, patience_s=20)

    assert stayed == [0.05, 0.1, 0.2]


@pytest.fixture
def both(shared: SharedStandIn, room: Any) -> SharedStandIn:
    """Let both indexes hold one document."""
    rebuild_shared(shared)
    room.publish("1", "延安精神")
    drain()
    feed_shared(shared)
    return shared


def test_the_shared_index_answers_as_long_as_it_can(both: SharedStandIn) -> None:
    result = search(Query(text="延安"))

    assert (result.engine, result.total, result.degraded) == ("elasticsearch", 1, False)
    assert [item.text for group in suggest("延", ANONYMOUS) for item in group.items] == ["延安精神"]
    assert keys(Query(text="", kinds=("lesson",))) == ("1",)
    assert open_breakers() == {"elasticsearch": False}
    assert both.faults.asked[-3:] == ["search", "suggest", "keys"]


def test_the_index_of_the_node_answers_while_the_server_is_away_and_says_so(both: SharedStandIn) -> None:
    both.faults.away = True

    results = [search(Query(text="延安")) for _ in range(5)]

    assert {(each.engine, each.total, each.degraded, each.unanswered) for each in results} == {
        ("embedded", 1, True, False)
    }
    assert [item.text for group in suggest("延", ANONYMOUS) for item in group.items] == ["延安精神"]
    assert keys(Query(text="", kinds=("lesson",))) == ("1",)
    assert open_breakers() == {"elasticsearch": True}
    assert is_answering() is True


@pytest.mark.long
def test_once_it_has_opened_nobody_waits_for_a_slow_server(both: SharedStandIn) -> None:
    both.faults.slow_s = 0.4
    both.faults.away = True
    both.faults.asked.clear()
    breaker_of(both).open_s = 60
    for _ in range(3):
        search(Query(text="延安"))

    began = time.monotonic()
    for _ in range(10):
        search(Query(text="延安"))

    # Ten of them together take less than one that waits.
    assert both.faults.asked == ["search"] * 3
    assert time.monotonic() - began < 4.0
    assert breaker_of(both).is_open is True


@pytest.mark.long
def test_no_save_fails_and_everything_is_fed_when_the_server_is_back(both: SharedStandIn, room: Any) -> None:
    both.faults.away = True
    for number in range(2, 30):
        room.publish(str(number), f"第{number}讲")
    assert feed_shared(both).away is True
    assert backlog()["elasticsearch"] == 28

    both.faults.away = False
    eventually(lambda: feed_shared(both).indexed, patience_s=20)

    assert backlog()["elasticsearch"] == 0
    assert both.search(Query(text="", page_size=1)).total == 29


def test_when_no_index_can_be_read_it_says_so(both: SharedStandIn, settings: Any, tmp_path: Any) -> None:
    both.faults.away = True
    settings.SEARCH_DB = tmp_path / "no" / "folder"
    (tmp_path / "no").write_text("a file where a folder should be")

    result = search(Query(text="延安"))

    assert (result.total, result.degraded, result.unanswered) == (0, True, True)
    assert is_answering() is False


RESTS, CANNOT = "搜索服务暂停，由内置搜索回答。", "搜索现在查不了"


def said(client: Client) -> tuple[list[bool], str, bool]:
    page = client.get("/search/", {"q": "延安"}).content.decode()
    told = client.get("/api/v1/search", {"q": "延安"}).json()
    return [text in page for text in (RESTS, CANNOT)], told["engine"], told["degraded"]


def test_page_and_api_say_which_index_answered(
    both: SharedStandIn, client: Client, settings: Any, tmp_path: Any
) -> None:
    assert said(client) == ([False, False], "elasticsearch", False)

    both.faults.away = True
    assert said(client) == ([True, False], "embedded", True)

    settings.SEARCH_DB = tmp_path / "no" / "folder"
    (tmp_path / "no").write_text("a file where a folder should be")
    assert said(client) == ([False, True], "embedded", True)
    assert client.get("/readyz").json()["parts"]["search"] is False
