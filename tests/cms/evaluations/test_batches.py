import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.evaluations.batches import BATCH, draw, is_full

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
