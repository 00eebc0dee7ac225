"""What every engine does when a question is worded otherwise: mistyped, in pinyin, with another word for the same."""

import pytest

from search.engines.protocol import Searching
from search.schema import Query, Viewer, Visibility
from tests.search.engines.contract import LIBRARY, NewShelf, filled, ids, lesson

MEMBER = Viewer(authenticated=True, organisation_paths=("00010002",))
OWN = (
    lesson("1", "建设美丽家园"),
    lesson("2", "谈廉政建设"),
    lesson("3", "周密部署", "小结。"),
    lesson("4", "齐心协力", visibility=Visibility(organisations=("0001",))),
)


class WordingContract:
    @pytest.fixture(scope="class")
    @classmethod
    def library(cls, new_shelf: NewShelf) -> Searching:
        return filled(new_shelf, *LIBRARY)

    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls, new_shelf: NewShelf) -> Searching:
        return filled(new_shelf, *OWN)

    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            ("井岗山", "井冈山"),
            ("井山冈", "井冈山"),
            ("三一会课", "三会一课"),
            ("三会一科怎么开", "三会一课怎么开"),
            ("曾晓明", "曾小明"),
            ("曾小名 井岗山", "曾小明 井冈山"),
            ("曾小名 延按精神", None),
            ("党张", "党章"),
            ("廉正建设", None),
            ("pyhton3", "python3"),
            ("没有这个词", None),
            ("三会一课", None),
            ("怎样才能学习延安的精神", None),
        ],
    )
    def test_a_correction_is_offered_when_it_finds_something(
        self, library: Searching, text: str, meant: str | None
    ) -> None:
        assert library.search(Query(text=text)).suggestion == meant

    def test_a_word_of_the_field_is_found_by_pinyin_in_whatever_text_it_stands(self, library: Searching) -> None:
        result = library.search(Query(text="san hui yi ke"))

        assert (sorted(ids(result)), result.relaxed, result.suggestion) == (["3", "4"], "pinyin", "三会一课")
        assert [hit.found_at_s for hit in result.hits if hit.id == "3"] == [12.5]

    def test_it_stands_beside_what_some_of_the_words_found(self, engine: Searching) -> None:
        result = engine.search(Query(text="廉正建设"))

        assert (sorted(ids(result)), result.relaxed, result.suggestion) == (["1", "2"], "any", "廉政建设")
        assert engine.search(Query(text="周秘部署")).suggestion == "周密部署"

    def test_the_filters_hold_for_it_and_the_order_does_not_matter(self, engine: Searching) -> None:
        assert engine.search(Query(text="廉正建设", kinds=("course",))).suggestion is None
        assert engine.search(Query(text="廉正建设", sort="newest")).suggestion == "廉政建设"

    def test_it_tells_nothing_of_what_the_viewer_may_not_find(self, engine: Searching) -> None:
        assert engine.search(Query(text="齐新协力")).suggestion is None
        assert engine.search(Query(text="齐新协力", viewer=MEMBER)).suggestion == "齐心协力"

    def test_another_word_for_the_same_is_found_too_and_marked(self, new_shelf: NewShelf) -> None:
        engine = filled(
            new_shelf,
            lesson("1", "学习二十大", "怎样学。"),
            lesson("2", "报告摘录", "中国共产党第二十次全国代表大会的报告。"),
            lesson("3", "第二次大会"),
        )
        synonyms = {"二十大": ("中国共产党第二十次全国代表大会",)}

        found = engine.search(Query(text="二十大", synonyms=synonyms))

        assert (ids(found), found.total, found.relaxed) == (["1", "2"], 2, None)
        assert found.expanded == ("中国共产党第二十次全国代表大会",)
        assert found.hits[1].snippet_html == "<mark>中国共产党第二十次全国代表大会</mark>的报告。"
        assert ids(engine.search(Query(text="二十大"))) == ["1"]
        assert ids(engine.search(Query(text="二十大报告", synonyms=synonyms)))[0] == "2"
