"""The index follows the log: nothing lost by a crash, nothing stopped by one broken document."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from search import log, outbox
from search.dead_letters import retry_due
from search.drain import drain
from search.engines.embedded import EmbeddedEngine
from search.engines.protocol import Position
from search.models import Cursor, DeadLetter, LogFloor, OutboxEntry
from search.query import search
from search.schema import Query
from search.worker import run_round, run_upkeep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_log_read_when_told")]


def titles(text: str = "") -> list[str]:
    return sorted(hit.title for hit in search(Query(text=text, page_size=100)).hits)


def position(engine: EmbeddedEngine) -> Position:
    with engine.writing(wait_s=1) as writer:
        return writer.position


def test_the_present_state_is_indexed_once_for_many_changes(room: Any, engine: EmbeddedEngine) -> None:
    built: list[str] = []
    room.while_building = built.append
    for title in ("草稿", "第二稿", "定稿"):
        room.publish("1", title)

    report = drain()

    assert (report.indexed, report.removed, report.failed, report.waiting) == (1, 0, 0, 0)
    assert built == ["1"]
    assert titles() == ["定稿"]
    assert position(engine) == log.newest()


def test_a_second_drain_finds_nothing_to_do(room: Any) -> None:
    room.publish("1", "延安精神")
    drain()

    report = drain()

    assert (report.indexed, report.removed, report.failed, report.waiting) == (0, 0, 0, 0)


def test_a_drain_stops_at_its_limit_and_goes_on_from_there(room: Any) -> None:
    for number in range(7):
        room.publish(str(number), f"党课{number}")

    assert [drain(limit=3).indexed, drain(limit=3).indexed, drain(limit=3).indexed] == [3, 3, 1]
    assert len(titles()) == 7


def test_a_drain_without_time_does_one_document_and_says_what_waits(room: Any) -> None:
    for number in range(3):
        room.publish(str(number), f"党课{number}")

    report = drain(budget_s=0)

    assert (report.indexed, report.waiting) == (1, 2)


def test_a_crash_while_a_batch_is_written_repeats_it(
    room: Any, engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.publish("1", "延安精神")
    room.publish("2", "井冈山")

    def die(pk: str) -> None:
        if pk == "2":
            raise KeyboardInterrupt

    room.while_building = die
    with pytest.raises(KeyboardInterrupt):
        drain()
    assert titles() == []
    assert position(engine) == Position(0, 0)

    room.while_building = lambda _pk: None
    assert drain().indexed == 2
    assert titles() == ["井冈山", "延安精神"]


def test_a_crash_between_index_and_cursor_loses_nothing(
    room: Any, engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.publish("1", "延安精神")

    def die(*_args: object, **_names: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(log, "publish", die)
        with pytest.raises(KeyboardInterrupt):
            drain()
    assert Cursor.objects.count() == 0

    room.publish("2", "井冈山")
    assert drain().indexed == 1
    assert titles() == ["井冈山", "延安精神"]
    assert log.position_of(Cursor.objects.get()) == log.newest()


def test_a_broken_document_is_buried_and_the_others_go_on(room: Any, engine: EmbeddedEngine) -> None:
    room.publish("1", "延安精神")
    room.publish("2", "井冈山")
    drain()
    room.docs["1"] = None
    outbox.record_change("lesson", 1)
    room.publish("3", "三会一课")
    outbox.record_change("unheard", 5)

    report = drain()

    assert (report.indexed, report.failed) == (1, 2)
    assert titles() == ["三会一课", "井冈山"]
    assert list(DeadLetter.objects.order_by("kind").values_list("kind", "object_id", "error", "attempts")) == [
        ("lesson", "1", "ValueError: lesson 1 is broken", 1),
        ("unheard", "5", "UnknownKind: unheard", 1),
    ]


def test_a_buried_document_is_tried_again_later_and_later(room: Any) -> None:
    room.docs["1"] = None
    outbox.record_change("lesson", 1)
    drain()
    assert retry_due() == 0

    waits = []
    for _ in range(3):
        DeadLetter.objects.update(retry_at=timezone.now())
        assert retry_due() == 1
        assert retry_due() == 0
        drain()
        letter = DeadLetter.objects.get()
        waits.append((letter.attempts, letter.retry_at - letter.failed_at))

    assert waits == [(2, timedelta(minutes=2)), (3, timedelta(minutes=4)), (4, timedelta(minutes=8))]


def test_a_document_that_can_be_built_again_leaves_the_dead_letters(room: Any) -> None:
    room.docs["1"] = None
    outbox.record_change("lesson", 1)
    drain()
    room.publish("1", "修好了")

    drain()

    assert DeadLetter.objects.count() == 0
    assert titles() == ["修好了"]


def test_a_drainer_that_finds_another_at_work_leaves_it_to_the_other(room: Any, engine: EmbeddedEngine) -> None:
    room.publish("1", "延安精神")

    with engine.writing(wait_s=1):
        report = drain(budget_s=0.02)

    assert (report.busy, report.indexed) == (True, 0)
    assert drain().indexed == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.long
def test_two_drainers_index_everything_exactly_once(room: Any) -> None:
    built: list[str] = []
    for number in range(60):
        room.publish(str(number), f"党课{number}")
    room.while_building = built.append
    indexed: list[int] = []

    def feed_all() -> None:
        try:
            while (report := drain(limit=7)).indexed or report.busy:
                indexed.append(report.indexed)
        finally:
            connection.close()

    drainers = [threading.Thread(target=feed_all) for _ in range(2)]
    for drainer in drainers:
        drainer.start()
    for drainer in drainers:
        drainer.join()

    assert sum(indexed) == 60
    assert sorted(built, key=int) == [str(number) for number in range(60)]
    assert len(titles()) == 60


def test_the_log_is_purged_behind_the_slowest_living_reader(room: Any) -> None:
    for number in range(4):
        room.publish(str(number), f"党课{number}")
    drain()
    ids = list(OutboxEntry.objects.order_by("id").values_list("id", flat=True))
    transactions = dict(OutboxEntry.objects.values_list("id", "transaction"))
    log.publish(Position(transactions[ids[1]], ids[1]), index="embedded", node="slow")
    log.publish(Position(0, 0), index="embedded", node="dead")
    Cursor.objects.filter(node="dead").update(heartbeat_at=timezone.now() - timedelta(days=8))

    assert log.purge() == 2

    assert list(OutboxEntry.objects.order_by("id").values_list("id", flat=True)) == ids[2:]
    assert not Cursor.objects.filter(node="dead").exists()
    assert log.floor() == Position(transactions[ids[1]], ids[1])
    assert log.purge() == 0


def test_a_reader_behind_the_purged_part_rebuilds(room: Any, engine: EmbeddedEngine, index_path: Any) -> None:
    room.publish("1", "延安精神")
    room.publish("2", "井冈山")
    drain()
    log.purge()
    for path in index_path.parent.glob("search.sqlite3*"):
        path.unlink()
    room.publish("3", "三会一课")

    assert drain().missed is True
    assert titles() == []
    run_round()

    assert titles() == ["三会一课", "井冈山", "延安精神"]
    assert drain().missed is False


def test_an_index_ahead_of_a_restored_database_rebuilds(room: Any, engine: EmbeddedEngine) -> None:
    room.publish("1", "恢复以前")
    drain()
    room.docs.clear()
    room.publish("2", "恢复以后")
    with engine.writing(wait_s=1) as writer:
        writer.move_to(Position(log.newest().transaction, 10_000_000))

    assert run_round().missed is True

    assert titles() == ["恢复以后"]
    room.publish("3", "继续")
    assert run_round().missed is False
    assert titles() == ["恢复以后", "继续"]


def test_a_position_from_another_database_server_rebuilds(room: Any, engine: EmbeddedEngine) -> None:
    room.publish("1", "搬家以前")
    with engine.writing(wait_s=1) as writer:
        writer.move_to(Position(10**15, 1))
    OutboxEntry.objects.create(transaction=10**15, kind="lesson", object_id="1")
    LogFloor.objects.create(transaction=10**15, entry=1)

    assert run_round().missed is True

    assert titles() == ["搬家以前"]
    assert drain().missed is False


def test_upkeep_shows_life_retries_and_purges(room: Any) -> None:
    room.docs["1"] = None
    outbox.record_change("lesson", 1)
    drain()
    Cursor.objects.update(heartbeat_at=timezone.now() - timedelta(days=8))
    DeadLetter.objects.update(retry_at=timezone.now())

    assert run_upkeep() == 1

    assert Cursor.objects.get().heartbeat_at > timezone.now() - timedelta(minutes=1)
    assert list(OutboxEntry.objects.values_list("object_id", flat=True)) == ["1"]


@pytest.mark.long
def test_upkeep_goes_on_while_another_feeds(
    room: Any, engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.docs["1"] = None
    outbox.record_change("lesson", 1)
    drain()
    DeadLetter.objects.update(retry_at=timezone.now())

    with engine.writing(wait_s=1):
        run_upkeep()

    assert OutboxEntry.objects.count() == 1
