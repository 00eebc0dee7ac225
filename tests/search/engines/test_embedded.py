"""The index file: batches, feeders, rebuilds. What it answers is asked by the contract."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from search.engines.embedded import EmbeddedEngine
from search.engines.protocol import EngineBusy, Position
from search.schema import Query
from tests.search.engines.contract import LIBRARY, ids, lesson


@pytest.fixture
def library(tmp_path: Path) -> EmbeddedEngine:
    engine = EmbeddedEngine(tmp_path / "search.sqlite3")
    with engine.writing(wait_s=1) as writer:
        for doc in LIBRARY:
            writer.put(doc)
    return engine


def test_a_batch_that_fails_leaves_nothing(library: EmbeddedEngine) -> None:
    def write() -> None:
        with library.writing(wait_s=1) as writer:
            writer.put(lesson("7", "半途而废"))
            writer.move_to(Position(0, 99))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write()

    assert library.search(Query(text="半途而废")).total == 0
    with library.writing(wait_s=1) as writer:
        assert writer.position == Position(0, 0)


def test_only_one_feeder_writes_at_a_time_and_readers_go_on(library: EmbeddedEngine) -> None:
    with library.writing(wait_s=1) as writer:
        writer.put(lesson("8", "正在写"))
        with pytest.raises(EngineBusy), library.writing(wait_s=0):
            pass
        assert library.search(Query(text="正在写")).total == 0

    assert library.search(Query(text="正在写")).total == 1


def test_a_new_index_takes_the_place_of_the_old_in_one_step(library: EmbeddedEngine, tmp_path: Path) -> None:
    node = library.node()
    with library.building() as building:
        with building.writing() as writer:
            writer.put(lesson("1", "重建以后"))
        assert ids(library.search(Query(text="延安精神"))) == ["1"]
        with pytest.raises(EngineBusy), library.building():
            pass
        building.swap()

    assert [each.pk for each in library.indexed()] == ["1"]
    assert ids(library.search(Query(text="重建以后"))) == ["1"]
    assert library.node() == node


def test_what_the_index_holds_is_listed_by_kind_and_key(library: EmbeddedEngine) -> None:
    with library.writing(wait_s=1) as writer:
        writer.put(lesson("10", "最后写的"))

    held = [(each.kind, each.pk) for each in library.indexed()]
    assert held == [("lecturer", "9"), ("lesson", "1"), ("lesson", "10"), *(("lesson", pk) for pk in "2345")]


def test_a_rebuild_that_is_given_up_leaves_no_file(library: EmbeddedEngine, tmp_path: Path) -> None:
    before = sorted(path.name for path in tmp_path.iterdir())

    with library.building() as building, building.writing() as writer:
        writer.put(lesson("1", "放弃"))

    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == sorted([*before, "search.sqlite3-rebuild.lock"])
    assert ids(library.search(Query(text="延安精神"))) == ["1"]


def test_at_most_one_old_generation_is_kept(library: EmbeddedEngine, tmp_path: Path) -> None:
    for _ in range(3):
        with library.building() as building:
            building.swap()

    generations = {path.name[:27] for path in tmp_path.iterdir() if path.name.startswith("search.sqlite3.")}
    assert len(generations) == 2


def test_an_index_made_by_another_analysis_is_outdated(library: EmbeddedEngine, tmp_path: Path) -> None:
    assert library.outdated() is False

    with closing(sqlite3.connect(tmp_path / "search.sqlite3")) as connection, connection:
        connection.execute("UPDATE meta SET value = 'another' WHERE name = 'analysis'")

    assert library.outdated() is True


def test_a_deleted_file_is_begun_anew(library: EmbeddedEngine, tmp_path: Path) -> None:
    for path in tmp_path.glob("search.sqlite3.*"):
        path.unlink()

    assert library.search(Query(text="延安")).total == 0
    with library.writing(wait_s=1) as writer:
        writer.put(lesson("1", "延安"))
    assert library.search(Query(text="延安")).total == 1
