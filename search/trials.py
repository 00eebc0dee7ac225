"""An index of its own for a trial: filled, asked, and gone afterwards. The site's index is not touched."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from search.engines.embedded import EmbeddedEngine
from search.engines.protocol import Engine
from search.schema import SearchDoc

NAMES = ("embedded", "elasticsearch")
INDEX = "search.sqlite3"
BATCH = 1000


class EngineAbsentError(Exception):
    """The engine cannot be tried here; the text says why in a sentence for people."""


@contextmanager
def folder_of_trial() -> Iterator[Path]:
    """Give a folder that is deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="weike-search-") as folder:
        yield Path(folder)


def index_in(folder: Path, name: str) -> Engine:
    """Return the named engine with its index in the folder. Raises EngineAbsentError when this version has none such."""
    if name != "embedded":
        raise EngineAbsentError(f"The engine {name} is not part of this version; the embedded one can be tried.")
    return EmbeddedEngine(folder / INDEX)


def fill(engine: Engine, docs: Iterable[SearchDoc]) -> int:
    """Build the index from nothing with these documents; return how many were written."""
    rest = iter(docs)
    written = 0
    with engine.building() as building:
        while batch := list(islice(rest, BATCH)):
            with building.writing() as writer:
                for doc in batch:
                    writer.put(doc)
            written += len(batch)
        building.swap()
    return written


def megabytes(folder: Path) -> float:
    """Return what the index in the folder takes, in millions of bytes; an older one beside it does not count."""
    return (folder / INDEX).stat().st_size / 1e6
