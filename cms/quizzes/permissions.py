"""Fetch doors: a quiz opens to those who may see what it belongs to, an attempt to its person."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from cms.accounts.models import User
from cms.quizzes.models import Attempt, Quiz
from cms.taxonomy.queries import is_visible_to, visible_q


def may_answer(user: User | AnonymousUser, quiz: Quiz) -> bool:
    """Return whether the person may see and answer the quiz."""
    return user.is_authenticated and is_visible_to(quiz, user)


def get_quiz_for(user: User | AnonymousUser, pk: int) -> Quiz:
    """Return a quiz that has questions and that the person may see; raises Http404 otherwise."""
    quiz = Quiz.objects.filter(visible_q(user), pk=pk, lines__isnull=False).distinct().first()
    if quiz is None:
        raise Http404
    return quiz


def get_attempt_for(user: User | AnonymousUser, pk: int) -> Attempt:
    """Return the person's own attempt on a quiz that is still shown to them; raises Http404 otherwise."""
    if not isinstance(user, User):
        raise Http404
    mine = Attempt.objects.select_related("quiz").filter(visible_q(user, "quiz__"), pk=pk, user=user)
    attempt = mine.first()
    if attempt is None:
        raise Http404
    return attempt
