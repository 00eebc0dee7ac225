"""Answering without scripts: a form that grades and returns to where the quiz is shown."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cms.accounts.models import User
from cms.core.errors import DomainError
from cms.core.ratelimit import limited
from cms.core.views import safe_next
from cms.quizzes.models import Attempt
from cms.quizzes.permissions import get_quiz_for
from cms.quizzes.queries import answers_of, was_handed_in
from cms.quizzes.results import field_name
from cms.quizzes.services import save_answer, start_attempt, submit_attempt


@login_required
@require_POST
@limited("quizzes.answer", limit=60)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Grade what was chosen and lead back; an unfinished paper keeps what was chosen and says what is missing."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    quiz = get_quiz_for(user, pk)
    back = f"{safe_next(request)}#question"
    token = read_token(request.POST)
    if token is None:
        messages.warning(request, _("The form was not complete. Please answer once more."))
    elif not was_handed_in(user, token):
        try:
            hand_in(start_attempt(user, quiz), request.POST, token)
        except DomainError as error:
            messages.warning(request, str(error.message))
    return HttpResponseRedirect(back)


def read_token(form: QueryDict) -> UUID | None:
    """Return the form's token, or None when it was tampered with."""
    try:
        return UUID(form.get("token", ""))
    except ValueError:
        return None


def hand_in(attempt: Attempt, form: QueryDict, token: UUID) -> None:
    """Save each choice, then hand in; raises DomainError when something is missing or is no option."""
    answers = answers_of(attempt)
    missing = False
    with transaction.atomic():
        for stored in answers:
            chosen = [int(text) for text in form.getlist(field_name(stored.version)) if is_position(text)]
            if chosen:
                save_answer(attempt, stored.version_id, seq=stored.seq + 1, value=chosen)
            missing = missing or not (chosen or stored.value)
    if missing:
        raise DomainError(_("Please choose an answer for each question. What you chose is kept."))
    submit_attempt(attempt, token)


def is_position(text: str) -> bool:
    """Return whether the text can be the position of an option."""
    return text.isascii() and text.isdigit() and len(text) == 1
