import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.courses.prerequisites import way_back


@pytest.mark.parametrize(
    ("needs", "way"),
    [
        ({}, []),
        ({1: [1]}, [1]),
        ({1: [2], 2: [1]}, [1, 2]),
        ({1: [2], 2: [3], 3: [1]}, [1, 2, 3]),
        ({1: [2, 3], 2: [4], 3: [1]}, [1, 3]),
        ({1: [2], 2: [3], 3: [2]}, []),
        ({1: [2], 2: []}, []),
    ],
)
def test_the_way_back_is_the_shortest_one(needs: dict[int, list[int]], way: list[int]) -> None:
    assert way_back(1, needs) == way


NEEDS = st.dictionaries(st.integers(0, 6), st.sets(st.integers(0, 6), max_size=4), max_size=7)


@given(NEEDS)
def test_a_way_back_exists_exactly_when_the_course_is_reached_from_itself(needs: dict[int, set[int]]) -> None:
    reached: set[int] = set()
    waiting = list(needs.get(0, ()))
    while waiting:
        course = waiting.pop()
        if course not in reached:
            reached.add(course)
            waiting += needs.get(course, ())
    way = way_back(0, needs)
    assert bool(way) == (0 in reached)
    onward = [*way[1:], 0] if way else []
    assert all(after in needs[before] for before, after in zip(way, onward, strict=True))
