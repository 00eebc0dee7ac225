"""Reads of quizzes, papers and results."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser

from cms.accounts.models import User
from cms.core.personal_data import Records
from cms.quizzes.enums import AttemptStatus
from cms.quizzes.kinds import kind_of
from cms.quizzes.models import Answer, Attempt, QuestionVersion, Quiz, QuizLine
from cms.quizzes.ordering import shown_order


@dataclass(frozen=True)
class PaperLine:
    """One question as shown: pinned version, order of its options, what was chosen so far."""

    version: QuestionVersion
    order: list[int]
    chosen: list[int]
    seq: int = 0


@dataclass(frozen=True)
class GradedAttempt:
    """A handed-in attempt with its marked answers in order."""

    attempt: Attempt
    answers: tuple[Answer, ...]


def find_quiz(kind: str, object_id: object) -> Quiz | None:
    """Return the quiz of a thing, or None when it has no questions now."""
    quizzes = Quiz.objects.filter(owner_kind=kind, owner_id=str(object_id), lines__isnull=False)
    return quizzes.select_related("visible_organisation").distinct().first()


def current_versions(quiz: Quiz) -> list[QuestionVersion]:
    """Return the versions a new attempt would get, in order."""
    return [line.version for line in quiz.lines.select_related("version")]


def versions_of(kind: str, object_ids: Iterable[object]) -> dict[str, list[QuestionVersion]]:
    """Return the questions that each of the things asks now, in order, by the thing's key (one query)."""
    lines = QuizLine.objects.filter(quiz__owner_kind=kind, quiz__owner_id__in=[str(key) for key in object_ids])
    found: dict[str, list[QuestionVersion]] = defaultdict(list)
    for line in lines.select_related("quiz", "version").order_by("quiz", "position"):
        found[line.quiz.owner_id].append(line.version)
    return dict(found)


def options_order(version: QuestionVersion, seed: str) -> list[int]:
    """Return the frozen positions of the options in the order to show them."""
    kind = kind_of(version.kind)
    return shown_order(len(kind.labels(version.options)), f"{seed}:{version.pk}", shuffled=kind.SHUFFLED)


def attempt_seed(user_id: int, quiz_id: int, number: int) -> str:
    """Return what decides the order of options in a person's n-th attempt."""
    return f"{quiz_id}:{user_id}:{number}"


def latest_attempt(user: User, quiz: Quiz) -> Attempt | None:
    """Return the open attempt, else the last one handed in, else None."""
    return Attempt.objects.filter(user=user, quiz=quiz).order_by("-number").first()


def answers_of(attempt: Attempt) -> list[Answer]:
    """Return the attempt's answers with their versions, in order."""
    return list(attempt.answers.select_related("version"))


def paper_of(attempt: Attempt) -> list[PaperLine]:
    """Return the questions of an attempt with what was chosen so far."""
    return [PaperLine(answer.version, answer.order, answer.value or [], answer.seq) for answer in answers_of(attempt)]


def fresh_paper(user: User | AnonymousUser, quiz: Quiz, number: int) -> list[PaperLine]:
    """Return the questions as the person's n-th attempt would show them, without beginning it."""
    seed = attempt_seed(user.pk or 0, quiz.pk, number)
    return [PaperLine(version, options_order(version, seed), []) for version in current_versions(quiz)]


def was_handed_in(user: User, token: UUID) -> bool:
    """Return whether the person handed a paper in with this form before (a second press of the button)."""
    return Attempt.objects.filter(token=token, user=user).exists()


def has_passed(user: User, quiz: Quiz) -> bool:
    """Return whether the person has passed the quiz in any attempt."""
    return Attempt.objects.filter(user=user, quiz=quiz, status=AttemptStatus.SUBMITTED, passed=True).exists()


def personal_attempts(user: User) -> Records:
    """Return the person's attempts with answers and marks for "my data", oldest first."""
    attempts = Attempt.objects.filter(user=user).select_related("quiz").prefetch_related("answers__version")
    return Records(attempts.order_by("pk"), describe_attempt)


def describe_attempt(attempt: Attempt) -> dict[str, Any]:
    """Return one attempt with what was chosen in words."""
    return {
        "at": attempt.started_at.isoformat(),
        "quiz": str(attempt.quiz),
        "state": str(attempt.get_status_display()),
        "passed": attempt.passed,
        "score": str(attempt.score) if attempt.score is not None else None,
        "answers": [
            {"question": answer.version.stem, "chosen": words_of(answer), "mark": str(answer.mark or 0)}
            for answer in attempt.answers.all()
        ],
    }


def words_of(answer: Answer) -> list[str]:
    """Return the words of what was chosen."""
    labels = kind_of(answer.version.kind).labels(answer.version.options)
    return [labels[position] for position in answer.value or [] if position < len(labels)]
