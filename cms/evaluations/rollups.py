"""Which figures of a table of parts and their sum may be shown; pure.

A part of fewer than five people is hidden, and with it the next smallest ones until what is hidden together is at least
five people of at least two parts: otherwise the sum minus the shown parts would tell the hidden one.
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

from cms.evaluations.batches import BATCH

Part = TypeVar("Part", bound=Hashable)


def hidden_parts(parts: Mapping[Part, int]) -> frozenset[Part]:
    """Return the parts whose figure must not be shown beside the sum of all; parts of nobody tell nothing."""
    by_size = sorted((part for part, people in parts.items() if people), key=lambda part: parts[part])
    hidden = [part for part in by_size if parts[part] < BATCH]
    rest = by_size[len(hidden) :]
    while hidden and rest and (len(hidden) == 1 or sum(parts[part] for part in hidden) < BATCH):
        hidden.append(rest.pop(0))
    return frozenset(hidden)


def is_sum_shown(parts: Mapping[Part, int]) -> bool:
    """Return whether the sum of all parts may be shown: nobody at all, or at least five people."""
    people = sum(parts.values())
    return people == 0 or people >= BATCH
