"""An index of its own for every test, and a room that exists only in the test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from search import configured, outbox
from search.engines.embedded import EmbeddedEngine
from search.feeder import feed_shared
from search.query import breaker_of
from search.rebuild_shared import rebuild_shared
from tests.factories.search import Room
from tests.factories.shared_index import SharedStandIn


@pytest.fixture
def index_path(tmp_path: Path, settings: Settings) -> Path:
    """Give the test an index file of its own."""
    settings.SEARCH_DB = tmp_path / "search.sqlite3"
    return tmp_path / "search.sqlite3"


@pytest.fixture
def engine(index_path: Path) -> EmbeddedEngine:
    return EmbeddedEngine(index_path)


@pytest.fixture
def room(index_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    """Register one kind of documents and none besides."""
    monkeypatch.setattr(outbox, "_sources", {})
    room = Room()
    outbox.register(Room.kind, build=room.build, iterate=room.iterate)
    return room


@pytest.fixture
def shared(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[SharedStandIn]:
    """Let an index that all nodes share answer the test, before anything was fed to it."""
    stand_in = SharedStandIn(tmp_path / "server.sqlite3")
    settings.SEARCH_ENGINE = stand_in.name
    settings.ELASTICSEARCH_URL = f"http://{tmp_path.name}"
    monkeypatch.setitem(configured.SHARED, stand_in.name, lambda *_where: stand_in)
    yield stand_in
    breaker_of(stand_in).stop()
    configured._opened.cache_clear()


@pytest.fixture
def _log_read_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the test say when the log is read."""
    monkeypatch.setattr(outbox, "_after_commit", [])


@pytest.fixture
def fed(shared: SharedStandIn, room: Room) -> SharedStandIn:
    """Let an empty generation answer."""
    rebuild_shared(shared)
    shared.faults.asked.clear()
    return shared


@pytest.fixture
def filled(shared: SharedStandIn, room: Room) -> SharedStandIn:
    """Let a generation with two documents answer."""
    room.publish("1", "延安精神")
    room.publish("2", "井冈山")
    rebuild_shared(shared)
    feed_shared(shared)
    shared.faults.asked.clear()
    return shared
