"""Names and titles can be typed the way they are pronounced."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.pinyin import initials, splits, syllable_spans, syllable_text


def test_a_title_is_indexed_by_syllables_and_initials() -> None:
    assert syllable_text("延安精神永放光芒") == "yan an jing shen yong fang guang mang"
    assert initials("延安精神永放光芒") == ("yajsyfgm",)


def test_a_short_name_is_indexed_with_every_reading() -> None:
    assert {"shan tian fang", "dan tian fang"} <= set(syllable_text("单田芳").split(" 0 "))


@pytest.mark.parametrize(
    ("letters", "reading"),
    [
        ("yanan", ("yan", "an")),
        ("xian", ("xi", "an")),
        ("dangyuanjiaoyu", ("dang", "yuan", "jiao", "yu")),
        ("yanj", ("yan", "j")),
        ("lvse", ("lv", "se")),
    ],
)
def test_joined_letters_are_read_as_syllables(letters: str, reading: tuple[str, ...]) -> None:
    assert reading in splits(letters)


@pytest.mark.parametrize("letters", ["", "python", "kubernetes", "党", "a1", "v" * 61])
def test_letters_that_are_no_pinyin_have_no_reading(letters: str) -> None:
    assert splits(letters) == ()


@given(st.text(alphabet="aeioungxyzhcs", max_size=60))
def test_every_reading_joins_to_the_letters_again(letters: str) -> None:
    assert all("".join(reading) == letters for reading in splits(letters))


def test_pronounced_characters_are_found_in_the_text() -> None:
    assert syllable_spans("学习延安精神", "yanan") == [(2, 4)]
    assert syllable_spans("学习延安精神", "yajs") == [(2, 6)]
    assert syllable_spans("学习延安精神", "yanj") == []
