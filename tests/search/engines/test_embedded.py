"""Questions against a small library in a real index file."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.analysis import terms
from search.engines.embedded import EmbeddedEngine
from search.engines.protocol import EngineBusy, Position
from search.schema import ANONYMOUS, Facet, FacetCount, Query, Result, SearchDoc, Segment, Visibility

EVERYBODY = Visibility(public=True)
THEORY, HISTORY = Facet("theory", "理论"), Facet("history", "党史")


def lesson(pk: str, title: str, body: str = "", **fields: object) -> SearchDoc:
    defaults: dict[str, object] = {"visibility": EVERYBODY, "url": f"/lessons/{pk}/"}
    return SearchDoc(kind="lesson", pk=pk, title=title, body=body, **defaults | fields)  # type: ignore[arg-type]


LIBRARY = (
    lesson("1", "延安精神永放光芒", "讲述延安时期党员教育的故事。", facets={"topic": (HISTORY,)}),
    lesson("2", "党章学习：Python3教程", "學習黨章，网络时代的“党员”。", facets={"topic": (THEORY,)}),
    lesson(
        "3",
        "井冈山的清晨",
        "红军战士的一天。",
        people=("曾小明",),
        facets={"topic": (HISTORY, THEORY)},
        segments=(Segment(0.0, "大家好"), Segment(12.5, "今天讲三会一课")),
    ),
    lesson("4", "三会一课怎么开", "支部大会、支委会、党小组会和党课。", tags=("组织生活",)),
    lesson("5", "学习方法谈", "如何把学习坚持下去。", published_at=datetime(2026, 5, 1, tzinfo=UTC)),
    SearchDoc(kind="lecturer", pk="9", title="曾小明", url="/lecturers/9/", visibility=EVERYBODY),
)


@pytest.fixture
def library(tmp_path: Path) -> EmbeddedEngine:
    return filled(tmp_path / "search.sqlite3", LIBRARY)


def filled(path: Path, docs: Iterator[SearchDoc] | tuple[SearchDoc, ...]) -> EmbeddedEngine:
    engine = EmbeddedEngine(path)
    with engine.writing(wait_s=1) as writer:
        for doc in docs:
            writer.put(doc)
    return engine


@pytest.fixture
def ask(library: EmbeddedEngine) -> Callable[..., Result]:
    return lambda text, **options: library.search(Query(text=text, **options))


def ids(result: Result) -> list[str]:
    return [hit.id for hit in result.hits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("党员教育", ["1"]),
        ("党章", ["2"]),
        ("党章学习", ["2"]),
        ("黨章", ["2"]),
        ("網絡", ["2"]),
        ("ｐｙｔｈｏｎ", ["2"]),
        ("on3教", ["2"]),
        ("延安精神", ["1"]),
        ("精神", ["1"]),
        ("芒", ["1"]),
        ("组织生活", ["4"]),
        ("三会一课", ["4", "3"]),
        ("yanan", ["1"]),
        ("yan an", ["1"]),
        ("yajs", ["1"]),
        ("ceng xiao", ["9", "3"]),
        ("zengxiaoming", ["9", "3"]),
        ("学习 网络", ["2"]),
    ],
)
def test_a_question_finds_exactly_the_documents_that_answer_it(
    ask: Callable[..., Result], text: str, expected: list[str]
) -> None:
    result = ask(text)

    assert ids(result) == expected
    assert (result.total, result.total_exact, result.degraded) == (len(expected), True, False)


def test_one_character_finds_every_place_where_it_stands(ask: Callable[..., Result]) -> None:
    assert sorted(ids(ask("党"))) == ["1", "2", "4"]
    assert sorted(ids(ask("课"))) == ["3", "4"]


def test_a_sentence_finds_what_some_of_its_words_say(ask: Callable[..., Result]) -> None:
    result = ask("怎样才能学习延安的精神")

    assert ids(result)[0] == "1"
    assert result.relaxed == "any"


@pytest.mark.parametrize(("text", "relaxed"), [("延安精神", None), ("yanan", "pinyin"), ("没有这个词", None)])
def test_the_answer_says_how_wide_the_net_was(ask: Callable[..., Result], text: str, relaxed: str | None) -> None:
    assert ask(text).relaxed == relaxed


@pytest.mark.parametrize(
    ("text", "meant"),
    [("yanan", "延安"), ("yan an", "延安"), ("sanhuiyike", "三会一课"), ("python", None), ("延安", None)],
)
def test_pinyin_is_answered_with_the_characters_it_stands_for(
    ask: Callable[..., Result], text: str, meant: str | None
) -> None:
    assert ask(text).suggestion == meant


def test_the_same_title_comes_first(ask: Callable[..., Result]) -> None:
    assert ids(ask("曾小明")) == ["9", "3"]
    assert ids(ask("学习方法谈")) == ["5"]


def test_a_hit_carries_what_a_card_shows(ask: Callable[..., Result]) -> None:
    hit = ask("三会一课").hits[1]

    assert (hit.kind, hit.id, hit.url, hit.title) == ("lesson", "3", "/lessons/3/", "井冈山的清晨")
    assert hit.title_html == "井冈山的清晨"
    assert hit.snippet_html == "今天讲<mark>三会一课</mark>"
    assert hit.found_at_s == 12.5
    assert hit.people == ("曾小明",)


@pytest.mark.parametrize(
    "text",
    [
        '"',
        '党"课',
        "'",
        "\x00",
        "党\x00课",
        "NEAR(党 课)",
        "title:党 OR *",
        "-党",
        "党*",
        "(",
        "{title} : x",
        "😀",
        "。，！",
        "\ud800",
        "党" * 10_000,
        "a b " * 3000,
        "%_\\",
        "<script>",
        "{}[]^~+",
        "AND",
        "\u202e党",
    ],
)
def test_whatever_is_typed_is_data(library: EmbeddedEngine, text: str) -> None:
    result = library.search(Query(text=text, facets=("kind", "topic"), filters={"topic": (text,)}, kinds=(text,)))

    assert result.hits == ()
    assert library.search(Query(text=text)).degraded is False
    assert isinstance(library.suggest(text, Query(text="").viewer), tuple)


@given(text=st.text(), page=st.integers(-(10**30), 10**30), size=st.integers(-5, 10**30), sort=st.text())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_question_raises(library: EmbeddedEngine, text: str, page: int, size: int, sort: str) -> None:
    result = library.search(Query(text=text, page=page, page_size=size, sort=sort, facets=(text, "kind")))

    assert len(result.hits) <= min(100, result.total)


@given(
    title=st.text(alphabet="党員员网絡一课，。 aBc１2\u200b《》", min_size=2, max_size=24),
    body=st.text(alphabet="学習习井冈山的、！ xyZ9０\n", min_size=2, max_size=60),
    data=st.data(),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@pytest.mark.long
def test_every_piece_of_two_characters_or_more_is_found(
    library: EmbeddedEngine, title: str, body: str, data: st.DataObject
) -> None:
    with library.writing(wait_s=1) as writer:
        writer.put(lesson("piece", title, body))
    source = data.draw(st.sampled_from([title, body]))
    start = data.draw(st.integers(0, len(source) - 2))
    piece = source[start : data.draw(st.integers(start + 2, len(source)))]

    if terms(piece).runs:
        assert "piece" in ids(library.search(Query(text=piece, page_size=100)))


def test_what_ends_leaves_hits_counts_and_completions_at_that_instant(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    engine = filled(
        tmp_path / "ending.sqlite3",
        (
            lesson("1", "停电检修通知", ends_at=now - timedelta(seconds=1)),
            lesson("2", "停电检修安排", ends_at=now + timedelta(days=1)),
            lesson("3", "停电检修常识"),
        ),
    )

    found = engine.search(Query(text="停电检修", facets=("kind",)))
    completed = [item.text for group in engine.suggest("停电", ANONYMOUS) for item in group.items]

    assert (sorted(ids(found)), found.total, found.facets["kind"][0].count) == (["2", "3"], 2, 2)
    assert sorted(completed) == ["停电检修安排", "停电检修常识"]


def test_filters_are_alternatives_within_a_field_and_all_hold_across_fields(ask: Callable[..., Result]) -> None:
    assert sorted(ids(ask("", filters={"topic": ("history",)}))) == ["1", "3"]
    assert sorted(ids(ask("", filters={"topic": ("history", "theory")}))) == ["1", "2", "3"]
    assert ids(ask("", filters={"topic": ("history",)}, kinds=("lecturer",))) == []
    assert ids(ask("曾小明", kinds=("lecturer",))) == ["9"]


def test_a_chosen_value_still_shows_its_siblings(ask: Callable[..., Result]) -> None:
    result = ask("", filters={"topic": ("history",), "kind": ("lesson",)}, facets=("topic", "kind"))

    assert result.total == 2
    assert result.facets == {
        "topic": (
            FacetCount("history", "党史", 2, selected=True),
            FacetCount("theory", "理论", 2, selected=False),
        ),
        "kind": (FacetCount("lesson", "lesson", 2, selected=True),),
    }


def test_a_chosen_value_without_hits_stays_to_be_taken_back(ask: Callable[..., Result]) -> None:
    result = ask("学习方法谈", filters={"topic": ("history",)}, facets=("topic",))

    assert result.facets["topic"] == (FacetCount("history", "history", 0, selected=True),)


def test_newest_first_puts_undated_documents_last(ask: Callable[..., Result]) -> None:
    assert ids(ask("学习", sort="newest")) == ["5", "2"]


def test_pages_follow_each_other_without_gap_or_double(tmp_path: Path) -> None:
    engine = filled(tmp_path / "many.sqlite3", (lesson(str(n), f"党课第{n}讲") for n in range(250)))

    for sort in ("relevance", "newest"):
        pages = [engine.search(Query(text="党课", page=page, page_size=40, sort=sort)) for page in range(1, 9)]
        found = [pk for page in pages for pk in ids(page)]
        assert sorted(found, key=int) == [str(n) for n in range(250)]
        assert [len(page.hits) for page in pages] == [40, 40, 40, 40, 40, 40, 10, 0]
        assert {page.total for page in pages} == {250}


def test_suggestions_complete_titles_and_names(library: EmbeddedEngine) -> None:
    viewer = Query(text="").viewer

    def texts(typed: str) -> dict[str, list[str]]:
        return {group.kind: [item.text for item in group.items] for group in library.suggest(typed, viewer)}

    assert texts("延") == {"lesson": ["延安精神永放光芒"]}
    assert texts("三会") == {"lesson": ["三会一课怎么开"]}
    assert texts("曾") == {"lecturer": ["曾小明"], "people": ["曾小明"]}
    assert texts("zengx") == {"lecturer": ["曾小明"], "people": ["曾小明"]}
    assert texts("红军") == {}


def test_what_begins_with_the_text_is_suggested_first(tmp_path: Path) -> None:
    docs = (lesson("1", "怎样上党课"), lesson("2", "党课怎样上得生动活泼又有内容"))
    engine = filled(tmp_path / "two.sqlite3", docs)

    [group] = engine.suggest("党课", Query(text="").viewer)

    assert [item.url for item in group.items] == ["/lessons/2/", "/lessons/1/"]


def test_a_document_is_replaced_by_its_newer_form(library: EmbeddedEngine) -> None:
    with library.writing(wait_s=1) as writer:
        writer.put(lesson("1", "新的题目"))
        writer.remove("lesson", "2")
        writer.remove("lesson", "never there")

    assert ids(library.search(Query(text="延安精神"))) == []
    assert ids(library.search(Query(text="党章"))) == []
    assert ids(library.search(Query(text="新的题目"))) == ["1"]


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
