from hypothesis import given
from hypothesis import strategies as st

from cms.lessons.option_lines import MARKS, format_options, parse_options

# One line without blanks around it, as the forms store it; often with marks and backslashes in front.
BEGINNINGS = st.text(alphabet=MARKS + "\\ ", max_size=4)
OPTIONS = st.tuples(BEGINNINGS, st.text(st.characters(exclude_characters="\r\n", codec="utf-8"), max_size=20)).map(
    lambda parts: "".join(parts).strip()
)


@given(st.data(), st.lists(OPTIONS.filter(bool), max_size=8), st.sampled_from(["\n", "\r\n", "\r"]))
def test_every_option_comes_back_as_it_was_stored(data: st.DataObject, options: list[str], line_end: str) -> None:
    answer = sorted(data.draw(st.sets(st.sampled_from(range(len(options)))))) if options else []
    assert parse_options(format_options(options, answer).replace("\n", line_end)) == (options, answer)


def test_an_option_that_begins_with_a_mark_is_read_as_words() -> None:
    assert format_options(["* 号标志", "杆基"], [1]) == "\\* 号标志\n* 杆基"
    assert parse_options("\\* 号标志\n* 杆基") == (["* 号标志", "杆基"], [1])


def test_marks_of_other_keyboards_count_and_empty_lines_do_not() -> None:
    assert parse_options("＊杆基\n\n导线\n✓ 金具\n*\n") == (["杆基", "导线", "金具"], [0, 2])


@given(st.text(max_size=200))
def test_no_typed_text_falls_over(text: str) -> None:
    options, answer = parse_options(text)
    assert all(0 <= place < len(options) for place in answer)
    assert parse_options(format_options(options, answer)) == (options, answer)
