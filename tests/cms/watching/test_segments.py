import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.watching.segments import (
    MOST_KEPT,
    SLACK_S,
    Segment,
    allowance,
    clean,
    is_watched,
    keep,
    length,
    take,
    union,
)

SECOND = st.floats(0, 4000, allow_nan=False)
STRETCH = st.tuples(SECOND, SECOND).map(lambda pair: (min(pair), max(pair)))
STRETCHES = st.lists(STRETCH, max_size=40)


def covers(segments: list[Segment], moment: float) -> bool:
    return any(start <= moment <= end for start, end in segments)


@given(STRETCHES, SECOND)
def test_the_union_covers_exactly_what_some_stretch_covers(segments: list[Segment], moment: float) -> None:
    assert covers(union(segments), moment) == covers(segments, moment)


@given(STRETCHES)
def test_the_union_is_sorted_and_has_no_overlap(segments: list[Segment]) -> None:
    joined = union(segments)
    assert all(one[1] < other[0] for one, other in itertools.pairwise(joined))


@given(STRETCHES, STRETCHES)
@pytest.mark.long
def test_replaying_changes_nothing_and_the_order_of_arrival_does_not_matter(
    one: list[Segment], other: list[Segment]
) -> None:
    assert union([*union(one), *one]) == union(one)
    assert union([*union(one), *other]) == union([*union(other), *one]) == union([*one, *other])


@given(STRETCHES, st.floats(-10, 5000, allow_nan=False))
def test_no_more_is_taken_than_allowed_and_nothing_that_was_not_claimed(
    segments: list[Segment], allowed: float
) -> None:
    taken = take(segments, allowed)
    assert length(taken) <= max(allowed, 0) + 1e-6
    assert all(any(start <= a and b <= end for start, end in segments) for a, b in taken)


@given(STRETCHES)
def test_enough_allowance_takes_everything(segments: list[Segment]) -> None:
    assert union(take(segments, math.inf)) == union([one for one in segments if one[1] > one[0]])


@given(st.lists(st.tuples(st.floats(0, 60, allow_nan=False), STRETCHES), max_size=20))
@pytest.mark.long
def test_a_session_never_earns_more_than_twice_its_wall_time(beats: list[tuple[float, list[Segment]]]) -> None:
    elapsed = believed = 0.0
    for seconds, segments in beats:
        elapsed += seconds
        believed += length(take(segments, allowance(elapsed_s=elapsed, believed_s=believed)))
        assert believed <= elapsed * 2 + SLACK_S + 1e-6


@given(STRETCHES)
def test_what_is_kept_is_never_more_than_the_union_and_is_bounded(segments: list[Segment]) -> None:
    joined = union(segments)
    assert length(keep(joined)) <= length(joined) + len(joined) * 0.001


def test_of_too_many_stretches_the_longest_are_kept() -> None:
    kept = keep([(float(n), n + 0.5) for n in range(0, 2000, 2)] + [(5000.0, 5100.0)])
    assert (len(kept), kept[-1]) == (MOST_KEPT, (5000.0, 5100.0))


def test_stretches_are_cut_to_the_video_and_empty_ones_dropped() -> None:
    assert clean([[90, 130], [5, 5], [120, 130], [0, 10]], duration_s=100) == [(90, 100), (0, 10)]
    assert clean([[90, 130]], duration_s=None) == [(90, 130)]


@pytest.mark.parametrize("segment", [[-1, 2], [3, 2], [math.nan, 2], [0, math.inf], [1], [1, 2, 3], []])
def test_stretches_that_cannot_be_are_refused(segment: list[float]) -> None:
    with pytest.raises(ValueError, match="segment"):
        clean([segment], duration_s=100)


@pytest.mark.parametrize(
    ("covered", "duration", "watched"),
    [(90, 100, True), (89.9, 100, False), (5, 6, True), (4.9, 6, False), (0, 0, False), (540, 600, True)],
)
def test_nine_tenths_or_all_but_the_unreported_second_is_watched(
    covered: float, duration: float, *, watched: bool
) -> None:
    assert is_watched(covered, duration) is watched
