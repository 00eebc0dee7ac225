import uuid
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from cms.accounts.models import User
from cms.core import events
from cms.core.clock import now
from cms.core.errors import InvalidInput, StaleState
from cms.quizzes.events import AttemptGraded
from cms.quizzes.models import Answer, Attempt, QuestionVersion, Quiz
from cms.quizzes.queries import current_versions, find_quiz, has_passed, personal_attempts
from cms.quizzes.services import freeze_quiz, save_answer, start_attempt, submit_attempt
from cms.taxonomy.enums import Visibility
from tests.factories.accounts import UserFactory
from tests.factories.quizzes import MULTIPLE, SINGLE, TRUE_FALSE, make_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard() -> Iterator[list[AttemptGraded]]:
    graded: list[AttemptGraded] = []
    subscriber = graded.append
    events.subscribe(AttemptGraded)(subscriber)
    yield graded
    events._subscribers[AttemptGraded].remove(subscriber)


def answered(user: User, quiz: Quiz, *choices: list[int]) -> Attempt:
    attempt = start_attempt(user, quiz)
    for answer, chosen in zip(attempt.answers.all(), choices, strict=True):
        save_answer(attempt, answer.version_id, seq=answer.seq + 1, value=chosen)
    return attempt


def test_freezing_again_keeps_versions_that_say_the_same_and_adds_changed_ones() -> None:
    quiz = freeze_quiz("lesson", 7, [SINGLE, TRUE_FALSE], title="带班记录")
    first = [version.pk for version in current_versions(quiz)]
    again = freeze_quiz("lesson", 7, [TRUE_FALSE, SINGLE])
    assert [version.pk for version in current_versions(again)] == first[::-1]
    changed = freeze_quiz("lesson", 7, [replace(SINGLE, stem="哪一条最好找？"), TRUE_FALSE])
    assert (changed.pk, QuestionVersion.objects.count()) == (quiz.pk, 3)
    assert current_versions(changed)[1].pk == first[1]


def test_a_question_that_cannot_be_marked_freezes_nothing() -> None:
    with pytest.raises(InvalidInput):
        freeze_quiz("lesson", 7, [SINGLE, replace(SINGLE, answer=[])])
    with pytest.raises(InvalidInput):
        freeze_quiz("lesson", 7, [SINGLE, SINGLE])
    assert Quiz.objects.count() == 0


def test_a_quiz_takes_over_the_visibility_of_its_lesson_and_without_questions_there_is_none() -> None:
    source = make_quiz(owner=1)
    quiz = freeze_quiz("lesson", 2, [SINGLE], visibility_from=source)
    assert (Quiz.objects.get(pk=quiz.pk).visibility, find_quiz("lesson", 2)) == (Visibility.PUBLIC, quiz)
    freeze_quiz("lesson", 2, [])
    assert (find_quiz("lesson", 2), find_quiz("lesson", 99)) == (None, None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE quizzes_questionversion SET stem = 'x' WHERE id = %s",
        "DELETE FROM quizzes_questionversion WHERE id = %s",
    ],
)
def test_the_database_itself_refuses_to_change_a_frozen_question(statement: str) -> None:
    version = current_versions(make_quiz())[0]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [version.pk])


def test_beginning_twice_goes_on_with_the_open_attempt_and_pins_its_versions() -> None:
    user, quiz = UserFactory(), make_quiz(SINGLE, MULTIPLE)
    attempt = start_attempt(user, quiz)
    freeze_quiz("lesson", 1, [TRUE_FALSE])
    again = start_attempt(user, quiz)
    assert (again.pk, [answer.version.kind for answer in again.answers.all()]) == (attempt.pk, ["single", "multiple"])
    assert sorted(again.answers.all()[1].order) == [0, 1, 2, 3]


def test_the_database_lets_one_attempt_be_open() -> None:
    attempt = start_attempt(UserFactory(), make_quiz())
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(user=attempt.user, quiz=attempt.quiz, number=2, started_at=now())


def test_the_database_lets_no_attempt_be_handed_in_without_a_result() -> None:
    attempt = start_attempt(UserFactory(), make_quiz())
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.filter(pk=attempt.pk).update(status="submitted")


