"""An index of its own for a trial: filled, asked, and gone afterwards. The site's index is not touched."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Protocol

from search.engines.embedded import EmbeddedEngine
from search.engines.protocol import Searching
from search.schema import SearchDoc

# The last two are no engines of the site: the server's own analyzers, asked as they come, to compare with.
NAMES = ("embedded", "elasticsearch", "standard", "cjk")
INDEX = "search.sqlite3"
BATCH = 1000
WRITE_WAIT_S = 5.0
# Whoever measures wants to see how late an answer is.
PATIENCE_S = 60.0


class EngineAbsentError(Exception):
    """The engine cannot be tried here; the text says why in a sentence for people."""


class Trial(Searching, Protocol):
    """An index that can be filled, measured and thrown away."""

    def fill(self, docs: Iterable[SearchDoc]) -> int:
        """Build the index from nothing with these documents; return how many were written."""
        ...

    def write(self, doc: SearchDoc) -> None:
        """Write one document in place of the one with its kind and key."""
        ...

    def documents(self) -> int:
        """Return how many documents it holds; 0 also where it was made by another version of this code."""
        ...

    def megabytes(self) -> float:
        """Return what the index takes, in millions of bytes; an older one beside it does not count."""
        ...

    def throw_away(self) -> None:
        """Leave nothing of it on any server; what lies in the folder goes with the folder."""
        ...


@contextmanager
def folder_of_trial(*names: str, server: str = "") -> Iterator[Path]:
    """Give a folder that is deleted at the end, and with it what the named engines kept on the server for it."""
    with tempfile.TemporaryDirectory(prefix="weike-search-") as folder:
        try:
            yield Path(folder)
        finally:
            for name in names:
                index_in(Path(folder), name, server=server).throw_away()


def index_in(folder: Path, name: str, *, server: str = "") -> Trial:
    """Return the named engine with the index that belongs to the folder; all but the embedded one keep it on the server.

    Raises EngineAbsentError when its server or its client is not there.
    """
    return FileOfTrial(folder / INDEX) if name == "embedded" else _on_server(folder, name, server)


def _on_server(folder: Path, name: str, server: str) -> Trial:
    from search.engines.elastic import door, trial

    if not server:
        raise EngineAbsentError(f"The engine {name} needs a server: ELASTICSEARCH_URL must name it.")
    if not door.is_installed():
        raise EngineAbsentError(f"The engine {name} needs the extra `elasticsearch`, which is not installed.")
    of_folder = hashlib.blake2b(str(folder.resolve()).encode(), digest_size=8).hexdigest()
    index = trial.index_of_trial(server, name=name, prefix=f"weike-trial-{of_folder}-{name}", timeout_s=PATIENCE_S)
    if not index.ping():
        raise EngineAbsentError("The server that ELASTICSEARCH_URL names does not answer.")
    return index


class FileOfTrial(EmbeddedEngine):
    """The embedded engine."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._path = path

    def fill(self, docs: Iterable[SearchDoc]) -> int:
        """Build the index in batches."""
        rest = iter(docs)
        written = 0
        with self.building() as building:
            while batch := list(islice(rest, BATCH)):
                with building.writing() as writer:
                    for doc in batch:
                        writer.put(doc)
                written += len(batch)
            building.swap()
        return written

    def write(self, doc: SearchDoc) -> None:
        """Write one document."""
        with self.writing(wait_s=WRITE_WAIT_S) as writer:
            writer.put(doc)

    def documents(self) -> int:
        """Return how many documents there are."""
        return 0 if self.outdated() else sum(1 for _doc in self.indexed())

    def megabytes(self) -> float:
        """Return the size of the file in use."""
        return self._path.stat().st_size / 1e6

    def throw_away(self) -> None:
        """Leave the file to its folder."""
