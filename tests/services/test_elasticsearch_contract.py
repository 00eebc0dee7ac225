"""The engine on a server keeps what every engine owes, asked of a real one."""

from collections.abc import Iterator

import pytest

from search.engines.protocol import Searching
from tests.search.engines.contract import LIBRARY, EngineContract, NewShelf, filled
from tests.search.engines.free_contract import FreeContract
from tests.search.engines.oracle_contract import OracleContract
from tests.search.engines.pages_contract import PagesContract
from tests.search.engines.visibility_contract import VisibilityContract
from tests.search.engines.wording_contract import WordingContract
from tests.services.elasticsearch_shelf import shelves


@pytest.fixture(scope="module")
def new_shelf(elasticsearch_url: str) -> Iterator[NewShelf]:
    with shelves(elasticsearch_url, "weike-contract") as make:
        yield make


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


class TestPages(PagesContract):
    """What people type about a table of pages, and what they find."""
