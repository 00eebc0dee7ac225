"""Free times as every engine keeps them: half-open spans in UTC."""

from collections.abc import Iterable
from datetime import UTC

from search.schema import Span


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same times in UTC and in order: what overlaps or touches joined, empty spans left out."""
    joined: list[Span] = []
    for start, end in sorted((start.astimezone(UTC), end.astimezone(UTC)) for start, end in spans if start < end):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
