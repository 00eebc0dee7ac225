"""Characters that are taken for each other, by ear or by eye."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.likeness import alike
from search.word_lists import own_text, written_words

SOME = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5) | st.sampled_from("己已巳政正a1")


@pytest.mark.parametrize(
    ("one", "other"),
    [("政", "正"), ("师", "思"), ("晨", "城"), ("年", "连"), ("心", "星"), ("己", "已"), ("未", "末"), ("a", "a")],
)
def test_what_sounds_or_looks_the_same_is_alike(one: str, other: str) -> None:
    assert alike(one, other)


@pytest.mark.parametrize(("one", "other"), [("团", "党"), ("村", "民"), ("答", "米"), ("a", "b"), ("党", "a")])
def test_what_neither_sounds_nor_looks_the_same_is_not(one: str, other: str) -> None:
    assert not alike(one, other)


@given(SOME, SOME)
def test_likeness_goes_both_ways_and_everything_is_like_itself(one: str, other: str) -> None:
    assert alike(one, other) == alike(other, one)
    assert alike(one, one)


def test_our_shapes_are_groups_of_single_characters() -> None:
    groups = [*written_words(own_text("shapes.txt"))]

    assert min(map(len, groups)) > 1
    assert [group for group in groups if len(set(group)) < len(group)] == []
