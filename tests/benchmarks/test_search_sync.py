"""The index that all nodes share keeps step: while feeders are killed, while it is rebuilt, after its server was away.

At full size a real server is asked, through a proxy that can be away; small, the stand-in that the unit tests use.
"""

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from pytest_django import Settings

from cms.taxonomy.models import Topic
from search import configured, outbox
from search.configured import shared_engine
from search.drain import drain
from search.encoding import digest, encode
from search.engines.protocol import SharedEngine
from search.feeder import feed_shared
from search.query import backlog, breaker_of, open_breakers, search
from search.rebuild_shared import rebuild_shared
from search.schema import Query
from search.worker import run_shared_round
from tests.benchmarks.figures import Figures
from tests.factories.mortal_feeder import topic_document, topic_keys
from tests.factories.processes import eventually, process
from tests.factories.shared_index import SharedStandIn
from tests.factories.storm import be_calm, save_something, survive_storm
from tests.services.conftest import have_server
from tests.services.elasticsearch_server import Elasticsearch
from tests.services.fault_proxy import HANG, PASS, FaultProxy

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.wide,
    pytest.mark.processes,
    pytest.mark.timeout(3600),
]


@dataclass(frozen=True, slots=True)
class Server:
    """Where the shared index lies, what tells a child of it, and how the server goes away and comes back."""

    shared: SharedEngine
    named: dict[str, str]
    leave: Callable[[], object]
    come_back: Callable[[], object]


