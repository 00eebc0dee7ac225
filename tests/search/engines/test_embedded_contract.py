"""The embedded engine keeps what every engine owes."""

import pytest

from search.engines.protocol import Searching
from tests.search.engines.contract import LIBRARY, EngineContract, NewShelf, filled
from tests.search.engines.embedded_shelf import File
from tests.search.engines.free_contract import FreeContract
from tests.search.engines.oracle_contract import OracleContract
from tests.search.engines.visibility_contract import VisibilityContract
from tests.search.engines.wording_contract import WordingContract


@pytest.fixture(scope="module")
def new_shelf(tmp_path_factory: pytest.TempPathFactory) -> NewShelf:
    return lambda: File(tmp_path_factory.mktemp("index"))


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
