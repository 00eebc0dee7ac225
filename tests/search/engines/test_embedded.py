"""The index file: batches, feeders, rebuilds. What it answers is asked by the contract."""

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from search.engines import casting
from search.engines.embedded import EmbeddedEngine, matching, selection, suggesting
from search.engines.protocol import EngineBusy, Position
from search.schema import ANONYMOUS, Facet, FacetCount, Query
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


@pytest.fixture
def crowded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EmbeddedEngine:
    """Return an index with more matches than are counted: forty where twenty would be the end."""
    monkeypatch.setattr(selection, "COUNT_UP_TO", 20)
    monkeypatch.setattr(matching, "COUNT_UP_TO", 20)
    engine = EmbeddedEngine(tmp_path / "search.sqlite3")
    with engine.writing(wait_s=1) as writer:
        for number in range(40):
            title = "党课" if number == 0 else f"第{number}讲"
            topic = Facet("early", "早") if number < 10 else Facet("late", "晚")
            dated = datetime(2026, 1, 1, tzinfo=UTC) - timedelta(days=number)
            writer.put(lesson(str(number), title, "讲党课。", facets={"topic": (topic,)}, published_at=dated))
    return engine


def test_where_more_match_than_are_counted_the_filters_still_find_old_ones(crowded: EmbeddedEngine) -> None:
    many = crowded.search(Query(text="党课", facets=("topic",)))
    early = crowded.search(Query(text="党课", filters={"topic": ("early",)}, facets=("topic", "kind")))

    assert (many.total, many.total_exact) == (20, False)
    assert (early.total, early.total_exact) == (10, True)
    assert sorted(map(int, ids(early))) == list(range(10))
    assert early.facets["kind"] == (FacetCount("lesson", "lesson", 10, selected=False),)
    assert [(each.value, each.count) for each in early.facets["topic"]] == [("late", 20), ("early", 10)]


@pytest.mark.parametrize("text", ["党课", "党"])
def test_where_more_match_than_are_counted_an_old_title_still_comes_first(crowded: EmbeddedEngine, text: str) -> None:
    assert ids(crowded.search(Query(text=text)))[0] == "0"


def test_where_more_match_than_are_counted_the_newest_are_the_newest(crowded: EmbeddedEngine) -> None:
    for text in ("党课", ""):
        assert ids(crowded.search(Query(text=text, sort="newest", page_size=5))) == ["0", "1", "2", "3", "4"]


def test_pieces_that_are_everywhere_catch_nothing_by_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = EmbeddedEngine(tmp_path / "search.sqlite3")
    with engine.writing(wait_s=1) as writer:
        for number in range(210):
            writer.put(lesson(str(number), f"学习{'枣园' if number < 20 else ''}", "窑洞" if number == 30 else "土墙"))

    asked = Query(text="学习 枣园 窑洞 灯火", page_size=100)
    assert sorted(map(int, ids(engine.search(asked)))) == [*range(20), 30]
    monkeypatch.setattr(casting, "MOST_CAUGHT", 10)
    assert engine.search(replace(asked, text="枣园 窑洞 灯火 山坡")).total == 1


def test_where_all_pieces_are_frequent_the_three_rarest_are_looked_for(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path / "search.sqlite3")
    with engine.writing(wait_s=1) as writer:
        for number in range(210):
            writer.put(lesson(str(number), "学习", ("枣园", "窑洞", "灯火", "土墙")[number % 4]))

    assert engine.search(Query(text="学习 枣园 窑洞 灯火")).total == 158


def test_where_more_match_than_are_put_in_order_an_old_title_that_begins_so_is_still_suggested(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggesting, "MOST_MATCHED", 5)
    engine = EmbeddedEngine(tmp_path / "search.sqlite3")
    with engine.writing(wait_s=1) as writer:
        for number, title in enumerate(["党课开讲", *(f"上党课第{n}讲" for n in range(8))]):
            writer.put(lesson(str(number), title))

    [group] = engine.suggest("党课", ANONYMOUS, limit=6)

    assert group.items[0].text == "党课开讲"


@pytest.mark.parametrize(
    ("letters", "begun"),
    [
        # 延, the word that begins python, 一.
        ("y", {"1", "2", "4"}),
        ("ya", {"1"}),
        ("yan", {"1"}),
        # 精, 教, 井.
        ("j", {"1", "2", "3"}),
        ("ji", {"1", "2", "3"}),
        # 神, 山, 三; 三会 has the initials.
        ("s", {"1", "3", "4"}),
        ("sh", {"1", "3", "4"}),
    ],
)
def test_a_letter_or_two_begin_a_syllable(library: EmbeddedEngine, letters: str, begun: set[str]) -> None:
    found = set(ids(library.search(Query(text=letters, page_size=100))))

    assert found == begun


def test_a_question_may_be_asked_while_the_index_is_listed(library: EmbeddedEngine) -> None:
    listing = library.indexed()
    first = next(listing)

    assert library.search(Query(text="延安精神")).total == 1
    assert [first.pk, *(each.pk for each in listing)] == ["9", "1", "2", "3", "4", "5"]


def test_a_forked_process_reads_what_was_written_after_it_began(library: EmbeddedEngine) -> None:
    library.search(Query(text="延安精神"))
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(reading, 1)
        os._exit(library.search(Query(text="分开以后")).total)
    with library.writing(wait_s=1) as writer:
        writer.put(lesson("7", "分开以后"))
    os.write(writing, b"!")

    _child, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 1
    assert library.search(Query(text="分开以后")).total == 1
    os.close(reading)
    os.close(writing)
