"""What is left of a completed lesson when its hours have been kept long enough."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from cms.core.clock import now
from cms.learning.models import Completion
from cms.learning.queries import describe_completion
from cms.learning.services import complete_lesson
from cms.ledger.enums import DisputeStatus
from cms.ledger.models import HourDispute, HourEntry
from cms.ledger.services import hours as ledger
from tests.factories.accounts import UserFactory
from tests.factories.learning import answer, learner, published_lesson, watch_all
from tests.factories.ledger import HourDisputeFactory
from tests.factories.quizzes import SINGLE

pytestmark = pytest.mark.django_db
OLD = timedelta(days=366 * 5 + 1)


def completed(monkeypatch: pytest.MonkeyPatch, *, ago: timedelta) -> Completion:
    """Return a lesson completed so long ago, with hours written then: the table's triggers let nobody date them back."""
    user, lesson = learner(), published_lesson(SINGLE)
    assert lesson.shown_video is not None
    then = now() - ago
    with monkeypatch.context() as clock:
        clock.setattr(ledger, "now", lambda: then)
        watch_all(user, lesson.shown_video)
        answer(user, lesson, [1])
    return Completion.objects.get(user=user)


def test_a_completed_lesson_outlives_its_hours_and_still_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    old = completed(monkeypatch, ago=OLD)
    young = completed(monkeypatch, ago=OLD - timedelta(days=2))

    assert ledger.forget_old_hours() == 1

    old.refresh_from_db()
    assert (old.entry, list(HourEntry.objects.all())) == (None, [young.entry])
    with translation.override("en"):
        assert describe_completion(old) == {
            "lesson": old.lesson.title,
            "at": old.completed_at.isoformat(),
            "hours": None,
            "why": ["Watched 100% of 10.0 minutes.", "The question was answered rightly."],
        }


def test_a_lesson_whose_hours_are_gone_counts_no_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    old = completed(monkeypatch, ago=OLD)
    ledger.forget_old_hours()

    assert complete_lesson(old.user, old.lesson) == old
    assert HourEntry.objects.count() == 0


def test_corrected_and_disputed_hours_of_a_lesson_go_together(monkeypatch: pytest.MonkeyPatch) -> None:
    old = completed(monkeypatch, ago=OLD)
    assert old.entry is not None
    with monkeypatch.context() as clock:
        clock.setattr(ledger, "now", lambda: now() - OLD)
        correction = ledger.correct(old.entry, to_hours=Decimal("0.1"), actor=UserFactory(), reason="时长有误")
    answered = {"status": DisputeStatus.ANSWERED, "answered_at": now() - OLD, "answer": "已更正。"}
    HourDisputeFactory(entry=old.entry, user=old.user, correction=correction, **answered)

    assert ledger.forget_old_hours() == 2
    assert (HourEntry.objects.count(), HourDispute.objects.count()) == (0, 0)
