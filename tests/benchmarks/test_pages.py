"""What a person waits for: each page of the site at the size of the demonstration, as somebody who uses it."""

import pytest
from django.core.management import call_command
from django.test import Client

from tests.architecture.asking import TABLE, table
from tests.benchmarks.demo_pages import NO_PAGES, PAGES, THINGS, all_pages, person
from tests.benchmarks.figures import Figures
from tests.benchmarks.waiting import ROUNDS, median_ms

pytestmark = [
    pytest.mark.processes,
    pytest.mark.timeout(1800),
    # Wagtail leaves the temporary file of a new rendition to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
GOAL_MS = 150


@pytest.mark.django_db(transaction=True)
def test_every_page_has_somebody_who_opens_it_and_is_answered_quickly(figures: Figures) -> None:
    opened = {name for (name, method), got in table(TABLE).items() if method == "GET" and "200" in got}
    asked = {name for names in PAGES.values() for name in names}
    assert {name for name in opened - asked - NO_PAGES if not name.startswith("api:")} == set()
    assert (asked - opened - {"library_care"}, set(THINGS) - asked) == (set(), set())
    if figures.full_size:
        call_command("seed_demo", verbosity=0)
        take_times(figures)


def take_times(figures: Figures) -> None:
    """Ask for every page as its person."""
    clients = {role: Client() for role in PAGES}
    for role, client in clients.items():
        if role != "visitor":
            client.force_login(person(role))
    for role, name, path in all_pages():
        what = f"{name}, for {role}: median of {ROUNDS}, warm"
        figures.at_most(GOAL_MS, what, median_ms(clients[role], path), "ms")
