"""Marks of an attempt: pure and exact."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from cms.quizzes.kinds import kind_of

WHOLE = 100


@dataclass(frozen=True)
class Given:
    """One frozen question and what was chosen; positions refer to the frozen order, never to the shown one."""

    kind: str
    answer: Sequence[int]
    chosen: Sequence[int]


@dataclass(frozen=True)
class Grade:
    """The mark of each question (0 to 1), their sum, how much was possible, and whether that passes."""

    marks: tuple[Fraction, ...]
    score: Fraction
    most: int
    passed: bool


def grade(given: Sequence[Given], *, pass_percent: int) -> Grade:
    """Mark each question and say whether the sum reaches the percentage; an empty paper does not pass."""
    marks = tuple(kind_of(one.kind).mark(one.answer, one.chosen) for one in given)
    score, most = sum(marks, Fraction(0)), len(marks)
    passed = most > 0 and score * WHOLE >= most * pass_percent
    return Grade(marks, score, most, passed)
