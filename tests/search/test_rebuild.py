"""A rebuild loses no change, brings nothing back, and never leaves readers without an answer."""

import fcntl
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError, connection

from cms.web_worker import PatientWorker
from search import log, outbox, worker
from search.drain import drain
from search.engines.embedded import EmbeddedEngine
from search.engines.protocol import EngineBusy
from search.models import Cursor, DeadLetter
from search.query import search
from search.rebuild import RebuildReport, rebuild
from search.schema import Query
from search.worker import keep_current, run_round
from tests.factories.processes import eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.wide]


def titles() -> list[str]:
    return sorted(hit.title for hit in search(Query(text="", page_size=100)).hits)


def test_a_rebuilt_index_holds_what_the_rooms_hold(room: Any, engine: EmbeddedEngine) -> None:
    room.publish("1", "延安精神")
    room.publish("2", "井冈山")
    with engine.writing(wait_s=1) as writer:
        writer.remove("lesson", "1")
    room.docs["3"] = None

    assert rebuild() == RebuildReport(documents=2, failed=1)

    assert titles() == ["井冈山", "延安精神"]
    assert DeadLetter.objects.get().object_id == "3"
    assert log.position_of(Cursor.objects.get()) == log.newest()


def test_changes_made_while_it_runs_are_in_the_new_index(room: Any) -> None:
    for number in range(120):
        room.publish(str(number), f"第{number}讲")
    during: list[int] = []

    def change(pk: str) -> None:
        if pk == "60":
            room.while_building = lambda _pk: None
            room.publish("5", "改过的第五讲")
            room.delete("7")
            room.publish("new", "新来的一讲")
            during.append(search(Query(text="第九讲")).total + search(Query(text="改过的第五讲")).total)

    room.while_building = change
    rebuild()

    assert during == [1]
    assert search(Query(text="改过的第五讲")).total == 1
    assert search(Query(text="新来的一讲")).total == 1
    assert "7" not in {hit.id for page in (1, 2) for hit in search(Query(text="", page=page, page_size=100)).hits}
    assert search(Query(text="")).total == 120


def test_the_log_is_kept_for_a_rebuild_that_is_under_way(room: Any, engine: EmbeddedEngine) -> None:
    room.publish("1", "延安精神")

    def change(pk: str) -> None:
        room.while_building = lambda _pk: None
        room.publish("2", "其间")
        log.purge()

    room.while_building = change
    rebuild()

    assert titles() == ["其间", "延安精神"]
    assert not Cursor.objects.filter(index="embedded-rebuild").exists()


def test_a_second_rebuild_is_refused_while_one_runs(room: Any, engine: EmbeddedEngine) -> None:
    with engine.building(), pytest.raises(EngineBusy):
        rebuild()

    assert rebuild() == RebuildReport(documents=0, failed=0)


def test_a_rebuild_that_fails_leaves_the_old_index(room: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    room.publish("1", "延安精神")

    def die(_pk: str) -> None:
        raise KeyboardInterrupt

    room.while_building = die
    with pytest.raises(KeyboardInterrupt):
        rebuild()

    assert titles() == ["延安精神"]
    assert not Cursor.objects.filter(index="embedded-rebuild").exists()


def test_readers_and_writers_go_on_during_rebuilds(room: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_after_commit", [])
    for number in range(30):
        room.publish(f"old{number}", f"旧的第{number}讲")
    drain()
    stop = threading.Event()
    totals: list[int] = []
    failures: list[Exception] = []

    def read() -> None:
        while not stop.is_set():
            result = search(Query(text="旧的"))
            totals.append(-1 if result.degraded else result.total)

    def write() -> None:
        try:
            for number in range(40):
                room.publish(f"new{number}", f"新的第{number}讲")
                drain()
        except Exception as error:  # noqa: BLE001  # shown by the assertion below
            failures.append(error)
        finally:
            connection.close()

    reader, writer = threading.Thread(target=read), threading.Thread(target=write)
    reader.start()
    writer.start()
    while writer.is_alive():
        rebuild()
    writer.join()
    stop.set()
    reader.join()
    drain()

    assert failures == []
    assert set(totals) == {30}
    assert search(Query(text="新的")).total == 40


@pytest.fixture
def old_index(index_path: Path, room: Any) -> Path:
    """Make an index as other code made it, with a change that it has not seen."""
    room.publish("1", "延安精神")
    drain()
    with closing(sqlite3.connect(index_path)) as index, index:
        index.execute("UPDATE meta SET value = 'another' WHERE name = 'analysis'")
    room.publish("2", "井冈山")
    return index_path


def test_a_web_process_keeps_its_index_current_from_its_start_to_its_end(
    old_index: Path, room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As on another machine: nobody here drains after the commit.
    monkeypatch.setattr(outbox, "_after_commit", [])
    assert drain().missed is True
    assert titles() == ["延安精神"]
    process = PatientWorker.__new__(PatientWorker)
    process.app = SimpleNamespace(wsgi=lambda: "the site")
    process.alive = True

    process.load_wsgi()

    assert process.wsgi == "the site"
    eventually(lambda: titles() == ["井冈山", "延安精神"], patience_s=30)
    room.publish("3", "三会一课")
    eventually(lambda: len(titles()) == 3, patience_s=30)
    process.alive = False
    for thread in [each for each in threading.enumerate() if each.name == "search-index"]:
        thread.join()
    assert drain().missed is False


def test_one_process_of_a_node_keeps_its_index_and_another_takes_over(
    index_path: Path, room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_after_commit", [])
    held = index_path.with_name(f"{index_path.name}-feeder.lock").open("w")
    fcntl.flock(held, fcntl.LOCK_EX)
    looks = iter([True] * 6)
    room.publish("1", "延安精神")

    keep_current(lambda: next(looks, False), every_s=0)
    waited = titles()
    held.close()
    looks = iter([True] * 6)
    keep_current(lambda: next(looks, False), every_s=0)

    assert (waited, titles()) == ([], ["延安精神"])


def test_a_round_that_fails_does_not_end_the_keeping(
    index_path: Path, room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[int] = []

    def fail_first(**_budget: float) -> None:
        rounds.append(1)
        if len(rounds) == 1:
            raise OperationalError("the database is away")

    monkeypatch.setattr(worker, "run_round", fail_first)
    monkeypatch.setattr(worker, "REST_AFTER_FAILURE_S", 0)

    keep_current(lambda: len(rounds) < 3, every_s=0)

    assert len(rounds) == 3


def test_the_rebuild_is_left_to_whoever_is_at_it(old_index: Path, engine: EmbeddedEngine) -> None:
    with engine.building():
        assert run_round().missed is True

    assert engine.outdated() is True
    assert run_round().missed is True
    assert run_round().missed is False
    assert titles() == ["井冈山", "延安精神"]
