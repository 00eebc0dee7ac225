"""What kinds with written options have in common."""

from django.utils.translation import gettext as _

from cms.quizzes.drafts import QuestionDraft

FEWEST, MOST = 2, 8


def option_faults(draft: QuestionDraft) -> list[str]:
    """Return what is wrong with the options and with the positions of the right ones."""
    texts = [option.strip() for option in draft.options]
    found = []
    if not FEWEST <= len(texts) <= MOST or "" in texts:
        found.append(_("Write two to eight options, none of them empty."))
    if len(set(texts)) != len(texts):
        found.append(_("Two options say the same."))
    if len(set(draft.answer)) != len(draft.answer) or any(not 0 <= n < len(texts) for n in draft.answer):
        found.append(_("What is marked as right is not among the options."))
    return found
