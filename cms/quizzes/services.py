"""Freezing questions, working on a paper, handing it in."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from cms.core.clock import now
from cms.core.errors import InvalidInput, StaleState
from cms.core.events import publish
from cms.quizzes.drafts import QuestionDraft
from cms.quizzes.enums import AttemptStatus
from cms.quizzes.events import AttemptGraded
from cms.quizzes.grading import Given, Grade, grade
from cms.quizzes.kinds import faults, kind_of
from cms.quizzes.lifecycle import advance
from cms.quizzes.models import Answer, Attempt, QuestionVersion, Quiz, QuizLine
from cms.quizzes.queries import GradedAttempt, answers_of, attempt_seed, current_versions, options_order
from cms.taxonomy.models import VisibleModel
from cms.taxonomy.services import copy_visibility

PLACES = Decimal("0.0001")


@transaction.atomic
def freeze_quiz(
    kind: str,
    object_id: object,
    questions: Sequence[QuestionDraft],
    *,
    visibility_from: VisibleModel | None = None,
    title: str = "",
) -> Quiz:
    """Pin the approved questions and show exactly these; a question that says the same keeps its version.

    Without `visibility_from` the quiz keeps its visibility (private when new).
    Raises InvalidInput when a question cannot be marked or stands there twice.
    """
    for number, draft in enumerate(questions, start=1):
        for sentence in faults(draft):
            raise InvalidInput(sentence, fields={f"questions.{number}": [sentence]})
    if len({draft.digest for draft in questions}) != len(questions):
        raise InvalidInput(_("The same question stands there twice."))
    quiz, _made = Quiz.objects.get_or_create(owner_kind=kind, owner_id=str(object_id), defaults={"title": title[:200]})
    Quiz.objects.select_for_update(of=("self",)).get(pk=quiz.pk)
    versions = [freeze_question(quiz, draft) for draft in questions]
    if [version.pk for version in versions] != [version.pk for version in current_versions(quiz)]:
        quiz.lines.all().delete()
        QuizLine.objects.bulk_create(
            QuizLine(quiz=quiz, version=version, position=place) for place, version in enumerate(versions, start=1)
        )
    if title and quiz.title != title[:200]:
        Quiz.objects.filter(pk=quiz.pk).update(title=title[:200])
        quiz.title = title[:200]
    if visibility_from is not None:
        copy_visibility(visibility_from, quiz)
    return quiz


def freeze_question(quiz: Quiz, draft: QuestionDraft) -> QuestionVersion:
    """Return the version with this wording, made now if it is new."""
    content = {
        "kind": draft.kind,
        "stem": draft.stem,
        "options": list(draft.options),
        "answer": sorted(draft.answer),
        "explanation": draft.explanation,
        "source": draft.source[:200],
        "frozen_at": now(),
    }
    version, _made = QuestionVersion.objects.get_or_create(quiz=quiz, digest=draft.digest, defaults=content)
    return version


@transaction.atomic
def start_attempt(user: User, quiz: Quiz) -> Attempt:
    """Return the person's open attempt, begun now if there is none; its versions and order of options are pinned.

    Raises InvalidInput when the quiz has no questions.
    """
    opened = Attempt.objects.filter(user=user, quiz=quiz, status=AttemptStatus.OPEN).first()
    if opened is not None:
        return opened
    versions = current_versions(quiz)
    if not versions:
        raise InvalidInput(_("There is no question here now."), code="no_questions")
    number = Attempt.objects.filter(user=user, quiz=quiz).count() + 1
    try:
        with transaction.atomic():
            begun = Attempt.objects.create(user=user, quiz=quiz, number=number, started_at=now(), most=len(versions))
            seed = attempt_seed(user.pk, quiz.pk, number)
            Answer.objects.bulk_create(
                Answer(attempt=begun, version=version, position=place, order=options_order(version, seed))
                for place, version in enumerate(versions, start=1)
            )
    except IntegrityError:
        # Another tab began at the same moment: the constraint let one through, and both work on that.
        return Attempt.objects.filter(user=user, quiz=quiz).latest("number")
    return begun


@transaction.atomic
def save_answer(attempt: Attempt, question_id: int, *, seq: int, value: Sequence[int]) -> Answer:
    """Keep what was chosen unless something newer was saved already; returns what is stored now.

    Raises InvalidInput for a question or an option that is not on this paper, StaleState after handing in.
    """
    locked = lock(attempt)
    answer = locked.answers.select_related("version").filter(version_id=question_id).first()
    if answer is None:
        raise InvalidInput(_("This question is not on your paper."), code="unknown_question")
    chosen = clean_choice(answer.version, value)
    if seq <= answer.seq:
        return answer
    if locked.status != AttemptStatus.OPEN:
        raise StaleState(_("You have handed this in already. You can try again."))
    answer.seq, answer.value = seq, chosen
    answer.save(update_fields=["seq", "value"])
    return answer


def clean_choice(version: QuestionVersion, value: Sequence[int]) -> list[int]:
    """Return the chosen positions in order; raises InvalidInput for positions the question does not offer."""
    kind = kind_of(version.kind)
    chosen = sorted(set(value))
    offered = range(len(kind.labels(version.options)))
    if any(position not in offered for position in chosen) or (kind.WIDGET == "radio" and len(chosen) > 1):
        raise InvalidInput(_("This choice is not among the options."), code="unknown_option")
    return chosen


@transaction.atomic
def submit_attempt(attempt: Attempt, token: UUID) -> GradedAttempt:
    """Mark the attempt and return the result; the same token again returns the same result.

    What was not answered counts 0. Raises StaleState when it was handed in with another token.
    """
    locked = lock(attempt)
    if locked.status == AttemptStatus.SUBMITTED:
        if locked.token != token:
            raise StaleState(_("You have handed this in already. You can try again."))
        return GradedAttempt(locked, tuple(answers_of(locked)))
    if Attempt.objects.filter(token=token).exists():
        raise InvalidInput(_("This was sent for another attempt."), code="token_used")
    answers = answers_of(locked)
    given = [Given(answer.version.kind, answer.version.answer, answer.value or []) for answer in answers]
    result = grade(given, pass_percent=locked.quiz.pass_percent)
    write_marks(answers, result)
    score = exact(result.score)
    advance(locked, AttemptStatus.SUBMITTED, token=token, submitted_at=now(), score=score, passed=result.passed)
    publish(
        AttemptGraded(
            attempt_id=locked.pk,
            user_id=locked.user_id,
            quiz_id=locked.quiz_id,
            owner_kind=locked.quiz.owner_kind,
            owner_id=locked.quiz.owner_id,
            passed=result.passed,
            score=score,
        )
    )
    return GradedAttempt(locked, tuple(answers))


def lock(attempt: Attempt) -> Attempt:
    """Return the stored attempt, locked until the transaction ends."""
    return Attempt.objects.select_for_update(of=("self",)).select_related("quiz").get(pk=attempt.pk)


def write_marks(answers: Sequence[Answer], result: Grade) -> None:
    """Write each question's mark."""
    for answer, mark in zip(answers, result.marks, strict=True):
        answer.mark = exact(mark)
    Answer.objects.bulk_update(answers, ["mark"])


def exact(number: Fraction) -> Decimal:
    """Return the fraction with four decimal places."""
    return (Decimal(number.numerator) / Decimal(number.denominator)).quantize(PLACES)