def test_an_older_save_never_replaces_a_newer_one() -> None:
    attempt = start_attempt(UserFactory(), make_quiz())
    version = attempt.answers.get().version_id
    save_answer(attempt, version, seq=5, value=[2])
    assert save_answer(attempt, version, seq=4, value=[0]).value == [2]
    assert save_answer(attempt, version, seq=5, value=[0]).value == [2]
    assert save_answer(attempt, version, seq=6, value=[1]).value == [1]


@pytest.mark.parametrize("value", [[3], [-1], [0, 1], [10**9]])
def test_a_choice_that_is_not_offered_is_refused(value: list[int]) -> None:
    attempt = start_attempt(UserFactory(), make_quiz())
    with pytest.raises(InvalidInput):
        save_answer(attempt, attempt.answers.get().version_id, seq=1, value=value)
    assert Answer.objects.get().value is None


def test_a_question_of_another_quiz_is_not_on_the_paper() -> None:
    attempt = start_attempt(UserFactory(), make_quiz())
    other = current_versions(make_quiz(owner=2))[0]
    with pytest.raises(InvalidInput):
        save_answer(attempt, other.pk, seq=1, value=[1])


def test_handing_in_grades_and_tells_once_however_often_it_is_sent(heard: list[AttemptGraded]) -> None:
    user, quiz, token = UserFactory(), make_quiz(SINGLE, MULTIPLE), uuid.uuid4()
    attempt = answered(user, quiz, [1], [0, 2])
    results = [submit_attempt(attempt, token) for _ in range(3)]
    stored = Attempt.objects.get()
    assert (stored.score, stored.most, stored.passed, stored.token) == (Decimal("1.6667"), 2, True, token)
    assert [[answer.mark for answer in result.answers] for result in results] == [
        [Decimal("1.0000"), Decimal("0.6667")]
    ] * 3
    assert heard == [AttemptGraded(attempt.pk, user.pk, quiz.pk, "lesson", "1", passed=True, score=Decimal("1.6667"))]
    assert has_passed(user, quiz) is True


def test_what_was_not_answered_counts_nothing(heard: list[AttemptGraded]) -> None:
    attempt = start_attempt(UserFactory(), make_quiz())
    submit_attempt(attempt, uuid.uuid4())
    assert (heard[0].passed, heard[0].score) == (False, Decimal("0.0000"))


def test_after_handing_in_another_tab_is_told_and_changes_nothing() -> None:
    attempt = answered(UserFactory(), make_quiz(), [0])
    submit_attempt(attempt, uuid.uuid4())
    with pytest.raises(StaleState):
        submit_attempt(attempt, uuid.uuid4())
    with pytest.raises(StaleState):
        save_answer(attempt, attempt.answers.get().version_id, seq=9, value=[1])
    assert Attempt.objects.get().passed is False


def test_a_token_serves_one_attempt_only() -> None:
    quiz, token = make_quiz(), uuid.uuid4()
    submit_attempt(answered(UserFactory(), quiz, [1]), token)
    with pytest.raises(InvalidInput):
        submit_attempt(answered(UserFactory(), quiz, [1]), token)


def test_one_may_try_again_and_a_pass_stays_a_pass() -> None:
    user, quiz = UserFactory(), make_quiz()
    for chosen in ([0], [1], [2]):
        submit_attempt(answered(user, quiz, chosen), uuid.uuid4())
    assert list(Attempt.objects.order_by("number").values_list("number", "passed")) == [
        (1, False),
        (2, True),
        (3, False),
    ]
    assert has_passed(user, quiz) is True
    assert has_passed(UserFactory(), quiz) is False


def test_my_data_says_what_was_chosen_in_words() -> None:
    user = UserFactory()
    submit_attempt(answered(user, make_quiz(), [1]), uuid.uuid4())
    start_attempt(UserFactory(), Quiz.objects.get())
    (row,) = personal_attempts(user)
    assert (row["passed"], row["answers"]) == (
        True,
        [{"question": SINGLE.stem, "chosen": ["二号回风巷 46 架，顶板淋水"], "mark": "1.0000"}],
    )
