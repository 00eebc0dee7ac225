"""The embedded engine as a shelf of the contracts."""

from collections.abc import Iterable
from pathlib import Path

from search.engines.embedded import EmbeddedEngine
from search.engines.protocol import Searching
from search.schema import SearchDoc


class File:
    """One index file."""

    def __init__(self, folder: Path) -> None:
        self.index = EmbeddedEngine(folder / "search.sqlite3")
        self.engine: Searching = self.index

    def fill(self, docs: Iterable[SearchDoc]) -> None:
        with self.index.writing(wait_s=1) as writer:
            for doc in docs:
                writer.put(doc)

    def take_out(self, kind: str, pk: str) -> None:
        with self.index.writing(wait_s=1) as writer:
            writer.remove(kind, pk)
