"""One of several options is right."""

from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from cms.quizzes.drafts import QuestionDraft
from cms.quizzes.kinds.options import option_faults

SLUG = "single"
WIDGET = "radio"
SHUFFLED = True


def faults(draft: QuestionDraft) -> list[str]:
    """Return what is wrong with the question."""
    one = [] if len(draft.answer) == 1 else [_("Mark exactly one option as right.")]
    return option_faults(draft) + one


def labels(options: Sequence[str]) -> list[str]:
    """Return the words of the options in their frozen order."""
    return list(options)


def mark(answer: Sequence[int], chosen: Sequence[int]) -> Fraction:
    """Return 1 when exactly the right option was chosen, else 0."""
    return Fraction(int(set(chosen) == set(answer)))


def rule() -> str:
    """Return how it is marked."""
    return _("One option is right.")
