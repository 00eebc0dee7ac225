"""One library for every suite of an engine: nothing writes to it."""

import pytest

from search.engines.protocol import Searching
from tests.search.engines.contract import LIBRARY, NewShelf, filled


@pytest.fixture(scope="module")
def library(new_shelf: NewShelf) -> Searching:
    return filled(new_shelf, *LIBRARY)