@pytest.fixture
def _calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let topics be the only documents, and put back afterwards what a storm changes."""
    be_calm(monkeypatch)


@pytest.fixture
def server(
    figures: Figures, _calm: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Server]:
    settings.SEARCH_DB = tmp_path / "search.sqlite3"
    settings.SEARCH_ENGINE = "elasticsearch"
    settings.ELASTICSEARCH_PREFIX = f"weike-{uuid4().hex[:8]}"
    with ExitStack() as stack:
        yield real(stack, settings) if figures.full_size else stand_in(settings, tmp_path, monkeypatch)
        if (shared := shared_engine()) is not None:
            breaker_of(shared).stop()
        configured._opened.cache_clear()


def real(stack: ExitStack, settings: Settings) -> Server:
    url = stack.enter_context(have_server(Elasticsearch)).url()
    proxy = stack.enter_context(FaultProxy(url))
    settings.ELASTICSEARCH_URL = proxy.url
    shared = shared_engine()
    assert shared is not None
    return Server(shared, named(settings, url), lambda: proxy.fail(HANG), lambda: proxy.fail(PASS))


def stand_in(settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    shared = SharedStandIn(folder / "server.sqlite3")
    settings.ELASTICSEARCH_URL = f"file:{shared.path}"
    monkeypatch.setitem(configured.SHARED, "elasticsearch", lambda *_where: shared)

    def away(away: bool) -> None:  # noqa: FBT001  # one thing is told
        shared.faults.away = away

    return Server(shared, named(settings, settings.ELASTICSEARCH_URL), lambda: away(True), lambda: away(False))


def named(settings: Settings, url: str) -> dict[str, str]:
    return {
        "WEIKE_SEARCH_ENGINE": "elasticsearch",
        "ELASTICSEARCH_URL": url,
        "WEIKE_ELASTICSEARCH_PREFIX": settings.ELASTICSEARCH_PREFIX,
    }


def differences(shared: SharedEngine) -> int:
    """Return how many documents are missing, other than they should be, or back from the dead."""
    shared.refresh()
    held = {doc.pk: doc.digest for doc in shared.indexed()}
    wanted = {pk: digest(encode(topic_document(pk))) for pk in topic_keys()}
    return len(held.items() ^ wanted.items())


def add_topics(count: int) -> None:
    marks = [uuid4().hex for _ in range(count)]
    rows = [Topic(name=f"课题{mark}", slug=f"many-{mark}") for mark in marks]
    made = Topic.objects.bulk_create(rows, batch_size=500)
    outbox.record_changes("topic", [topic.pk for topic in made])


def feed_all(shared: SharedEngine) -> None:
    eventually(lambda: not feed_shared(shared).away and not backlog()["elasticsearch"])


def test_nothing_is_lost_while_feeders_are_killed(figures: Figures, server: Server, tmp_path: Path) -> None:
    saves, kills = (1000, 200) if figures.full_size else (30, 3)
    after = survive_storm(server.shared, tmp_path, saves=saves, feeders=2, least_kills=kills, **server.named)

    different = len(after.held.items() ^ after.wanted.items())
    assert different == 0
    figures.at_least(kills, f"feeders killed during {saves} saves", after.kills, "")
    figures.at_most(0, "documents lost, stale or brought back by it", different, "")


def test_what_is_saved_is_found_soon(figures: Figures, server: Server) -> None:
    saves = 60 if figures.full_size else 3
    rebuild_shared(server.shared)
    lags = []
    with meanwhile((run_shared_round, 1.0)):
        for number in range(saves):
            topic = Topic.objects.create(name=f"迟延{number}号{uuid4().hex[:6]}", slug=f"lag-{number}")
            outbox.record_change("topic", topic.pk)
            began = time.monotonic()
            eventually(partial(is_found, server.shared, topic), patience_s=30)
            lags.append(time.monotonic() - began)
            time.sleep(random.random())  # noqa: S311  # no secret
    figures.at_most(
        3, f"from a save until it is found, fed every second, 95th of {saves}", percentile(lags, 0.95), "s"
    )


def is_found(shared: SharedEngine, topic: Topic) -> bool:
    """Tell whether this one is found: others have some of its words."""
    return str(topic.pk) in {hit.id for hit in shared.search(Query(text=topic.name)).hits}


@contextmanager
def meanwhile(*works: tuple[Callable[[], object], float]) -> Iterator[None]:
    """Do each of these every so many seconds, in a thread of its own, as long as the block lasts."""
    stop = threading.Event()
    threads = [threading.Thread(target=beat_until, args=(stop, work, every_s)) for work, every_s in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def beat_until(stop: threading.Event, work: Callable[[], object], every_s: float) -> None:
    try:
        while not stop.wait(every_s):
            work()
    finally:
        connection.close()


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def test_a_server_that_hangs_costs_nobody_anything_and_gets_what_waited(figures: Figures, server: Server) -> None:
    rows = 10_000 if figures.full_size else 20
    add_topics(10)
    rebuild_shared(server.shared)
    feed_all(server.shared)
    drain()
    usual = [timed() for _ in range(100)]
    server.leave()
    eventually(lambda: search(Query(text="课题")).degraded and open_breakers()["elasticsearch"])
    away = [timed() for _ in range(200)]
    add_topics(rows)
    assert feed_shared(server.shared).away is True
    server.come_back()
    began = time.monotonic()
    feed_all(server.shared)
    drained_s = time.monotonic() - began

    assert differences(server.shared) == 0
    extra_ms = (percentile(away, 0.99) - percentile(usual, 0.5)) * 1000
    figures.at_most(300, "what a question costs more while the server hangs, 99th percentile", extra_ms, "ms")
    figures.at_most(60, f"{rows} changes sent after its return", drained_s, "s")


def timed() -> float:
    began = time.monotonic()
    assert search(Query(text="课题")).total
    return time.monotonic() - began


def test_a_rebuild_runs_while_people_write_and_ask(figures: Figures, server: Server, tmp_path: Path) -> None:
    documents = 100_000 if figures.full_size else 60
    add_topics(documents)
    rebuild_shared(server.shared)
    feed_all(server.shared)
    server.shared.refresh()
    empty, asked = [0], [0]

    def ask() -> None:
        asked[0] += 1
        empty[0] += not server.shared.search(Query(text="课题")).total

    dice, keys, written = random.Random(3), list(topic_keys()), [0]  # noqa: S311  # no secret

    def write() -> None:
        """Save as many as fifty a second would have been by now."""
        behind = int(50 * (time.monotonic() - began)) - written[0]
        for _ in range(min(behind, 10)):
            save_something(dice, dice.getrandbits(60), keys)
            written[0] += 1

    began = time.monotonic()
    report = tmp_path / "report"
    with (
        meanwhile((ask, 0.05), (write, 0.02), (run_shared_round, 0.5)),
        process("-m", "tests.factories.rebuilder", str(report), **server.named) as rebuilder,
    ):
        code = rebuilder.wait(1800)
        a_second = written[0] / (time.monotonic() - began)
    feed_all(server.shared)

    told: dict[str, Any] = json.loads(report.read_text()) if report.exists() else {}
    different = differences(server.shared)
    assert (code, different, empty[0]) == (0, 0, 0)
    load = f"a rebuild of {documents} documents under writes"
    figures.at_least(49, f"{load}: writes", a_second, "a second")
    figures.at_most(600, load, told["seconds"], "s")
    figures.at_most(300, f"{load}: what its process grew by", told["grown_mb"], "MB")
    figures.at_most(0, f"{load}: of {asked[0]} questions, those that found nothing", empty[0], "")
    figures.at_most(0, f"{load}: documents lost, stale or brought back", different, "")
