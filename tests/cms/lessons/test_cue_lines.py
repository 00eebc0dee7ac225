import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.lessons.cue_lines import TimedLine, TooManyLines, UnreadableLine, format_lines, parse_lines


def test_lines_with_begin_and_end_are_taken_as_typed() -> None:
    assert parse_lines("03:12.0-03:16.5 隐患要写到架号\n1:02:03 --> 1:02:05,5 完") == [
        TimedLine(192.0, 196.5, "隐患要写到架号"),
        TimedLine(3723.0, 3725.5, "完"),
    ]


def test_a_line_without_an_end_lasts_until_the_next() -> None:
    assert parse_lines("[00:01] 一\n00:03 二") == [TimedLine(1.0, 3.0, "一"), TimedLine(3.0, 7.0, "二")]


def test_lines_without_any_time_are_spread_over_the_video() -> None:
    assert parse_lines("一二\n三四", duration_s=10.0) == [TimedLine(0.0, 5.0, "一二"), TimedLine(5.0, 10.0, "三四")]


@pytest.mark.parametrize(("text", "number"), [("00:01 好\n没有", 2), ("00:05-00:01 反", 1), ("00:05 一\n00:01 二", 1)])
def test_a_line_that_cannot_be_understood_is_named(text: str, number: int) -> None:
    with pytest.raises(UnreadableLine) as caught:
        parse_lines(text)
    assert caught.value.number == number


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


@given(st.lists(st.tuples(st.integers(1, 50), st.text("字幕ab", min_size=1, max_size=9)), max_size=20))
def test_what_is_shown_for_editing_reads_back_as_it_was(parts: list[tuple[int, str]]) -> None:
    at, cues = 0.0, []
    for length, text in parts:
        cues.append({"start": at, "end": at + length / 10, "text": text})
        at = round(at + length / 10, 1)
    again = parse_lines(format_lines(cues))
    assert [cue.text for cue in again] == [cue["text"] for cue in cues]
