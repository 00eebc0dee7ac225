"""Free times are kept in UTC, in order, joined; and a document with the same times has the same fingerprint."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from search.encoding import decode, digest, encode
from search.free import merged
from search.schema import SearchDoc, Span

START = datetime(2026, 12, 2, 16, tzinfo=UTC)
CHINA = timezone(timedelta(hours=8))
DOC = SearchDoc(kind="lecturer", pk="1", title="周砚秋", url="/lecturers/1/")


def span(first: int, last: int, zone: timezone = UTC) -> Span:
    return (START + timedelta(minutes=first)).astimezone(zone), (START + timedelta(minutes=last)).astimezone(zone)


SPANS = st.lists(
    st.builds(
        lambda first, length, zone: (first, first + length, zone),
        st.integers(0, 120),
        st.integers(-3, 40),
        st.sampled_from([UTC, CHINA]),
    )
)


@given(SPANS)
def test_the_same_minutes_are_free_and_no_two_spans_touch(given: list[tuple[int, int, timezone]]) -> None:
    found = merged(span(*each) for each in given)

    minutes = {minute for first, last, _zone in given for minute in range(first, last)}
    free = [((start - START) // timedelta(minutes=1), (end - START) // timedelta(minutes=1)) for start, end in found]
    assert {minute for first, last in free for minute in range(first, last)} == minutes
    assert all(first < last for first, last in free)
    assert all(last < first for (_first, last), (first, _last) in pairwise(free))
    assert all(moment.tzinfo is UTC for one in found for moment in one)


@given(SPANS)
def test_a_document_comes_back_with_the_same_free_times(given: list[tuple[int, int, timezone]]) -> None:
    doc = replace(DOC, free=tuple(span(*each) for each in given))

    assert decode(encode(doc)) == replace(DOC, free=merged(doc.free))


def test_the_fingerprint_tells_other_times_and_not_another_way_to_write_them() -> None:
    def print_of(*spans: Span) -> str:
        return digest(encode(replace(DOC, free=spans)))

    assert print_of(span(0, 60), span(90, 120)) == print_of(span(90, 120, CHINA), span(0, 30), span(30, 60, CHINA))
    assert print_of(span(0, 60)) != print_of(span(0, 61))
    assert print_of() == print_of(span(60, 60))


def test_what_was_kept_before_there_were_free_times_can_still_be_read() -> None:
    before = encode(DOC).replace('"free": [], ', "")

    assert "free" not in before
    assert decode(before) == DOC
