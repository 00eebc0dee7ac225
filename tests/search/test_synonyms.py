"""What means the same is looked for too: one word replaced at a time, never one upon another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import fold, terms
from search.synonyms import SynonymGroup, alternatives, expanded, of, own_synonyms, read_groups
from search.word_lists import own_text

CONGRESS = "中国共产党第二十次全国代表大会"
KNOWN = alternatives(
    [
        SynonymGroup(("二十大", CONGRESS)),
        SynonymGroup(("党课", "微党课"), one_way=True),
        SynonymGroup(("AI", "人工智能")),
        SynonymGroup(("報告", "讲话")),
    ]
)
WORDS = st.text("党课员二十大a", min_size=1, max_size=3)
GROUPS = st.lists(
    st.builds(
        lambda words, one_way: SynonymGroup(tuple(words), one_way=one_way),
        st.lists(WORDS, min_size=2, max_size=4, unique=True),
        st.booleans(),
    ),
    max_size=4,
)


@pytest.mark.parametrize(
    ("run", "ways"),
    [
        ("二十大", (CONGRESS,)),
        (CONGRESS, ("二十大",)),
        ("二十大报告", (f"{CONGRESS}报告", "二十大讲话")),
        ("上党课", ("上微党课",)),
        ("微党课", ()),
        ("ai课程", ("人工智能课程",)),
        ("人工智能", ("ai",)),
        ("rain", ()),
        ("air", ()),
        ("天气", ()),
        ("", ()),
    ],
)
def test_one_word_of_a_run_is_replaced_the_longest_first(run: str, ways: tuple[str, ...]) -> None:
    assert tuple(of(run, KNOWN)) == ways


def test_each_way_tells_which_word_was_put_in() -> None:
    assert of("二十大报告", KNOWN) == {f"{CONGRESS}报告": CONGRESS, "二十大讲话": "讲话"}


def test_one_way_groups_lead_from_the_first_word_to_all_others() -> None:
    known = alternatives([SynonymGroup(("四风", "形式主义", "官僚主义"), one_way=True)])

    assert known == {"四风": ("形式主义", "官僚主义")}


def test_words_that_are_no_single_run_are_left_out() -> None:
    known = alternatives(
        [
            SynonymGroup(("党课", "a b", "课，堂", "", "党" * 33, "课堂")),
            SynonymGroup(("a b", "党员", "同志"), one_way=True),
            SynonymGroup(("黨章", "党章")),
        ]
    )

    assert known == {"党课": ("课堂",), "课堂": ("党课",)}


@given(GROUPS, st.text("党课员二十大a", max_size=12))
def test_every_way_differs_from_the_run_in_one_known_word(groups: list[SynonymGroup], run: str) -> None:
    known = alternatives(groups)

    ways = of(run, known)

    assert len(ways) == len(set(ways)) <= 8
    for way in ways:
        assert way != run
        assert any(
            run[:start] + other + run[end:] == way
            for start in range(len(run))
            for end in range(start + 1, len(run) + 1)
            for other in known.get(run[start:end], ())
        )


@given(GROUPS)
def test_whoever_means_the_same_both_ways_is_found_both_ways(groups: list[SynonymGroup]) -> None:
    both = alternatives([group for group in groups if not group.one_way])

    assert all(word in both[other] for word, others in both.items() for other in others)


def test_a_question_is_expanded_run_by_run_and_untouched_where_nothing_is_known() -> None:
    asked = expanded(terms("二十大报告 党课 天气"), KNOWN)

    assert asked.alternatives == {"二十大报告": (f"{CONGRESS}报告", "二十大讲话"), "党课": ("微党课",)}
    assert asked.synonyms == (CONGRESS, "讲话", "微党课")
    assert expanded(terms("天气"), KNOWN) == terms("天气")
    assert expanded(terms("二十大"), {}) == terms("二十大")


def test_lists_are_read_line_by_line() -> None:
    text = "# a remark\n二十大 = 党的二十大 # another\n四风 > 形式主义 > 官僚主义\n\n党课\n= 党课\n"

    assert list(read_groups(text)) == [
        SynonymGroup(("二十大", "党的二十大")),
        SynonymGroup(("四风", "形式主义", "官僚主义"), one_way=True),
    ]


def test_our_groups_are_of_folded_words_and_share_none() -> None:
    groups = list(read_groups(own_text("synonyms.txt")))
    words = [word for group in groups for word in group.words]

    assert [word for word in words if fold(word) != word] == []
    assert sorted(words) == sorted(set(words))
    assert 40 <= len(groups) <= 60
    assert {word for group in groups for word in group.words if not group.one_way} <= set(own_synonyms())
