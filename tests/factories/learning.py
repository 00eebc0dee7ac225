"""Published lessons with a video, watched and answered, for tests."""

import uuid
from typing import Any

from cms.accounts.models import User
from cms.core.clock import now
from cms.lessons.models import MicroLesson
from cms.quizzes.drafts import QuestionDraft
from cms.quizzes.queries import find_quiz
from cms.quizzes.services import freeze_quiz, save_answer, start_attempt, submit_attempt
from cms.taxonomy.enums import Visibility
from cms.videos.models import Video
from cms.watching.models import WatchSession
from cms.watching.services import record_beat, start_session
from tests.factories.accounts import UserFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.watching import WatchableVideoFactory


def published_lesson(*questions: QuestionDraft, video: Video | None = None, **fields: Any) -> MicroLesson:
    """Return a public lesson of ten minutes as publishing leaves it, with the questions frozen."""
    shown = video or WatchableVideoFactory(duration_s=600.0)
    values = {
        "title": "带班记录，三处最容易漏填",
        "author": shown.owner,
        "organisation": OrganisationFactory(),
        "video": shown,
        "shown_video": shown,
        "live": True,
        "visibility": Visibility.PUBLIC,
    }
    lesson: MicroLesson = MicroLesson.objects.create(**(values | fields))
    freeze_quiz("lesson", lesson.pk, list(questions), visibility_from=lesson)
    return lesson


def watch_all(user: User, video: Video, *, until: float | None = None) -> None:
    """Let the person have played the video; the session began long enough ago."""
    session = start_session(user, video)
    end = until if until is not None else video.duration_s or 0.0
    WatchSession.objects.filter(pk=session.pk).update(held_s=end)
    record_beat(session, seq=1, segments=[(0, end)])


def answer(user: User, lesson: MicroLesson, *choices: list[int]) -> None:
    """Let the person answer the lesson's questions and hand in."""
    quiz = find_quiz("lesson", lesson.pk)
    assert quiz is not None
    attempt = start_attempt(user, quiz)
    for stored, chosen in zip(attempt.answers.all(), choices, strict=True):
        save_answer(attempt, stored.version_id, seq=1, value=chosen)
    submit_attempt(attempt, uuid.uuid4())


def learner() -> User:
    """Return somebody who has an account and nothing else."""
    person: User = UserFactory(date_joined=now())
    return person
