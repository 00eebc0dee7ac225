"""Indexes on a real server as shelves of the contracts."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count

from search.engines.elastic import ElasticIndex
from search.engines.protocol import Searching
from search.schema import SearchDoc
from tests.search.engines.contract import NewShelf

GENERATION = "1"


class Index:
    """One index with one generation."""

    def __init__(self, url: str, prefix: str) -> None:
        self.index = ElasticIndex(url, prefix=prefix, timeout_s=20)
        self.engine: Searching = self.index
        self.index.create(GENERATION)
        self.index.point_to(GENERATION)
        self.batches = count(1)

    def fill(self, docs: Iterable[SearchDoc]) -> None:
        sender = self.index.sender(next(self.batches), generations=[GENERATION])
        for doc in docs:
            sender.put(doc)
        assert sender.flush() == ()
        self.index.refresh()

    def take_out(self, kind: str, pk: str) -> None:
        sender = self.index.sender(next(self.batches), generations=[GENERATION])
        sender.remove(kind, pk)
        assert sender.flush() == ()
        self.index.refresh()


@contextmanager
def shelves(url: str, prefix: str) -> Iterator[NewShelf]:
    """Give what makes indexes with names that begin so; they are gone at the end."""
    made: list[Index] = []
    # A server of one's own may serve others at the same time, and have kept what a run left that was ended.
    prefix = f"{prefix}-{secrets.token_hex(4)}"

    def make() -> Index:
        made.append(Index(url, f"{prefix}-{len(made)}"))
        return made[-1]

    try:
        yield make
    finally:
        for shelf in made:
            shelf.index.drop(GENERATION)
