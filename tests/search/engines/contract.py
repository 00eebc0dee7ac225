"""What every engine owes to those who ask: the same questions, the same documents, the same order of what is best.

A file of tests for one engine has fixtures `new_shelf` and `library` (of its module; nothing writes to the library) and
classes that inherit `EngineContract` and the others.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.analysis import terms
from search.engines.protocol import Searching
from search.schema import ANONYMOUS, Facet, FacetCount, Query, Result, SearchDoc, Segment, Visibility


class Shelf(Protocol):
    """An index of its own, in whatever engine."""

    engine: Searching

    def fill(self, docs: Iterable[SearchDoc]) -> None:
        """Put documents in; they are found when this returns."""
        ...

    def take_out(self, kind: str, pk: str) -> None:
        """Take a document out; it is not found any more when this returns."""
        ...


NewShelf = Callable[[], Shelf]

# One index serves all examples, and one test every engine.
UNCONCERNED = (HealthCheck.function_scoped_fixture, HealthCheck.differing_executors)
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


def filled(new_shelf: NewShelf, *docs: SearchDoc) -> Searching:
    """Return an engine that holds these documents and no others."""
    shelf = new_shelf()
    shelf.fill(docs)
    return shelf.engine


def ids(result: Result) -> list[str]:
    return [hit.id for hit in result.hits]


class EngineContract:
    @pytest.fixture(scope="class")
    @classmethod
    def changing(cls, new_shelf: NewShelf) -> Shelf:
        """Return an index whose documents come and go."""
        return new_shelf()

    @pytest.fixture
    def ask(self, library: Searching) -> Callable[..., Result]:
        return lambda text, **options: library.search(Query(text=text, **options))

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
        self, ask: Callable[..., Result], text: str, expected: list[str]
    ) -> None:
        result = ask(text)

        assert ids(result) == expected
        assert (result.total, result.total_exact, result.degraded) == (len(expected), True, False)

    def test_one_character_finds_every_place_where_it_stands(self, ask: Callable[..., Result]) -> None:
        assert sorted(ids(ask("党"))) == ["1", "2", "4"]
        assert sorted(ids(ask("课"))) == ["3", "4"]

    def test_a_sentence_finds_what_some_of_its_words_say(self, ask: Callable[..., Result]) -> None:
        result = ask("怎样才能学习延安的精神")

        assert ids(result)[0] == "1"
        assert result.relaxed == "any"

    @pytest.mark.parametrize(("text", "relaxed"), [("延安精神", None), ("yanan", "pinyin"), ("没有这个词", None)])
    def test_the_answer_says_how_wide_the_net_was(
        self, ask: Callable[..., Result], text: str, relaxed: str | None
    ) -> None:
        assert ask(text).relaxed == relaxed

    @pytest.mark.parametrize(
        ("text", "meant"),
        [("yanan", "延安"), ("yan an", "延安"), ("sanhuiyike", "三会一课"), ("python", None), ("延安", None)],
    )
    def test_pinyin_is_answered_with_the_characters_it_stands_for(
        self, ask: Callable[..., Result], text: str, meant: str | None
    ) -> None:
        assert ask(text).suggestion == meant

    def test_the_same_title_comes_first(self, ask: Callable[..., Result]) -> None:
        assert ids(ask("曾小明")) == ["9", "3"]
        assert ids(ask("学习方法谈")) == ["5"]

    def test_a_hit_carries_what_a_card_shows(self, ask: Callable[..., Result]) -> None:
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
    def test_whatever_is_typed_is_data(self, library: Searching, text: str) -> None:
        plain = " ".join(terms(text).runs)
        found = library.search(Query(text=text, page_size=100))
        filtered = library.search(Query(text=text, facets=("topic",), filters={"topic": (text,)}, kinds=(text,)))

        assert ids(found) == (ids(library.search(Query(text=plain, page_size=100))) if plain else [])
        assert (filtered.hits, filtered.total) == ((), 0)
        assert [each.count for each in filtered.facets["topic"]] == ([0] if plain else [])
        assert library.suggest(text, ANONYMOUS, limit=6) == library.suggest(plain, ANONYMOUS, limit=6)

    def test_what_looks_like_a_language_of_questions_is_read_as_words(self, ask: Callable[..., Result]) -> None:
        assert ids(ask("-党章")) == ids(ask("党章")) == ["2"]
        assert ids(ask('党章"')) == ["2"]
        assert ids(ask("NEAR(党章 学习)")) == ids(ask("near 党章 学习"))
        assert ids(ask("title:党章 OR 延安")) == ids(ask("title 党章 or 延安"))

    @given(text=st.text(), page=st.integers(-(10**30), 10**30), size=st.integers(-5, 10**30), sort=st.text())
    @settings(max_examples=60, suppress_health_check=UNCONCERNED, deadline=None)
    def test_no_question_raises(self, library: Searching, text: str, page: int, size: int, sort: str) -> None:
        result = library.search(Query(text=text, page=page, page_size=size, sort=sort, facets=(text, "kind")))

        assert len(result.hits) <= min(100, result.total)

    @given(
        title=st.text(alphabet="党員员网絡一课，。 aBc１2\u200b《》", min_size=2, max_size=24),
        body=st.text(alphabet="学習习井冈山的、！ xyZ9０\n", min_size=2, max_size=60),
        data=st.data(),
    )
    @settings(max_examples=60, suppress_health_check=UNCONCERNED, deadline=None)
    @pytest.mark.long
    def test_every_piece_of_two_characters_or_more_is_found(
        self, changing: Shelf, title: str, body: str, data: st.DataObject
    ) -> None:
        changing.fill([lesson("piece", title, body)])
        source = data.draw(st.sampled_from([title, body]))
        start = data.draw(st.integers(0, len(source) - 2))
        piece = source[start : data.draw(st.integers(start + 2, len(source)))]

        if terms(piece).runs:
            assert "piece" in ids(changing.engine.search(Query(text=piece, page_size=100)))

    def test_what_ends_leaves_hits_counts_and_completions_at_that_instant(self, new_shelf: NewShelf) -> None:
        now = datetime.now(UTC)
        engine = filled(
            new_shelf,
            lesson("1", "停电检修通知", ends_at=now - timedelta(seconds=1)),
            lesson("2", "停电检修安排", ends_at=now + timedelta(days=1)),
            lesson("3", "停电检修常识"),
        )

        found = engine.search(Query(text="停电检修", facets=("kind",)))
        completed = [item.text for group in engine.suggest("停电", ANONYMOUS, limit=6) for item in group.items]

        assert (sorted(ids(found)), found.total, found.facets["kind"][0].count) == (["2", "3"], 2, 2)
        assert sorted(completed) == ["停电检修安排", "停电检修常识"]

    def test_filters_are_alternatives_within_a_field_and_all_hold_across_fields(
        self, ask: Callable[..., Result]
    ) -> None:
        assert sorted(ids(ask("", filters={"topic": ("history",)}))) == ["1", "3"]
        assert sorted(ids(ask("", filters={"topic": ("history", "theory")}))) == ["1", "2", "3"]
        assert ids(ask("", filters={"topic": ("history",)}, kinds=("lecturer",))) == []
        assert ids(ask("曾小明", kinds=("lecturer",))) == ["9"]

    def test_a_chosen_value_still_shows_its_siblings(self, ask: Callable[..., Result]) -> None:
        result = ask("", filters={"topic": ("history",), "kind": ("lesson",)}, facets=("topic", "kind"))

        assert result.total == 2
        assert result.facets == {
            "topic": (
                FacetCount("history", "党史", 2, selected=True),
                FacetCount("theory", "理论", 2, selected=False),
            ),
            "kind": (FacetCount("lesson", "lesson", 2, selected=True),),
        }

    def test_a_chosen_value_without_hits_stays_to_be_taken_back(self, ask: Callable[..., Result]) -> None:
        result = ask("学习方法谈", filters={"topic": ("history",)}, facets=("topic",))

        assert result.facets["topic"] == (FacetCount("history", "history", 0, selected=True),)

    def test_newest_first_puts_undated_documents_last(self, ask: Callable[..., Result]) -> None:
        assert ids(ask("学习", sort="newest")) == ["5", "2"]

    def test_pages_follow_each_other_without_gap_or_double(self, new_shelf: NewShelf) -> None:
        engine = filled(new_shelf, *(lesson(str(n), f"党课第{n}讲") for n in range(250)))

        for sort in ("relevance", "newest"):
            pages = [engine.search(Query(text="党课", page=page, page_size=40, sort=sort)) for page in range(1, 9)]
            found = [pk for page in pages for pk in ids(page)]
            assert sorted(found, key=int) == [str(n) for n in range(250)]
            assert [len(page.hits) for page in pages] == [40, 40, 40, 40, 40, 40, 10, 0]
            assert {page.total for page in pages} == {250}

    def test_suggestions_complete_titles_and_names(self, library: Searching) -> None:
        def texts(typed: str) -> dict[str, list[str]]:
            return {
                group.kind: [item.text for item in group.items] for group in library.suggest(typed, ANONYMOUS, limit=6)
            }

        assert texts("延") == {"lesson": ["延安精神永放光芒"]}
        assert texts("三会") == {"lesson": ["三会一课怎么开"]}
        assert texts("曾") == {"lecturer": ["曾小明"], "people": ["曾小明"]}
        assert texts("zengx") == {"lecturer": ["曾小明"], "people": ["曾小明"]}
        assert texts("红军") == {}

    def test_what_begins_with_the_text_is_suggested_first(self, new_shelf: NewShelf) -> None:
        docs = (lesson("1", "怎样上党课"), lesson("2", "党课怎样上得生动活泼又有内容"))
        engine = filled(new_shelf, *docs)

        [group] = engine.suggest("党课", ANONYMOUS, limit=6)

        assert [item.url for item in group.items] == ["/lessons/2/", "/lessons/1/"]

    def test_a_document_is_replaced_by_its_newer_form_and_taken_out(self, new_shelf: NewShelf) -> None:
        shelf = new_shelf()
        shelf.fill(LIBRARY)

        shelf.fill([lesson("1", "新的题目")])
        shelf.take_out("lesson", "2")
        shelf.take_out("lesson", "never there")

        assert ids(shelf.engine.search(Query(text="延安精神"))) == []
        assert ids(shelf.engine.search(Query(text="党章"))) == []
        assert ids(shelf.engine.search(Query(text="新的题目"))) == ["1"]
