"""Feeders and rebuilds show life however long they last, hold no save up, and are mended after whoever was killed."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from cms.jobs.runner import STOPPING
from cms.jobs.schedule import pulses
from cms.portal import handlers
from search import feeder, generations, lease, log
from search import rebuild_shared as rebuilding
from search.feeder import feed_shared
from search.models import Cursor, GenerationState, IndexGeneration
from search.rebuild_shared import go_back, rebuild_shared
from search.worker import SharedKeeper
from tests.factories.processes import eventually
from tests.factories.shared_index import SharedStandIn, titles

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.wide,
    pytest.mark.races,
    pytest.mark.usefixtures("_log_read_when_told"),
]


def states() -> dict[str, str]:
    return {row.name: row.state for row in IndexGeneration.objects.all()}


def cursor() -> Cursor:
    return Cursor.objects.get(index="elasticsearch")


def slow(seconds: float, then: Callable[[], object] = lambda: None) -> Callable[[str], object]:
    """Return what makes each document last."""

    def wait(_pk: str) -> None:
        time.sleep(seconds)
        then()

    return wait


@pytest.mark.parametrize("end", ["BATCH_CHARS", "BATCH_S"])
def test_a_batch_ends_with_many_letters_or_after_some_time_too(
    room: Any, filled: Any, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeder, end, 0)
    for pk in ("1", "2", "1", "3"):
        room.publish(pk, f"第{pk}讲")

    report = feed_shared(filled)

    # The first is sent once more, since its second entry comes after the second's.
    assert (report.indexed, filled.faults.asked.count("bulk")) == (4, 4)
    assert titles() == ["第1讲", "第2讲", "第3讲"]
    assert log.position_of(cursor()) == log.newest()


def test_a_batch_that_lasts_longer_than_the_lease_is_not_taken_over(
    room: Any, filled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "LEASE", timedelta(seconds=0.8))
    busy: list[bool] = []

    def last(_pk: str) -> None:
        time.sleep(0.3)
        busy.append(feed_shared(filled).busy)

    for number in range(6):
        room.publish(str(number), f"第{number}讲")
    room.while_building = last

    assert feed_shared(filled).indexed == 6
    assert busy == [True] * 6


def test_going_back_shows_life_also_where_hardly_anything_differs(
    room: Any, filled: SharedStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        room.publish(f"more{number}", f"第{number}讲")
    feed_shared(filled)
    first = str(filled.pointed_to())
    rebuild_shared(filled)
    second = str(filled.pointed_to())
    monkeypatch.setattr(generations, "LEASE", timedelta(seconds=0.8))
    room.while_building = slow(0.15, lambda: feed_shared(filled))

    go_back(filled)

    assert states() == {first: GenerationState.CURRENT, second: GenerationState.FORMER}


def test_comparing_shows_life_too(room: Any, filled: SharedStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(10):
        room.publish(f"more{number}", f"第{number}讲")
    monkeypatch.setattr(generations, "LEASE", timedelta(seconds=0.8))

    def compare(what: str) -> None:
        if what == "refresh":
            filled.faults.before = lambda _what: None
            room.while_building = slow(0.15, lambda: feed_shared(filled))

    filled.faults.before = compare

    assert rebuild_shared(filled).documents == 12


def test_a_former_generation_whose_filling_died_is_the_former_again(room: Any, filled: SharedStandIn) -> None:
    rebuild_shared(filled)
    before = states()
    assert generations.take_former(filled) is not None
    IndexGeneration.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    feed_shared(filled)

    assert states() == before
    assert filled.generations() == sorted(before)
    go_back(filled)
    assert titles() == ["井冈山", "延安精神"]


def test_where_nobody_else_feeds_whoever_rebuilds_does(
    room: Any, filled: SharedStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[list[str]] = []
    monkeypatch.setattr(rebuilding, "FEED_EVERY_S", 0.0)

    def withdraw(_pk: str) -> None:
        if "2" in room.docs:
            room.delete("2")

    room.while_building = withdraw

    def look(what: str) -> None:
        if what == "refresh":
            found.append(titles())

    filled.faults.before = look
    rebuild_shared(filled)

    assert found == [["延安精神"]]
    assert titles() == ["延安精神"]


def test_no_transaction_is_open_while_the_server_is_asked(room: Any, filled: SharedStandIn) -> None:
    open_while: set[str] = set()
    filled.faults.before = lambda what: open_while.add(what) if connection.in_atomic_block else None

    rebuild_shared(filled)
    go_back(filled)
    filled.create("somewhere")
    filled.point_to("somewhere")
    room.publish("3", "新来的一讲")
    feed_shared(filled)

    assert open_while == set()


def test_whoever_dies_between_the_alias_and_the_table_leaves_what_the_next_feeder_mends(
    filled: SharedStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, answered = states(), filled.pointed_to()

    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(generations, "_begin_at", die)
        with pytest.raises(KeyboardInterrupt):
            rebuild_shared(filled)
    assert filled.pointed_to() != answered

    feed_shared(filled)

    assert (states(), filled.pointed_to()) == (before, answered)


def test_a_server_that_hangs_holds_up_one_thread_and_nobody_else(room: Any, filled: SharedStandIn) -> None:
    hangs, let_go, over = threading.Event(), threading.Event(), threading.Event()

    def hang(_what: str) -> None:
        hangs.set()
        let_go.wait(30)

    filled.faults.before = hang
    room.publish("3", "新来的一讲")
    keeper = SharedKeeper()

    keeper.start(lambda: not over.is_set(), every_s=0.05)
    assert hangs.wait(30)
    first = keeper.thread
    keeper.start(lambda: True)

    assert keeper.thread is first
    room.publish("4", "其间")
    let_go.set()
    eventually(lambda: titles() == ["井冈山", "其间", "延安精神", "新来的一讲"], patience_s=30)
    over.set()
    assert first is not None
    first.join(30)
    assert first.is_alive() is False


def test_workers_of_the_small_lane_keep_the_shared_index_and_end(room: Any, filled: SharedStandIn) -> None:
    room.publish("3", "新来的一讲")
    [work] = [each.work for each in pulses() if each.name == "search.feed_shared"]

    work()

    try:
        eventually(lambda: "新来的一讲" in titles(), patience_s=30)
    finally:
        STOPPING.set()
        assert handlers.shared_keeper.thread is not None
        handlers.shared_keeper.thread.join(30)
        STOPPING.clear()
    assert handlers.shared_keeper.thread.is_alive() is False


def test_where_no_index_is_shared_there_is_no_thread(settings: Any) -> None:
    settings.SEARCH_ENGINE = "embedded"
    keeper = SharedKeeper()

    keeper.start(lambda: True)

    assert keeper.thread is None
