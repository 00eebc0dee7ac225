"""Names and titles can be typed the way they are pronounced."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.pinyin import initials, readings, splits, syllable_spans, syllable_text


def test_a_title_is_indexed_by_syllables_and_initials() -> None:
    assert syllable_text("六盘山长征景区") == "liu pan shan chang zheng jing qu"
    assert initials("六盘山长征景区") == ("lpsczjq",)


def test_a_short_name_is_indexed_with_every_reading() -> None:
    assert {"shan tian fang", "dan tian fang"} <= set(syllable_text("单田芳").split(" 0 "))


def test_the_likely_reading_stands_first_and_a_short_name_has_them_all() -> None:
    assert readings("曾小明") == (
        ("ceng", "xiao", "ming"),
        ("ceng", "xiao", "meng"),
        ("zeng", "xiao", "ming"),
        ("zeng", "xiao", "meng"),
    )


def test_in_a_long_name_one_character_at_a_time_is_read_otherwise() -> None:
    read = readings("延安精神永放光芒")

    assert read[0] == ("yan", "an", "jing", "shen", "yong", "fang", "guang", "mang")
    assert ("yan", "an", "qing", "shen", "yong", "fang", "guang", "mang") in read
    assert len(read) <= 5


@given(st.text(alphabet="曾朝阳重庆单乐行长和党员教育的了ab1", max_size=30))
def test_every_reading_has_a_syllable_for_each_character_and_none_comes_twice(text: str) -> None:
    found = readings(text)

    lengths = {len(run) for run in re.findall("[\u4e00-\u9fff]+", text)}
    assert {len(reading) for reading in found} == lengths
    assert all(re.fullmatch("[a-z]+", syllable) for reading in found for syllable in reading)


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
