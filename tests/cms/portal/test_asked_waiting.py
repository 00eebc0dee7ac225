"""Counting what was asked makes nobody wait, and fails without a word to whoever asked."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.db import connection
from django.test import Client
from structlog.testing import capture_logs

from cms.core.models import RateWindow
from cms.portal.services import count_opened, count_question
from tests.cms.portal.asking import answered, counted
from tests.factories.lecturers import LecturerFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.sqlite,
]


@pytest.fixture
def busy_writer() -> Iterator[None]:
    """Somebody else who writes all the while, as at the end of a long upload."""
    count_question("急救", answered(), asker="a1")
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def waits_for_the_writer_ms() -> int:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        return int(cursor.fetchone()[0])


def test_a_question_is_given_up_while_somebody_writes(busy_writer: None) -> None:
    usual = waits_for_the_writer_ms()
    begun = time.monotonic()
    with capture_logs() as logs:
        count_question("巡线", answered(), asker="a1")
        count_opened("急救", asker="a1")

    assert time.monotonic() - begun < 2
    assert [entry["event"] for entry in logs] == ["search.uncounted", "search.uncounted"]
    assert counted("text", "asked", "opened") == [("急救", 1, 0)]
    assert waits_for_the_writer_ms() == usual


def test_a_database_that_cannot_count_costs_nobody_the_page(client: Client) -> None:
    lecturer = LecturerFactory(name="周砚秋")
    count_question("急救", answered(), asker="a127.0.0.1")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE portal_askedtext RENAME TO elsewhere")
    try:
        before = "http://testserver/search/?q=急救"
        assert client.get("/search/", {"q": "巡线"}).status_code == 200
        assert client.get(lecturer.get_absolute_url(), headers={"Referer": before}).status_code == 200
        assert RateWindow.objects.filter(key__startswith="asked:").count() == 4
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE elsewhere RENAME TO portal_askedtext")
    assert counted("text", "asked", "opened") == [("急救", 1, 0)]
