"""The table of twenty-six questions and its pages, asked of the embedded engine."""

import pytest

from tests.search import pages
from tests.search.engines.contract import NewShelf
from tests.search.engines.embedded_shelf import File
from tests.search.engines.pages_contract import PagesContract


@pytest.fixture(scope="module")
def new_shelf(tmp_path_factory: pytest.TempPathFactory) -> NewShelf:
    return lambda: File(tmp_path_factory.mktemp("pages"))


def test_the_pages_are_those_of_the_table() -> None:
    assert len(pages.TEXTS) == 21
    assert len(pages.LITERAL) + len(pages.OTHERWISE) == 26
    assert {asked.text: len(asked.pages()) for asked in pages.LITERAL} == pages.COUNTED
    assert sum(pages.COUNTED.values()) == 45


class TestPages(PagesContract):
    """What people type about them, and what they find."""
