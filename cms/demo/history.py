"""What the demonstration's members have already done: one lesson finished, one begun, some questions answered."""

import uuid
from collections.abc import Sequence

from cms.accounts.models import User
from cms.lessons.models import MicroLesson
from cms.lessons.services.publication import QUIZ_KIND
from cms.quizzes.models import QuestionVersion
from cms.quizzes.queries import current_versions, find_quiz
from cms.quizzes.services import save_answer, start_attempt, submit_attempt
from cms.watching.models import WatchSession
from cms.watching.services import record_beat, start_session

BEGUN_S = 3.0


def open_player(user: User, lesson: MicroLesson) -> WatchSession:
    """Open the lesson's player; from now on the server's clock runs for the person."""
    assert lesson.video is not None  # noqa: S101  # published lessons have one; tells the type checker
    return start_session(user, lesson.video)


def finish_watching(session: WatchSession) -> None:
    """Say that the whole video was played while the other lessons were made."""
    record_beat(session, seq=1, segments=[(0.0, session.video.duration_s or 0.0)])


def begin_watching(user: User, lesson: MicroLesson) -> None:
    """Leave a lesson after its first seconds, so that the home page offers to go on."""
    record_beat(open_player(user, lesson), seq=1, segments=[(0.0, BEGUN_S)])


def answer(user: User, lesson: MicroLesson, *, rightly: bool) -> None:
    """Answer the lesson's question."""
    quiz = find_quiz(QUIZ_KIND, lesson.pk)
    if quiz is None:
        return
    attempt = start_attempt(user, quiz)
    for version in current_versions(quiz):
        save_answer(attempt, version.pk, seq=1, value=choice(version, rightly=rightly))
    submit_attempt(attempt, uuid.uuid4())


def choice(version: QuestionVersion, *, rightly: bool) -> Sequence[int]:
    """Return the right positions, or one that is wrong."""
    right: list[int] = list(version.answer)
    return right if rightly else [next(n for n in range(len(version.options)) if n not in right)]
