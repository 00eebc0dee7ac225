"""Kinds of questions: one file each, all of the same shape, and one registry."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol

from cms.quizzes.drafts import QuestionDraft
from cms.quizzes.kinds import multiple, single, true_false


class Kind(Protocol):
    """What a kind's file offers."""

    SLUG: str
    WIDGET: str
    SHUFFLED: bool

    def faults(self, draft: QuestionDraft) -> list[str]:
        """Return what is wrong with the question, in sentences; an empty list when it can be frozen."""

    def labels(self, options: Sequence[str]) -> list[str]:
        """Return the words of the options in their frozen order."""

    def mark(self, answer: Sequence[int], chosen: Sequence[int]) -> Fraction:
        """Return 0 to 1 for the chosen positions."""

    def rule(self) -> str:
        """Return the sentence that says how it is marked."""


KINDS: dict[str, Kind] = {kind.SLUG: kind for kind in (single, multiple, true_false)}


def kind_of(slug: str) -> Kind:
    """Return the kind; raises KeyError for an unknown one."""
    return KINDS[slug]


def faults(draft: QuestionDraft) -> list[str]:
    """Return what is wrong with the question, in sentences of the active language."""
    from django.utils.translation import gettext as _

    if draft.kind not in KINDS:
        return [_("This kind of question is not known.")]
    missing = [] if draft.stem.strip() else [_("The question has no text.")]
    return missing + KINDS[draft.kind].faults(draft)
