"""JSON addresses of this room below /api/v1/."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field, StrictInt

from cms.accounts.models import User
from cms.core.converters import Key
from cms.core.errors import TooManyRequests
from cms.core.ratelimit import is_over_limit
from cms.quizzes.permissions import get_attempt_for, get_quiz_for
from cms.quizzes.queries import paper_of
from cms.quizzes.results import paper_json, result_json
from cms.quizzes.services import save_answer, start_attempt, submit_attempt

router = Router(tags=["quizzes"])

MOST_OPTIONS = 8
LARGEST_SEQ = 2_000_000_000
WRITES_A_MINUTE = 240


class AnswerIn(Schema):
    """What was chosen (frozen positions) and the client's growing number of this save."""

    seq: Annotated[StrictInt, Field(ge=1, le=LARGEST_SEQ)]
    answer: Annotated[list[StrictInt], Field(max_length=MOST_OPTIONS)]


class SubmitIn(Schema):
    """A number made by the client once for each handing in."""

    uuid: UUID


def caller(request: HttpRequest) -> User:
    """Return who calls; raises TooManyRequests beyond the limit."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  # the API's authentication lets nobody else through
    if is_over_limit("quizzes.api", f"u{user.pk}", limit=WRITES_A_MINUTE, seconds=60):
        from django.utils.translation import gettext_lazy as _

        raise TooManyRequests(_("Too many requests. Please wait a moment and try again."))
    return user


@router.post("/quizzes/{quiz_id}/attempts", summary="Begin an attempt, or go on with the open one")
def begin(request: HttpRequest, quiz_id: Key) -> dict[str, Any]:
    """Return the paper without answers."""
    user = caller(request)
    attempt = start_attempt(user, get_quiz_for(user, quiz_id))
    return {
        "attempt": attempt.pk,
        "number": attempt.number,
        "quiz": attempt.quiz_id,
        "started_at": attempt.started_at,
        "questions": paper_json(paper_of(attempt)),
    }


@router.put("/attempts/{attempt_id}/answers/{question_id}", summary="Save what was chosen")
def save(request: HttpRequest, attempt_id: Key, question_id: Key, given: AnswerIn) -> dict[str, Any]:
    """Return what is stored now: an older save than the stored one changes nothing."""
    user = caller(request)
    stored = save_answer(get_attempt_for(user, attempt_id), question_id, seq=given.seq, value=given.answer)
    return {"question": question_id, "seq": stored.seq, "answer": stored.value or []}


@router.post("/attempts/{attempt_id}/submit", summary="Hand in; the same uuid again returns the same result")
def submit(request: HttpRequest, attempt_id: Key, given: SubmitIn) -> dict[str, Any]:
    """Return the result with explanations and sources."""
    user = caller(request)
    return result_json(submit_attempt(get_attempt_for(user, attempt_id), given.uuid))
