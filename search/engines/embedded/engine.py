"""The embedded engine's public face: search, suggest, write, rebuild."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from search.analysis import fingerprint
from search.engines.answering import answer
from search.engines.embedded.searching import EmbeddedRecall
from search.engines.embedded.storage import SCHEMA_VERSION, Storage, connect, host, remove_files
from search.engines.embedded.suggesting import suggest
from search.engines.embedded.writing import EmbeddedWriter
from search.engines.protocol import EngineBusy, IndexedDoc
from search.schema import Query, Result, SuggestionGroup, Viewer

NAME = "embedded"


class EmbeddedEngine:
    """An index in one SQLite file. Each thread keeps a connection for reading; forks and swaps need no care."""

    name = NAME

    def __init__(self, path: Path) -> None:
        self._storage = Storage(path)

    def search(self, query: Query) -> Result:
        """Answer a question from one snapshot."""
        began = time.perf_counter()
        with self._storage.reading() as snapshot:
            result = answer(EmbeddedRecall(snapshot), query, engine=NAME, now=datetime.now(UTC))
        return replace(result, took_ms=round((time.perf_counter() - began) * 1000, 2))

    def keys(self, query: Query) -> tuple[str, ...]:
        """Return the keys of all that passes the filters, at most 10,000."""
        with self._storage.reading() as snapshot:
            return EmbeddedRecall(snapshot).keys(query)

    def suggest(self, text: str, viewer: Viewer, *, limit: int = 6) -> tuple[SuggestionGroup, ...]:
        """Complete what is being typed."""
        with self._storage.reading() as snapshot:
            return suggest(snapshot, text, viewer, limit=limit)

    @contextmanager
    def writing(self, *, wait_s: float) -> Iterator[EmbeddedWriter]:
        """Hold the index's write lock for one batch. Raises EngineBusy when it is not free within `wait_s` seconds."""
        with self._storage.writing(wait_s) as connection:
            yield EmbeddedWriter(connection)

    @contextmanager
    def building(self) -> Iterator["EmbeddedBuilding"]:
        """Start a second file, deleted unless swapped in. Raises EngineBusy while another rebuild runs."""
        current = self._storage.current()
        with self._storage.path.with_name(f"{self._storage.path.name}-rebuild.lock").open("w") as lock:
            try:
                # The kernel lets go of it when the process dies, however it dies.
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise EngineBusy from error
            target = self._storage.create(node=_fact(current, "node"))
            building = EmbeddedBuilding(self._storage, target)
            try:
                yield building
            finally:
                if not building.swapped:
                    remove_files(target)

    def indexed(self) -> Iterator[IndexedDoc]:
        """Yield what the index holds, ordered by kind and key; nothing of a file with other tables."""
        if _fact(self._storage.current(), "schema") != str(SCHEMA_VERSION):
            return
        with self._storage.reading() as snapshot:
            for row in snapshot.connection.execute("SELECT kind, pk, version, digest FROM content ORDER BY kind, pk"):
                yield IndexedDoc(*row)

    def node(self) -> str:
        """Return the machine's name with the file's own: the same across rebuilds, another for a copy elsewhere."""
        return f"{host()}:{_fact(self._storage.current(), 'node')}"

    def outdated(self) -> bool:
        """Tell whether tokens or tables are of another version than this code's."""
        current = self._storage.current()
        made_by = (_fact(current, "schema"), _fact(current, "analysis"))
        return made_by != (str(SCHEMA_VERSION), fingerprint())


class EmbeddedBuilding:
    """The second file while it grows."""

    def __init__(self, storage: Storage, target: Path) -> None:
        self._storage = storage
        self._target = target
        self.swapped = False

    @contextmanager
    def writing(self) -> Iterator[EmbeddedWriter]:
        """Write one batch into the new file."""
        with closing(connect(self._target)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield EmbeddedWriter(connection)
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def swap(self) -> None:
        """Move the link to the new file."""
        self._storage.replace(self._target)
        self.swapped = True


def _fact(path: Path, name: str) -> str:
    with closing(connect(path)) as connection:
        row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else ""
