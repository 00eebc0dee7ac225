"""The engine on a server keeps what every engine owes, asked of a real one."""

from collections.abc import Iterable, Iterator
from itertools import count

import pytest

from search.engines.elastic import ElasticIndex
from search.engines.protocol import Searching
from search.schema import SearchDoc
from tests.search.engines.contract import LIBRARY, EngineContract, NewShelf, filled
from tests.search.engines.free_contract import FreeContract
from tests.search.engines.oracle_contract import OracleContract
from tests.search.engines.visibility_contract import VisibilityContract
from tests.search.engines.wording_contract import WordingContract

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


@pytest.fixture(scope="module")
def new_shelf(elasticsearch_url: str) -> Iterator[NewShelf]:
    made: list[Index] = []

    def make() -> Index:
        made.append(Index(elasticsearch_url, f"weike-contract-{len(made)}"))
        return made[-1]

    yield make
    for shelf in made:
        shelf.index.drop(GENERATION)


@pytest.fixture(scope="module")
def library(new_shelf: NewShelf) -> Searching:
    return filled(new_shelf, *LIBRARY)


class TestQuestions(EngineContract):
    """What people ask, and what they get."""


class TestVisibility(VisibilityContract):
    """Who asks, and what they may learn."""


class TestWording(WordingContract):
    """Who words it otherwise, and what is found or offered."""


class TestCounting(OracleContract):
    """What is counted, against a walk over everything."""


class TestFreeTime(FreeContract):
    """Who has time then, against a walk over the minutes."""
