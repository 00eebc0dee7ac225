"""Several options may be right; a part of them earns a part of the mark."""

from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from cms.quizzes.drafts import QuestionDraft
from cms.quizzes.kinds.options import option_faults

SLUG = "multiple"
WIDGET = "checkbox"
SHUFFLED = True


def faults(draft: QuestionDraft) -> list[str]:
    """Return what is wrong with the question."""
    some = [] if draft.answer else [_("Mark at least one option as right.")]
    return option_faults(draft) + some


def labels(options: Sequence[str]) -> list[str]:
    """Return the words of the options in their frozen order."""
    return list(options)


def mark(answer: Sequence[int], chosen: Sequence[int]) -> Fraction:
    """Return the rightly chosen minus the wrongly chosen, divided by all right ones, never below 0.

    So choosing everything earns nothing that was not known, and leaving one out still earns the rest.
    """
    right, given = set(answer), set(chosen)
    if not right:
        return Fraction(0)
    return max(Fraction(0), Fraction(len(given & right) - len(given - right), len(right)))


def rule() -> str:
    """Return how it is marked."""
    return _("More than one may be right. Each right choice counts for its part, each wrong one takes a part off.")
