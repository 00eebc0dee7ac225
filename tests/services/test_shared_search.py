"""The index that all nodes share, on a real server: fed, rebuilt, compared, and stood in for while the server is away."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from pytest_django import Settings

from search import lease, outbox
from search.configured import shared_engine
from search.drain import drain
from search.engines.elastic import ElasticIndex
from search.engines.protocol import SharedEngine
from search.feeder import feed_shared
from search.models import Cursor, IndexGeneration
from search.query import backlog, breaker_of, open_breakers, search
from search.schema import Query
from search.worker import run_shared_round
from tests.factories.processes import eventually
from tests.factories.search import Room
from tests.services.fault_proxy import HALF_BULK, HANG, PASS, REFUSE, FaultProxy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def proxy(elasticsearch_url: str) -> Iterator[FaultProxy]:
    with FaultProxy(elasticsearch_url) as proxy:
        yield proxy


@pytest.fixture
def shared(
    proxy: FaultProxy, elasticsearch_url: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SharedEngine]:
    """A site on the server, with names of its own; nobody feeds by himself."""
    settings.SEARCH_DB = tmp_path / "search.sqlite3"
    settings.SEARCH_ENGINE, settings.ELASTICSEARCH_URL = "elasticsearch", proxy.url
    settings.ELASTICSEARCH_PREFIX = f"weike-{uuid4().hex[:8]}"
    monkeypatch.setattr(outbox, "_after_commit", [])
    engine = shared_engine()
    assert engine is not None
    yield engine
    breaker_of(engine).stop()
    direct = ElasticIndex(elasticsearch_url, prefix=settings.ELASTICSEARCH_PREFIX)
    for name in IndexGeneration.objects.values_list("name", flat=True):
        direct.drop(name)


@pytest.fixture
def room(shared: SharedEngine, monkeypatch: pytest.MonkeyPatch) -> Room:
    """Thirty documents that both indexes hold."""
    monkeypatch.setattr(outbox, "_sources", {})
    room = Room()
    outbox.register(Room.kind, build=room.build, iterate=room.iterate)
    for number in range(30):
        room.publish(str(number), f"第{number}讲：延安精神")
    run_shared_round()
    drain()
    feed_all(shared)
    return room


def last_line(name: str, *args: str) -> Any:
    out = StringIO()
    with suppress(SystemExit):
        call_command(name, *args, stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


def feed_all(shared: SharedEngine) -> None:
    """Feed what waits, as soon as the server is asked again."""
    eventually(lambda: not feed_shared(shared).away and not backlog()["elasticsearch"])
    shared.refresh()


def test_what_changes_is_found_and_what_goes_is_not(room: Room, shared: SharedEngine) -> None:
    room.publish("1", "井冈山道路")
    room.delete("2")

    feed_all(shared)

    found = search(Query(text="井冈山"))
    assert (found.engine, found.degraded, [hit.id for hit in found.hits]) == ("elasticsearch", False, ["1"])
    assert search(Query(text="延安精神")).total == 28


def test_a_rebuild_keeps_the_one_before_for_going_back(room: Room, shared: SharedEngine) -> None:
    first = shared.pointed_to()
    assert last_line("search_rebuild", "--shared") == {"elasticsearch": {"documents": 30, "failed": 0}}
    second = shared.pointed_to()
    room.delete("2")
    room.publish("new", "新来的一讲")
    feed_all(shared)

    assert last_line("search_rebuild", "--back") == {"elasticsearch": {"documents": 30, "failed": 0}}

    assert (shared.pointed_to(), first == second) == (first, False)
    assert (search(Query(text="新来的一讲")).total, search(Query(text="延安精神")).total) == (1, 29)
    last_line("search_rebuild", "--shared")
    assert shared.fingerprint_of(str(second)) is None


def test_a_check_compares_both_indexes_and_repairs_each(room: Room, shared: SharedEngine) -> None:
    assert last_line("search_check")["ok"] is True
    document = room.docs["2"]
    assert document is not None
    sender = shared.sender(lease.next_batch(shared.name), generations=[str(shared.pointed_to())])
    sender.remove("lesson", "1")
    sender.put(replace(document, title="旧题目"))
    sender.put(replace(document, pk="gone"))
    assert sender.flush() == ()

    found = last_line("search_check")
    repaired = last_line("search_check", "--repair")

    told = found["elasticsearch"]
    assert (found["ok"], found["missing"], told["ok"]) == (False, [], False)
    assert (told["missing"], told["stale"], told["orphaned"]) == (["lesson:1"], ["lesson:2"], ["lesson:gone"])
    assert (repaired["ok"], repaired["repaired"], repaired["elasticsearch"]["documents"]) == (True, 3, 30)


@pytest.mark.parametrize("fault", [REFUSE, HANG, 429, 503])
def test_while_the_server_is_away_the_node_answers_saves_go_on_and_nothing_is_lost(
    room: Room, shared: SharedEngine, proxy: FaultProxy, fault: str | int
) -> None:
    usual = timed_search()
    proxy.fail(fault)
    while not open_breakers()["elasticsearch"]:
        assert search(Query(text="延安精神")).total == 30

    waits = sorted(timed_search() for _ in range(20))
    room.publish("new", "停机时写的一讲")
    drain()
    while_away = search(Query(text="停机时写的"))
    assert feed_shared(shared).away is True
    waiting = backlog()["elasticsearch"]
    proxy.fail(PASS)
    feed_all(shared)

    assert waits[-1] - usual < 0.3
    assert (while_away.engine, while_away.degraded, while_away.total) == ("embedded", True, 1)
    assert waiting == 1
    assert shared.search(Query(text="停机时写的")).total == 1
    eventually(lambda: not open_breakers()["elasticsearch"], patience_s=30)
    assert search(Query(text="停机时写的")).degraded is False


def timed_search() -> float:
    began = time.monotonic()
    assert search(Query(text="延安精神")).total == 30
    return time.monotonic() - began


def test_a_bulk_that_fails_by_half_is_sent_again_and_no_document_is_blamed(
    room: Room, shared: SharedEngine, proxy: FaultProxy
) -> None:
    for number in range(10):
        room.publish(str(number), f"改过的第{number}讲")
    proxy.fail(HALF_BULK)

    assert feed_shared(shared).away is True

    assert (backlog()["elasticsearch"], Cursor.objects.get(index="elasticsearch").failures) == (10, 1)
    proxy.fail(PASS)
    feed_all(shared)
    drain()
    assert search(Query(text="改过的", page_size=100)).total == 10
    assert last_line("search_check")["ok"] is True


def test_a_generation_deleted_on_the_server_is_made_anew(room: Room, shared: SharedEngine) -> None:
    shared.drop(str(shared.pointed_to()))
    assert search(Query(text="延安精神")).degraded is True

    run_shared_round()
    shared.refresh()

    assert shared.search(Query(text="延安精神")).total == 30
