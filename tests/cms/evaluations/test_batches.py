import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.evaluations.batches import BATCH, draw, is_full
from cms.evaluations.rollups import hidden_parts, is_sum_shown

GRADES = ("excellent", "good", "fair", "poor")
counts = st.fixed_dictionaries({grade: st.integers(0, 9) for grade in GRADES})


@given(counts, st.randoms(use_true_random=True))
def test_a_drawn_batch_is_five_marks_that_were_there(waiting: dict[str, int], chance: random.Random) -> None:
    if not is_full(waiting):
        with pytest.raises(ValueError, match="five"):
            draw(waiting, chance)
        return
    drawn = draw(waiting, chance)
    assert sum(drawn.values()) == BATCH
    assert all(0 <= drawn[grade] <= waiting[grade] for grade in GRADES)


@pytest.mark.parametrize(
    ("parts", "hidden"),
    [
        ({"a": 9, "b": 7}, set()),
        ({"a": 9, "b": 0}, set()),
        ({"a": 3, "b": 7, "c": 20}, {"a", "b"}),
        ({"a": 1, "b": 2, "c": 20, "d": 30}, {"a", "b", "c"}),
        ({"a": 3, "b": 4, "c": 20}, {"a", "b"}),
        ({"a": 3}, {"a"}),
        ({}, set()),
    ],
)
def test_a_small_part_takes_others_with_it(parts: dict[str, int], hidden: set[str]) -> None:
    assert hidden_parts(parts) == hidden


@given(st.dictionaries(st.integers(0, 30), st.integers(0, 12), max_size=12))
def test_the_sum_minus_what_is_shown_never_tells_fewer_than_five(parts: dict[int, int]) -> None:
    hidden = hidden_parts(parts)
    assert all(parts[part] >= BATCH or parts[part] == 0 for part in parts.keys() - hidden)
    people = sum(parts[part] for part in hidden)
    # What a reader works out is the hidden parts together, or nothing where the sum itself is not shown.
    assert not hidden or people >= BATCH or not is_sum_shown(parts)
    assert len(hidden) != 1 or len([part for part in parts.values() if part]) == 1
