"""Many people answer and watch at once: nothing is counted twice, nothing that was acknowledged is lost."""

import statistics
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from cms.accounts.models import User
from cms.quizzes.enums import AttemptStatus
from cms.quizzes.models import Attempt, Quiz
from cms.quizzes.services import save_answer, start_attempt, submit_attempt
from cms.videos.models import Video
from cms.watching.models import WatchProgress, WatchSession
from cms.watching.segments import FASTEST, SLACK_S
from cms.watching.services import record_beat, start_session
from tests.benchmarks.figures import Figures
from tests.factories.accounts import UserFactory
from tests.factories.quizzes import make_quiz
from tests.factories.watching import WatchableVideoFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.wide, pytest.mark.timeout(3000)]
HANDS = 8
BEATS = 12


def at_once(work: Callable[[User], None], people: Sequence[User]) -> tuple[list[float], float]:
    """Do the work for everybody in several threads; return each one's milliseconds and the seconds of the whole."""

    def by_itself(person: User) -> float:
        started = time.monotonic()
        try:
            work(person)
        finally:
            connections.close_all()
        return (time.monotonic() - started) * 1000

    started = time.monotonic()
    with ThreadPoolExecutor(HANDS) as hands:
        each = list(hands.map(by_itself, people))
    return each, time.monotonic() - started


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[18]


def test_everybody_who_hands_in_at_once_is_marked_once(figures: Figures) -> None:
    count = 500 if figures.full_size else 12
    quiz, people = make_quiz(), UserFactory.create_batch(count)
    each, whole = at_once(lambda person: answer_and_hand_in(person, quiz), people)
    papers = Attempt.objects.filter(quiz=quiz)
    assert papers.count() == count
    assert papers.filter(status=AttemptStatus.SUBMITTED, passed=True, score=1).count() == count
    figures.at_least(count, "papers handed in, each twice, and marked once", papers.count(), "papers")
    figures.at_least(10, f"papers begun, answered and handed in by {HANDS} at once", count / whole, "a second")
    figures.at_most(2000, "one paper from beginning to mark, 95th percentile", p95(each), "ms")


def answer_and_hand_in(person: User, quiz: Quiz) -> None:
    """Answer rightly and hand in, twice with the same token as a phone on a weak line does."""
    paper, token = start_attempt(person, quiz), uuid.uuid4()
    save_answer(paper, paper.answers.get().version_id, seq=1, value=[1])
    for _time in range(2):
        assert submit_attempt(paper, token).attempt.passed


def test_beats_of_many_viewers_are_all_kept_and_none_is_believed_beyond_the_clock(figures: Figures) -> None:
    count = 300 if figures.full_size else 6
    video, people = WatchableVideoFactory(duration_s=600.0), UserFactory.create_batch(count)
    each, whole = at_once(lambda person: watch(person, video), people)
    arrived = [session.seq_upto for session in WatchSession.objects.filter(video=video)]
    believed = max(WatchProgress.objects.filter(video=video).values_list("covered_s", flat=True))
    assert arrived == [BEATS] * count
    assert believed <= whole * FASTEST + SLACK_S
    figures.at_least(count * BEATS, "beats acknowledged and kept", sum(arrived), "beats")
    figures.at_least(100, f"beats by {HANDS} viewers at once", count * BEATS / whole, "a second")
    figures.at_most(200, "one beat, 95th percentile", p95(each) / BEATS, "ms")


def watch(person: User, video: Video) -> None:
    """Claim ten seconds with every beat, far more than the clock allows; every other beat comes twice."""
    session = start_session(person, video)
    for seq in range(1, BEATS + 1):
        for _time in range(1 + seq % 2):
            record_beat(session, seq=seq, segments=[((seq - 1) * 10.0, seq * 10.0)])
