"""What every engine does when a question is worded otherwise: mistyped, in pinyin, with another word for the same."""

from dataclasses import replace

import pytest

from search.engines.protocol import Searching
from search.schema import Query, Viewer, Visibility
from search.synonyms import own_synonyms
from search.vocabulary import vocabulary
from tests.search.engines.contract import NewShelf, filled, ids, lesson

MEMBER = Viewer(authenticated=True, organisation_paths=("00010002",))
OWN = (
    lesson("1", "建设美丽家园"),
    lesson("2", "谈廉政建设"),
    lesson("3", "周密部署", "小结。"),
    lesson("4", "齐心协力", visibility=Visibility(organisations=("0001",))),
    lesson("5", "雪线二十米"),
    lesson("6", "学习二十大"),
    lesson("7", "周末活动安排好"),
    lesson("8", "毛泽东在西安"),
)


class WordingContract:
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

    def test_a_stray_hit_of_the_letters_does_not_hide_what_is_pronounced_so(self, new_shelf: NewShelf) -> None:
        stray = lesson("2", "通讯录", "联系 yanan@example.org")
        engine = filled(new_shelf, lesson("1", "延安精神"), stray, lesson("3", "井冈山"))

        result = engine.search(Query(text="yanan"))

        assert (sorted(ids(result)), result.relaxed) == (["1", "2"], "pinyin")

    def test_it_stands_beside_what_some_of_the_words_found(self, engine: Searching) -> None:
        result = engine.search(Query(text="廉正建设"))

        assert (sorted(ids(result)), result.relaxed, result.suggestion) == (["1", "2"], "any", "廉政建设")
        assert engine.search(Query(text="周秘部署")).suggestion == "周密部署"

    def test_where_nothing_has_the_words_what_was_meant_is_shown_and_said(self, library: Searching) -> None:
        result, meant = library.search(Query(text="井岗山")), library.search(Query(text="井冈山"))

        assert (result.relaxed, result.suggestion, result.total) == ("meant", "井冈山", meant.total)
        assert result.hits == meant.hits
        assert "<mark>井冈山</mark>" in result.hits[0].title_html
        typed = library.search(Query(text="井岗山", as_typed=True))
        assert (typed.total, typed.relaxed, typed.suggestion) == (0, None, "井冈山")
        assert library.search(Query(text="井岗山", count_only=True)).total == 0

    def test_later_pages_of_what_was_meant_go_on_with_it(self, new_shelf: NewShelf) -> None:
        engine = filled(new_shelf, *(lesson(str(number), f"井冈山{number}") for number in range(3)))
        pages = [engine.search(Query(text="井岗山", page=page, page_size=2)) for page in (1, 2)]

        assert [(len(page.hits), page.total, page.relaxed) for page in pages] == [(2, 3, "meant"), (1, 3, "meant")]

    def test_a_filter_that_hides_the_words_does_not_make_them_a_mistake(self, new_shelf: NewShelf) -> None:
        course = replace(lesson("2", "井冈山的路"), kind="course")
        query = Query(text="井岗山", kinds=("course",))

        assert filled(new_shelf, lesson("1", "井岗山地名"), course).search(query).total == 0
        shown = filled(new_shelf, lesson("1", "地名"), course).search(query)
        assert (ids(shown), shown.relaxed) == (["2"], "meant")

    def test_the_filters_hold_for_it_and_the_order_does_not_matter(self, engine: Searching) -> None:
        assert engine.search(Query(text="廉正建设", kinds=("course",))).suggestion is None
        assert engine.search(Query(text="廉正建设", sort="newest")).suggestion == "廉政建设"

    def test_it_is_told_with_the_first_page_of_either_order(self, engine: Searching) -> None:
        for sort in ("relevance", "newest"):
            pages = [engine.search(Query(text="周未活动安排好", sort=sort, page=page)).suggestion for page in (1, 2)]
            assert pages == ["周末活动安排好", None]

    def test_a_word_of_the_field_goes_before_a_title_that_is_nearly_the_same(self, engine: Searching) -> None:
        assert engine.search(Query(text="二十答")).suggestion == "二十大"
        assert engine.search(Query(text="二十答", kinds=("course",))).suggestion is None

    def test_what_pinyin_stands_for_is_offered_as_the_words_it_is(self, engine: Searching) -> None:
        assert engine.search(Query(text="maozedong xian")).suggestion == "毛泽东 西安"
        assert engine.search(Query(text="xian maozedong")).suggestion == "西安 毛泽东"

    def test_of_words_with_the_same_initials_one_is_offered_that_finds_something(self, new_shelf: NewShelf) -> None:
        engine = filled(new_shelf, lesson("1", "制度", "加强组织建设。"))

        assert vocabulary().sounding("zzjs") == ("政治建设", "组织建设")
        assert engine.search(Query(text="zzjs")).suggestion == "组织建设"

    def test_the_number_alone_is_the_number_of_the_whole_answer(self, engine: Searching) -> None:
        for text in ("廉正建设", "周密", "xian", ""):
            whole = engine.search(Query(text=text, facets=("kind",)))
            number = engine.search(Query(text=text, facets=("kind",), count_only=True))
            assert (number.total, number.total_exact, number.relaxed) == (whole.total, True, whole.relaxed)
            assert (number.hits, number.facets, number.suggestion) == ((), whole.facets, None)

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

    def test_a_sentence_tells_which_word_was_looked_for_too_and_finds_it(self, new_shelf: NewShelf) -> None:
        engine = filled(new_shelf, lesson("1", "批评与自我批评", "支部组织生活会上怎样发言。"), lesson("2", "好茶"))

        found = engine.search(Query(text="党员如何过好组织生活会", synonyms=own_synonyms()))

        assert (ids(found), found.expanded) == (["1"], ("支部组织生活会",))
