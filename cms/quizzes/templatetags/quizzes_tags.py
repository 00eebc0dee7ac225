"""The quiz of a thing, for pages of rooms above."""

import uuid
from typing import Any

from django import template
from django.template import Context

from cms.accounts.models import User
from cms.quizzes.enums import AttemptStatus
from cms.quizzes.models import Quiz
from cms.quizzes.permissions import may_answer
from cms.quizzes.queries import GradedAttempt, answers_of, find_quiz, fresh_paper, latest_attempt, paper_of
from cms.quizzes.results import marked_question, open_question, summary

register = template.Library()


@register.inclusion_tag("quizzes/_quiz.html", takes_context=True)
def quiz_for(context: Context, kind: str, object_id: object) -> dict[str, Any]:
    """Show the thing's questions: to answer, or with the last result (`?retry=1` shows them anew)."""
    request = context["request"]
    quiz = find_quiz(kind, object_id)
    shown: dict[str, Any] = {"quiz": quiz, "request": request, "elder_view": context.get("elder_view")}
    if quiz is None:
        return shown
    back = request.path
    shown |= {"csrf_token": context.get("csrf_token"), "next": back, "retry_url": f"{back}?retry=1#question"}
    if not may_answer(request.user, quiz):
        lines = fresh_paper(request.user, quiz, 1)
        questions = number([open_question(line, 0) for line in lines])
        return shown | {"questions": questions, "closed": True, "visitor": not request.user.is_authenticated}
    retry = request.GET.get("retry") == "1"
    return shown | for_person(request.user, quiz, retry=retry, elder=bool(context.get("elder_view")))


def for_person(user: User, quiz: Quiz, *, retry: bool, elder: bool) -> dict[str, Any]:
    """Return the open paper, the last result, or a fresh paper."""
    last = latest_attempt(user, quiz)
    if last is not None and last.status == AttemptStatus.SUBMITTED and not retry:
        last.quiz = quiz
        graded = GradedAttempt(last, tuple(answers_of(last)))
        questions = [marked_question(answer, 0, elder=elder) for answer in graded.answers]
        return {"questions": number(questions), "result": summary(graded), "passed": last.passed}
    going_on = last is not None and last.status == AttemptStatus.OPEN
    lines = (
        paper_of(last) if last is not None and going_on else fresh_paper(user, quiz, (last.number if last else 0) + 1)
    )
    return {"questions": number([open_question(line, 0) for line in lines]), "token": uuid.uuid4()}


def number(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Number the questions when there is more than one."""
    if len(questions) > 1:
        for place, question in enumerate(questions, start=1):
            question["number"] = f"{place}."
    return questions
