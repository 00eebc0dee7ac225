import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.lessons.cue_lines import (
    BREAK,
    TimedLine,
    TooManyLines,
    UnreadableLine,
    format_lines,
    is_file,
    parse_lines,
)


def test_lines_with_begin_and_end_are_taken_as_typed() -> None:
    assert parse_lines("03:12.0-03:16.5 隐患要写到架号\n1:02:03 --> 1:02:05,5 完") == [
        TimedLine(192.0, 196.5, "隐患要写到架号"),
        TimedLine(3723.0, 3725.5, "完"),
    ]


def test_typed_words_lose_the_signs_that_steer_text_and_nothing_else() -> None:
    assert parse_lines("00:01-00:02 左\u202e右 <b>&amp; cafe\u0301\n\u202e\n00:02-00:03 " + "长" * 1000) == [
        TimedLine(1.0, 2.0, "左右 <b>&amp; caf\xe9"),
        TimedLine(2.0, 3.0, "长" * 1000),
    ]


def test_a_line_without_an_end_lasts_until_the_next() -> None:
    assert parse_lines("[00:01] 一\n00:03 二") == [TimedLine(1.0, 3.0, "一"), TimedLine(3.0, 7.0, "二")]


def test_lines_without_any_time_are_spread_over_the_video() -> None:
    assert parse_lines("一二\n三四", duration_s=10.0) == [TimedLine(0.0, 5.0, "一二"), TimedLine(5.0, 10.0, "三四")]


@pytest.mark.parametrize(
    ("text", "number", "code"),
    [
        ("00:01 好\n没有", 2, "time"),
        ("00:05-00:01 反", 1, "backwards"),
        ("00:01 一\n\n00:05-00:05 无", 3, "backwards"),
        ("00:05 一\n00:01 二", 1, "order"),
        ("23:59:00-24:00:00 末\n24:00:00-24:00:01 过", 2, "late"),
        ("99:999:00 过", 1, "late"),
        ("00:01 好\n00:02 " + "长" * 1001, 2, "long"),
        ("短\n" + "长" * 1001, 2, "long"),
    ],
)
def test_a_line_that_cannot_be_understood_is_named_with_the_reason(text: str, number: int, code: str) -> None:
    with pytest.raises(UnreadableLine) as caught:
        parse_lines(text)
    assert (caught.value.number, caught.value.code) == (number, code)


@pytest.mark.parametrize(
    ("text", "whole_file"),
    [
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n一", True),
        ("1\n00:00:01,000 --> 00:00:02,000\n一", True),
        ("00:01 --> 00:02 一\n00:02 --> 00:03 二", False),
        ("00:01.0-00:02.0 箭头 --> 向右\n00:02.0-00:03.0 二", False),
        ("00:01 --> 00:02 一", False),
        ("一\n二", False),
    ],
)
def test_a_pasted_file_is_told_from_lines_with_arrows_in_them(text: str, *, whole_file: bool) -> None:
    assert is_file(text) is whole_file


def test_more_lines_than_are_kept_are_refused_and_none_is_dropped() -> None:
    assert len(parse_lines("一\n" * 3000, duration_s=3000.0)) == 3000
    with pytest.raises(TooManyLines) as caught:
        parse_lines("一\n" * 3001, duration_s=3000.0)
    assert caught.value.count == 3001


@given(st.text(max_size=400))
def test_no_typed_text_falls_over(text: str) -> None:
    try:
        cues = parse_lines(text, duration_s=60.0)
    except UnreadableLine:
        return
    assert all(cue.start < cue.end for cue in cues)


WORDS = st.text("字幕ab　<-", min_size=1, max_size=9).map(lambda text: text.strip()).filter(bool)


@given(st.lists(st.tuples(st.integers(1, 9_000_000), st.lists(WORDS, min_size=1, max_size=3)), max_size=20))
def test_what_is_shown_for_editing_reads_back_as_it_was(parts: list[tuple[int, list[str]]]) -> None:
    at, cues = 0, []
    for length, lines in parts:
        cues.append({"start": at / 1000, "end": (at + length) / 1000, "text": "\n".join(lines)})
        at += length
    again = parse_lines(format_lines(cues))
    assert [{"start": round(c.start, 3), "end": round(c.end, 3), "text": c.text} for c in again] == cues


def test_a_caption_of_two_lines_stands_on_one_with_a_sign_between_them() -> None:
    cue = {"start": 62.125, "end": 3723.5, "text": "先看杆基\n再抬头"}
    assert format_lines([cue]) == f"01:02.125-1:02:03.5 先看杆基{BREAK}再抬头"
    assert parse_lines("00:01-00:02 先看杆基 ⏎ ⏎ 再抬头⏎") == [TimedLine(1.0, 2.0, "先看杆基\n再抬头")]
