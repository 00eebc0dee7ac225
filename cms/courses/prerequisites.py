"""Which course needs which others first, and whether that ever comes back to itself (pure)."""

from collections import deque
from collections.abc import Collection, Mapping


def way_back(start: int, needs: Mapping[int, Collection[int]]) -> list[int]:
    """Return the shortest chain of courses from `start` that leads back to it, without `start` itself at the end.

    `needs` maps a course to those it needs first. Nothing comes back: an empty list. A course that needs itself: [start].
    """
    came_from: dict[int, int] = {}
    waiting = deque([start])
    while waiting:
        course = waiting.popleft()
        for needed in sorted(needs.get(course, ())):
            if needed == start:
                return chain(course, came_from)
            if needed not in came_from:
                came_from[needed] = course
                waiting.append(needed)
    return []


def chain(last: int, came_from: Mapping[int, int]) -> list[int]:
    """Return the courses from the first to the last one of a way."""
    way = [last]
    while way[-1] in came_from:
        way.append(came_from[way[-1]])
    return way[::-1]
