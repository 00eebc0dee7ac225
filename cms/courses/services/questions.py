"""Questions that stand ready elsewhere are taken over into a page's draft, as copies: each page freezes its own."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.accounts.models import User
from cms.core.errors import InvalidInput, StaleState
from cms.courses.models import CoursePage, GuidePage
from cms.lessons.models import AskedQuestion, MicroLesson

MAX_QUESTIONS = 10
COPIED = ("kind", "stem", "options", "answer", "explanation", "source")
Asking = CoursePage | GuidePage


@transaction.atomic
def take_over_questions(page: Asking, source: Asking | MicroLesson, *, actor: User) -> int:
    """Append copies of the source's questions to the newest draft of the page and return how many; known ones are left out.

    Raises StaleState while the page is locked for the person, InvalidInput when there is nothing new or no room.
    """
    Page.objects.select_for_update(of=("self",)).get(pk=page.pk)
    lock = page.get_lock()
    if lock is not None and lock.for_user(actor):
        raise StaleState(lock.get_message(actor), code="locked")
    draft = page.get_latest_revision_as_object()
    questions: Any = draft.questions
    standing: list[AskedQuestion] = list(questions.all())
    new = new_among(list(source.questions.all()), standing)
    refuse(len(new), len(standing))
    last = max((question.sort_order or 0 for question in standing), default=0)
    for place, question in enumerate(new, start=last + 1):
        questions.add(questions.model(sort_order=place, **{name: getattr(question, name) for name in COPIED}))
    draft.save_revision(user=actor, clean=False, log_action=True)
    return len(new)


def new_among(offered: list[AskedQuestion], standing: list[AskedQuestion]) -> list[AskedQuestion]:
    """Return the questions that are not among those that stand there, each once."""
    known = {question.draft.digest for question in standing}
    found = {question.draft.digest: question for question in offered}
    return [question for digest, question in found.items() if digest not in known]


def refuse(new: int, standing: int) -> None:
    """Raise InvalidInput with the sentence for the place from which questions are taken."""
    if not new:
        sentence = _("There is no question that this page does not have already.")
    elif standing + new > MAX_QUESTIONS:
        sentence = _("That would be %(count)s questions; a page has %(most)s at most. Take some out first.") % {
            "count": standing + new,
            "most": MAX_QUESTIONS,
        }
    else:
        return
    raise InvalidInput(sentence, fields={"lesson": [sentence]})
