"""An index of its own for every test, and a room that exists only in the test."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from search import configured, outbox
from search.engines.embedded import EmbeddedEngine
from search.query import breaker_of
from search.schema import SearchDoc, Visibility
from tests.factories.shared_index import SharedStandIn


class Room:
    """Documents by key, as a room's tables would give them; a key with None in it cannot be built."""

    kind = "lesson"

    def __init__(self) -> None:
        self.docs: dict[str, SearchDoc | None] = {}
        self.while_building: Callable[[str], object] = lambda _pk: None

    def publish(self, pk: str, title: str, **fields: object) -> None:
        """Keep a public document and note the change."""
        doc = SearchDoc(kind=self.kind, pk=pk, title=title, url=f"/lessons/{pk}/", visibility=Visibility(public=True))
        self.docs[pk] = replace(doc, **fields)  # type: ignore[arg-type]  # the names of fields are the test's
        outbox.record_change(self.kind, pk)

    def delete(self, pk: str) -> None:
        """Take a document away and note the change."""
        del self.docs[pk]
        outbox.record_change(self.kind, pk)

    def build(self, pk: str) -> SearchDoc | None:
        self.while_building(pk)
        if pk not in self.docs:
            return None
        doc = self.docs[pk]
        if doc is None:
            raise ValueError(f"lesson {pk} is broken")
        return doc

    def iterate(self) -> Iterator[str]:
        yield from list(self.docs)


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
    monkeypatch.setitem(configured.SHARED, stand_in.name, lambda _url, _prefix: stand_in)
    yield stand_in
    breaker_of(stand_in).stop()
    configured._opened.cache_clear()
