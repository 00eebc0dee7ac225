"""Stretches of a video in seconds: cleaning, joining, bounding by the clock. Pure; no database, no clock of its own."""

import math
from collections.abc import Iterable, Sequence

Segment = tuple[float, float]

MOST_KEPT = 500
PLACES = 3
# The fastest speed that the player offers: in a second of wall time at most so much of a video can have been played.
FASTEST = 2.0
# Two clocks are read with a network between them; half a second never decides about a lesson.
SLACK_S = 0.5
THRESHOLD = 0.9
# Browsers report the place some four times a second, so up to a second at the ends is never reported. It matters for
# clips of a few seconds only, where a tenth of the length is less than that.
UNREPORTED_S = 1.0


def clean(segments: Iterable[Sequence[float]], *, duration_s: float | None) -> list[Segment]:
    """Return the stretches inside the video, in the given order, empty ones dropped.

    Raises ValueError for anything that is no pair of finite numbers with 0 <= from <= to.
    """
    kept = []
    for pair in segments:
        if len(pair) != len(("from", "to")) or not all(math.isfinite(number) for number in pair):
            raise ValueError("a segment is two finite numbers")
        start, end = pair
        if start < 0 or end < start:
            raise ValueError("a segment begins at 0 or later and does not run backwards")
        if duration_s is not None:
            start, end = min(start, duration_s), min(end, duration_s)
        if end > start:
            kept.append((float(start), float(end)))
    return kept


def union(segments: Iterable[Segment]) -> list[Segment]:
    """Return what the stretches cover together: sorted, without overlap, touching ones joined."""
    joined: list[Segment] = []
    for start, end in sorted(segments):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def length(segments: Iterable[Segment]) -> float:
    """Return the seconds of stretches that do not overlap."""
    return math.fsum(end - start for start, end in segments)


def take(segments: Iterable[Segment], allowance_s: float) -> list[Segment]:
    """Return the stretches from the first on until the allowance is used up; the last one may be cut."""
    taken: list[Segment] = []
    left = max(allowance_s, 0.0)
    for start, end in segments:
        if left <= 0:
            break
        stop = min(end, start + left)
        if stop > start:
            taken.append((start, stop))
        left -= end - start
    return taken


def allowance(*, elapsed_s: float, believed_s: float) -> float:
    """Return how many more seconds a session can have played, by the server's clock alone."""
    return max(0.0, elapsed_s * FASTEST + SLACK_S - believed_s)


def keep(segments: Sequence[Segment]) -> list[Segment]:
    """Return a union as it is stored: milliseconds, and at most 500 stretches (the longest; nobody jumps that often)."""
    kept = sorted(sorted(segments, key=lambda one: one[0] - one[1])[:MOST_KEPT])
    return [(round(start, PLACES), round(end, PLACES)) for start, end in kept]


def is_watched(covered_s: float, duration_s: float) -> bool:
    """Return whether nine tenths were played, or all but the second that browsers never report."""
    return duration_s > 0 and covered_s >= max(0.0, min(duration_s * THRESHOLD, duration_s - UNREPORTED_S))
