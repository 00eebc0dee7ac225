"""docs/coverage.md names pages that answer and tests that exist."""

import re

import pytest
from django.urls import Resolver404, resolve

from tests.architecture.tree import ROOT

ROWS = [line for line in (ROOT / "docs/coverage.md").read_text().splitlines() if re.match(r"\| \d+ \|", line)]

# What the study asks of content, places, routes, lecturers, notices and suggestions.
KEPT = {
    *(2, 8, 9, 10, 15, 19, 23, 25, 33, 38, 46, 49, 50, 51, 53, 58, 66, 67, 73),
    *(83, 84, 85, 86, 90, 91, 92, 93, 95, 97, 98),
}


def is_served(address: str) -> bool:
    try:
        return bool(resolve(re.sub(r"<\w+>", "1", address.partition("?")[0])))
    except Resolver404:
        return False


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_pages_and_tests_of_a_row_exist(row: str) -> None:
    _number, _practice, _need, page, test = (cell.strip() for cell in row.strip("|").split("|"))

    assert [address for address in re.findall(r"`(/[^`]*)`", page) if not is_served(address)] == []
    assert [path for path in re.findall(r"tests/[\w./]*\w", test) if not (ROOT / path).exists()] == []
    assert (page == "not yet") == (test == "–")


def test_what_is_built_stays_in_the_list() -> None:
    built = {int(row.split("|")[1]) for row in ROWS if "| not yet |" not in row}
    assert KEPT - built == set()
