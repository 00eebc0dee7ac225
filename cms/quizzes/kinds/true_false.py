"""A statement that is true (position 0) or false (position 1)."""

from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from cms.quizzes.drafts import QuestionDraft

SLUG = "true_false"
WIDGET = "radio"
SHUFFLED = False
POSITIONS = (0, 1)


def faults(draft: QuestionDraft) -> list[str]:
    """Return what is wrong with the question."""
    right = len(draft.answer) == 1 and draft.answer[0] in POSITIONS
    return [] if right else [_("Say whether the statement is true or false.")]


def labels(options: Sequence[str]) -> list[str]:
    """Return "true" and "false" in the reader's language; written options are not asked for."""
    return [_("True"), _("False")]


def mark(answer: Sequence[int], chosen: Sequence[int]) -> Fraction:
    """Return 1 when the statement was judged rightly, else 0."""
    return Fraction(int(set(chosen) == set(answer)))


def rule() -> str:
    """Return how it is marked."""
    return _("The statement is true or false.")
