"""What a visitor waits for: pages at the size of the demonstration, and a site that starts again."""

import argparse
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from cms.accounts.models import User
from cms.lessons.models import MicroLesson
from scripts.demo import Servers, free_port, set_up_site
from tests.benchmarks.figures import Figures
from tests.benchmarks.waiting import ROUNDS, median_ms
from tests.factories.lessons import make_published, make_stage
from tests.suite_database import copy_migrated

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]


@pytest.mark.django_db(transaction=True)
def test_public_pages_are_answered_quickly(figures: Figures) -> None:
    furnish(figures)
    lesson = MicroLesson.objects.filter(live=True).order_by("pk")[0]
    visitor, member = Client(), Client()
    member.force_login(User.objects.get(pk=lesson.author_id))
    pages = {
        "home": "/",
        "lessons": "/lessons/",
        "a lesson": f"/lessons/{lesson.pk}/",
        "an author": f"/authors/{lesson.author_id}/",
        "search": "/search/?q=记录",
        "help": "/help/member/",
        "sign-in": "/accounts/login/",
    }
    rounds = ROUNDS if figures.full_size else 1
    for name, address in pages.items():
        for who, client in (("a visitor", visitor), ("a member", member)):
            if (name, who) != ("sign-in", "a member"):
                waited = median_ms(client, address, rounds)
                figures.at_most(150, f"{name}, for {who}: median of {rounds}, warm", waited, "ms")


def furnish(figures: Figures) -> None:
    """Fill the site: the demonstration itself at full size, three lessons otherwise."""
    if figures.full_size:
        call_command("seed_demo", verbosity=0)
        return
    stage = make_stage()
    for number in range(3):
        make_published(stage, title=f"带班记录{number}")


def test_a_site_that_was_set_up_starts_again_soon(figures: Figures, tmp_path: Path) -> None:
    options = argparse.Namespace(host="127.0.0.1", port=free_port(), smoke=True)
    if not figures.full_size:
        copy_migrated(tmp_path / "weike.sqlite3")
    set_up_site(options, tmp_path)
    # The first of two finds nothing in the machine's memory yet, which matters to figures alone.
    for _start in range(2 if figures.full_size else 1):
        started = time.monotonic()
        set_up_site(options, tmp_path)
        servers = Servers(options, tmp_path)
        try:
            servers.start()
            assert servers.wait_ready()
            taken = time.monotonic() - started
        finally:
            servers.stop()
    figures.at_most(8, "second start of web and worker until /readyz answers", taken, "s")
