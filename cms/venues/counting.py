"""How many people are in a place at once."""

from collections.abc import Iterable
from datetime import datetime

Stay = tuple[datetime, datetime, int]


def peak(stays: Iterable[Stay]) -> int:
    """Return the largest sum of heads at any moment; who leaves at an instant makes room for who comes then."""
    steps = []
    for begins, ends, heads in stays:
        steps += [(begins, heads), (ends, -heads)]
    inside = most = 0
    # At the same instant the leaving come first: their step is negative.
    for _moment, heads in sorted(steps):
        inside += heads
        most = max(most, inside)
    return most
