"""A shared index in one file, for what no server does on request: being away, slow, half-failing, late, killed between two.

It keeps the promises of `search.engines.protocol.SharedEngine` and nothing else: of two writes the higher version
stays, marks of what is gone stay too, and each item is acknowledged for itself. Processes share it by its path.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from search.encoding import decode, digest, encode
from search.engines.protocol import EngineAway, IndexedDoc, Refusal
from search.query import search
from search.schema import Hit, Query, Result, SearchDoc, Suggestion, SuggestionGroup, Viewer

LAYOUT = """
CREATE TABLE IF NOT EXISTS generation (name TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, owner TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS alias (one INTEGER PRIMARY KEY CHECK (one = 1), generation TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS document (
    generation TEXT, kind TEXT, pk TEXT, version INTEGER, data TEXT, PRIMARY KEY (generation, kind, pk)
);
"""


@dataclass
class Faults:
    """What happens to those who ask."""

    away: bool = False
    slow_s: float = 0.0
    # Called before each request with its name; may raise EngineAway, wait, or kill.
    before: Callable[[str], object] = lambda _what: None
    refused: dict[str, str] = field(default_factory=dict)
    # Documents at which the server breaks: not their fault, as far as anybody can tell.
    choked_by: set[str] = field(default_factory=set)
    # Also the mark that such a document is gone.
    refuses_marks: bool = False
    # The next bulk is taken but not acknowledged; it happens when somebody calls `arrive`.
    late: bool = False
    asked: list[str] = field(default_factory=list)


class SharedStandIn:
    """The index; `code` stands for the version of the analysis."""

    name = "elasticsearch"

    def __init__(self, path: Path, *, code: str = "code-1") -> None:
        self.path = path
        self.code = code
        self.faults = Faults()
        self.underway: list[Callable[[], object]] = []
        with closing(self._connect()) as connection:
            connection.executescript(LAYOUT)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, isolation_level=None, timeout=10)

    @contextmanager
    def asked(self, what: str) -> Iterator[sqlite3.Connection]:
        """Answer one request, or not."""
        self.faults.asked.append(what)
        self.faults.before(what)
        if self.faults.slow_s:
            time.sleep(self.faults.slow_s)
        if self.faults.away:
            raise EngineAway("refused")
        with closing(self._connect()) as connection:
            yield connection

    def arrive(self) -> None:
        """Let what was late happen now."""
        while self.underway:
            self.underway.pop(0)()

    def search(self, query: Query) -> Result:
        docs = [
            doc for doc in self._answering("search") if query.text in doc.title and doc.visibility.admits(query.viewer)
        ]
        hits = tuple(_hit(doc) for doc in docs)
        return Result(hits=hits[: query.page_size], total=len(hits), engine=self.name)

    def keys(self, query: Query) -> tuple[str, ...]:
        docs = self._answering("keys")
        return tuple(doc.pk for doc in docs if doc.kind in query.kinds and doc.visibility.admits(query.viewer))

    def suggest(self, text: str, viewer: Viewer, *, limit: int) -> tuple[SuggestionGroup, ...]:
        docs = [doc for doc in self._answering("suggest") if text in doc.title and doc.visibility.admits(viewer)]
        items = tuple(Suggestion(doc.title, doc.url) for doc in docs[:limit])
        return (SuggestionGroup("lesson", items),) if items else ()

    def _answering(self, what: str) -> list[SearchDoc]:
        with self.asked(what) as connection:
            # One statement, as a server answers from one state.
            found = connection.execute(
                "SELECT data FROM alias LEFT JOIN document ON document.generation = alias.generation"
                " AND data IS NOT NULL ORDER BY kind, pk"
            ).fetchall()
            if not found:
                raise EngineAway("no such alias")
            return [decode(data) for (data,) in found if data is not None]

    def sender(self, version: int, *, generations: Sequence[str]) -> "StandInSender":
        return StandInSender(self, version, generations)

    def create(self, generation: str, *, owner: str = "") -> None:
        with self.asked("create") as connection:
            connection.execute("INSERT OR IGNORE INTO generation VALUES (?, ?, ?)", (generation, self.code, owner))

    def drop(self, generation: str) -> None:
        with self.asked("drop") as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM generation WHERE name = ?", (generation,))
            connection.execute("DELETE FROM document WHERE generation = ?", (generation,))
            connection.execute("DELETE FROM alias WHERE generation = ?", (generation,))
            connection.execute("COMMIT")

    def point_to(self, generation: str) -> None:
        with self.asked("point_to") as connection:
            done = connection.execute(
                "INSERT OR REPLACE INTO alias SELECT 1, name FROM generation WHERE name = ?", (generation,)
            )
            if not done.rowcount:
                raise EngineAway("no such generation")

    def pointed_to(self) -> str | None:
        with self.asked("pointed_to") as connection:
            row = connection.execute("SELECT generation FROM alias").fetchone()
            return str(row[0]) if row else None

    def fingerprint(self) -> str:
        return self.code

    def fingerprint_of(self, generation: str) -> str | None:
        with self.asked("fingerprint_of") as connection:
            row = connection.execute("SELECT fingerprint FROM generation WHERE name = ?", (generation,)).fetchone()
            return str(row[0]) if row else None

    def owners(self) -> dict[str, str]:
        with self.asked("owners") as connection:
            return dict(connection.execute("SELECT name, owner FROM generation").fetchall())

    def version_of(self, generation: str, kind: str, pk: str) -> int:
        with self.asked("version_of") as connection:
            found = connection.execute(
                "SELECT version FROM document WHERE generation = ? AND kind = ? AND pk = ?", (generation, kind, pk)
            ).fetchone()
            return int(found[0]) if found else 0

    def indexed(self, generation: str | None = None) -> Iterator[IndexedDoc]:
        with self.asked("indexed") as connection:
            named = generation or connection.execute("SELECT generation FROM alias").fetchone()[0]
            found = connection.execute(
                "SELECT kind, pk, version, data FROM document WHERE generation = ? AND data IS NOT NULL"
                " ORDER BY kind, pk",
                (named,),
            )
            for kind, pk, version, data in found:
                yield IndexedDoc(kind, pk, version, digest(data))

    def refresh(self) -> None:
        with self.asked("refresh"):
            pass

    def ping(self) -> bool:
        try:
            with self.asked("ping"):
                return True
        except EngineAway:
            return False

    def generations(self) -> list[str]:
        """Return what the server holds."""
        with closing(self._connect()) as connection:
            return [name for (name,) in connection.execute("SELECT name FROM generation ORDER BY name")]

    def versions(self) -> dict[str, int]:
        """Return the version of each document that answers, marks of what is gone included."""
        with closing(self._connect()) as connection:
            rows = connection.execute(
                "SELECT pk, version FROM document WHERE generation = (SELECT generation FROM alias)"
            )
            return dict(rows.fetchall())


class StandInSender:
    """One batch."""

    def __init__(self, index: SharedStandIn, version: int, generations: Sequence[str]) -> None:
        self.index = index
        self.version = version
        self.generations = generations
        self.items: list[tuple[str, str, str | None]] = []

    def put(self, doc: SearchDoc) -> None:
        assert doc.version == self.version
        self.items.append((doc.kind, doc.pk, encode(doc)))

    def remove(self, kind: str, pk: str) -> None:
        self.items.append((kind, pk, None))

    def flush(self) -> tuple[Refusal, ...]:
        items, self.items = self.items, []
        if not items:
            return ()
        faults = self.index.faults
        with self.index.asked("bulk"):
            if faults.late:
                faults.late = False
                self.index.underway.append(lambda: self.apply(items))
                raise EngineAway("timed out")
            return self.apply(items)

    def apply(self, items: list[tuple[str, str, str | None]]) -> tuple[Refusal, ...]:
        """Write item after item, as a server does: whoever is killed between two has written one."""
        refused = {}
        with closing(self.index._connect()) as connection:
            for generation in self.generations:
                if not connection.execute("SELECT 1 FROM generation WHERE name = ?", (generation,)).fetchone():
                    raise EngineAway("no such generation")
                for kind, pk, data in items:
                    self.index.faults.before("item")
                    faults = self.index.faults
                    if data is not None and pk in faults.choked_by:
                        raise EngineAway("500")
                    if pk in faults.refused and (data is not None or faults.refuses_marks):
                        refused[kind, pk] = Refusal(kind, pk, self.index.faults.refused[pk])
                        continue
                    connection.execute(
                        "INSERT INTO document VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version,"
                        " data = excluded.data WHERE excluded.version >= version",
                        (generation, kind, pk, self.version, data),
                    )
        return tuple(refused.values())


def titles() -> list[str]:
    """Return what a site finds."""
    return sorted(hit.title for hit in search(Query(text="", page_size=100)).hits)


def _hit(doc: SearchDoc) -> Hit:
    return Hit(
        kind=doc.kind, id=doc.pk, url=doc.url, title=doc.title, title_html=doc.title, snippet_html="", score=1.0
    )
