"""Marks are let out in batches of five, so that no two looks at a result differ by one person's mark; pure."""

import random
from collections.abc import Mapping

# Fewer marks than this could be guessed back to people who sat in the room.
BATCH = 5


def is_full(waiting: Mapping[str, int]) -> bool:
    """Return whether a batch of marks has come together."""
    return sum(waiting.values()) >= BATCH


def draw(waiting: Mapping[str, int], chance: random.Random) -> dict[str, int]:
    """Return how many marks of each grade a full batch takes, drawn by chance from those that wait.

    Raises ValueError when fewer than a batch wait.
    """
    if not is_full(waiting):
        raise ValueError("a batch needs five marks")
    drawn = chance.sample(sorted(waiting), BATCH, counts=[waiting[grade] for grade in sorted(waiting)])
    return {grade: drawn.count(grade) for grade in waiting}
