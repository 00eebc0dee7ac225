"""Both indexes beside the database, each with what is wrong with it alone."""

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from search import lease, outbox
from search.check import CheckReport, check_indexes, differing, repair_indexes, side_by_side
from search.drain import drain
from search.encoding import digest, encode
from search.engines.embedded import EmbeddedEngine
from search.engines.protocol import IndexedDoc
from search.feeder import feed_shared
from search.rebuild_shared import rebuild_shared
from search.schema import SearchDoc
from tests.factories.shared_index import SharedStandIn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_log_read_when_told")]


@pytest.fixture
def both(shared: SharedStandIn, room: Any) -> SharedStandIn:
    """Let both indexes hold three documents."""
    rebuild_shared(shared)
    for pk in ("1", "2", "10"):
        room.publish(pk, f"第{pk}讲")
    drain()
    feed_shared(shared)
    return shared


def test_two_indexes_that_hold_everything_are_well(both: SharedStandIn) -> None:
    well = CheckReport(documents=3)

    assert check_indexes() == {"embedded": well, "elasticsearch": well}


def test_each_index_is_told_of_its_own_faults_and_both_are_repaired(
    both: SharedStandIn, room: Any, engine: EmbeddedEngine
) -> None:
    with engine.writing(wait_s=1) as writer:
        writer.remove("lesson", "10")
    sender = both.sender(number := lease.next_batch(both.name), generations=[str(both.pointed_to())])
    sender.put(replace(room.docs["2"], title="旧题目", version=number))
    sender.put(replace(room.docs["2"], pk="3", version=number))
    sender.flush()

    found = check_indexes()

    assert (found["embedded"].missing, found["embedded"].different) == (("lesson:10",), {"lesson:10"})
    told = found["elasticsearch"]
    assert (told.missing, told.stale, told.orphaned, told.documents) == ((), ("lesson:2",), ("lesson:3",), 4)
    assert repair_indexes(found) == 3
    assert {report.ok for report in check_indexes().values()} == {True}


def test_a_server_that_is_away_is_said_to_be_and_the_other_index_is_compared(
    both: SharedStandIn, engine: EmbeddedEngine
) -> None:
    with engine.writing(wait_s=1) as writer:
        writer.remove("lesson", "10")
    both.faults.away = True

    found = check_indexes()

    assert (found["embedded"].missing, found["elasticsearch"]) == (("lesson:10",), CheckReport(away=True))
    assert found["elasticsearch"].ok is False


def test_what_changes_while_it_is_compared_is_left_to_the_feeder(both: SharedStandIn, room: Any) -> None:
    def change(_pk: str) -> None:
        room.while_building = lambda _pk: None
        room.publish("2", "其间改的")
        room.delete("10")

    room.while_building = change

    found = check_indexes()

    assert {(report.missing, report.stale, report.orphaned) for report in found.values()} == {((), (), ())}
    assert {report.waiting for report in found.values()} == {2}


def test_a_document_that_cannot_be_built_should_be_in_no_index(both: SharedStandIn, room: Any) -> None:
    room.docs["1"] = None

    found = check_indexes()

    assert {(report.dead, report.orphaned) for report in found.values()} == {(("lesson:1",), ("lesson:1",))}


@pytest.mark.long
def test_the_comparison_keeps_nothing_of_what_is_alike(room: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    count = 4000
    body = "长" * 1000
    monkeypatch.setattr(room, "build", lambda pk: SearchDoc(kind="lesson", pk=pk, title=pk, url="/", body=body))
    outbox.register("lesson", build=room.build, iterate=lambda: (str(number) for number in range(count)))

    def held() -> Iterator[IndexedDoc]:
        for pk in sorted(map(str, range(count))):
            yield IndexedDoc("lesson", pk, 1, digest(encode(room.build(pk))))

    tracemalloc.start()
    rows = sum(row.held == (row.wanted, row.wanted) for row in side_by_side(held(), held()))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert rows == count
    # One list of these documents would be four times as large; half of this is the keys, and what was loaded meanwhile.
    assert peak < 2_000_000
    assert list(differing(held())) == []
