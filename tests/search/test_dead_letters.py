"""What no index takes is named to operators, and tried again when they say so."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from search import outbox
from search.dead_letters import AT_ONCE, bury, count_dead, dead_documents, retry
from search.drain import drain
from search.models import DeadLetter, OutboxEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_log_read_when_told")]


def said(*args: str) -> Any:
    out = StringIO()
    call_command("search_dead", *args, stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


def test_an_object_stands_once_with_all_indexes_that_lack_it_and_the_newest_reason() -> None:
    bury("lesson", "1", "ValueError: lesson 1 is broken", index="embedded")
    bury("site", "7", "Refused: too long", index="elasticsearch")
    bury("lesson", "1", "Refused: Frau Li 13800138000", index="elasticsearch")
    bury("lesson", "1", "Refused: Frau Li 13800138000", index="elasticsearch")

    found = dead_documents()

    assert [(each.kind, each.pk, each.indexes, each.attempts, each.error_kind) for each in found] == [
        ("lesson", "1", ("elasticsearch", "embedded"), 2, "Refused"),
        ("site", "7", ("elasticsearch",), 1, "Refused"),
    ]
    assert [each.pk for each in dead_documents(1)] == ["1"]


def test_only_what_failed_is_tried_again_and_not_by_the_clock_as_well() -> None:
    bury("lesson", "1", "ValueError: broken", index="embedded")
    DeadLetter.objects.update(retry_at=timezone.now() + timedelta(days=1))

    assert retry([("lesson", "1"), ("lesson", "2")]) == 1

    assert [str(entry).partition(" ")[0] for entry in OutboxEntry.objects.all()] == ["lesson:1"]
    assert DeadLetter.objects.get().retry_at > timezone.now() + timedelta(seconds=50)


def test_one_is_tried_again_without_reading_the_others() -> None:
    for number in range(5):
        bury("lesson", str(number), "ValueError: broken", index="embedded")

    with CaptureQueriesContext(connection) as caught:
        assert retry([("lesson", "3")]) == 1

    [read] = [each["sql"] for each in caught if each["sql"].startswith("SELECT")]
    assert """"object_id" = '3'""" in read


def test_many_are_tried_again_whatever_their_number() -> None:
    for number in range(AT_ONCE + 1):
        bury("lesson", str(number), "ValueError: broken", index="embedded")

    assert (count_dead(), retry(("lesson", str(number)) for number in range(AT_ONCE + 9))) == (AT_ONCE + 1,) * 2
    assert OutboxEntry.objects.count() == AT_ONCE + 1


def test_the_command_lists_and_has_them_tried_again(room: Any) -> None:
    room.docs.update({"1": None, "2": None})
    outbox.record_changes("lesson", ["1", "2"])
    drain()
    listed = said("list", "lesson:2")
    room.publish("2", "修好了")
    drain()

    assert [(each["kind"], each["pk"], each["error"]) for each in listed] == [
        ("lesson", "2", "ValueError: lesson 2 is broken")
    ]
    assert said("retry") == {"retried": 1}
    assert said("retry", "lesson:2") == {"retried": 0}
    assert [each["pk"] for each in said("list")] == ["1"]


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError, match="'lesson' is no KIND:KEY"):
        call_command("search_dead", "list", "lesson")
