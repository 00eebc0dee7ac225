"""Which numbered beats have arrived: each counts once, in any order. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_AHEAD = 200


@dataclass(frozen=True)
class Arrived:
    """Every number up to `upto` has arrived (or is given up), and those in `ahead` beyond it."""

    upto: int = 0
    ahead: tuple[int, ...] = ()

    def has(self, seq: int) -> bool:
        """Return whether the number has arrived."""
        return seq <= self.upto or seq in self.ahead

    @property
    def newest(self) -> int:
        """Return the largest number that has arrived."""
        return max(self.ahead, default=self.upto)


def arrive(arrived: Arrived, seq: int) -> Arrived:
    """Return what has arrived together with `seq`; beyond 200 gaps the oldest missing numbers are given up."""
    if arrived.has(seq):
        return arrived
    return settle(arrived.upto, sorted({*arrived.ahead, seq}))


def settle(upto: int, ahead: Sequence[int]) -> Arrived:
    """Return the numbers with the leading run folded into `upto`."""
    waiting = list(ahead)
    while waiting and (waiting[0] == upto + 1 or len(waiting) > MOST_AHEAD):
        upto = waiting.pop(0)
    return Arrived(upto, tuple(waiting))
