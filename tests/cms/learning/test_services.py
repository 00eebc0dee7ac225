from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from cms.core import events
from cms.jobs.models import Job
from cms.learning.events import LessonCompleted
from cms.learning.models import Completion
from cms.learning.queries import completed_among, completions_of, personal_completions, why_completed
from cms.learning.services import complete_for_watchers, complete_lesson
from cms.ledger.enums import RuleKind
from cms.ledger.models import HourEntry, HourRule
from cms.ledger.queries import year_total
from cms.lessons.events import LessonPublished
from cms.lessons.models import MicroLesson
from cms.quizzes.services import freeze_quiz
from cms.taxonomy.enums import Visibility
from tests.factories.learning import answer, learner, published_lesson, watch_all
from tests.factories.quizzes import MULTIPLE, SINGLE, TRUE_FALSE
from tests.factories.watching import WatchableVideoFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard() -> Iterator[list[LessonCompleted]]:
    told: list[LessonCompleted] = []
    subscriber = told.append
    events.subscribe(LessonCompleted)(subscriber)
    yield told
    events._subscribers[LessonCompleted].remove(subscriber)


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize("watched_first", [True, False])
def test_a_lesson_watched_and_answered_counts_in_whatever_order(
    heard: list[LessonCompleted], *, watched_first: bool
) -> None:
    user, lesson = learner(), published_lesson(SINGLE)
    video = lesson.shown_video
    assert video is not None
    steps = [partial(watch_all, user, video), partial(answer, user, lesson, [1])]
    first, second = steps if watched_first else steps[::-1]
    first()
    assert (Completion.objects.count(), HourEntry.objects.count()) == (0, 0)
    second()
    completion, entry = Completion.objects.get(), HourEntry.objects.get()
    assert (completion.user, completion.lesson, completion.entry) == (user, lesson, entry)
    assert (entry.hours, entry.source_label, entry.on) == (Decimal("0.20"), lesson.title, timezone.localdate())
    assert heard == [LessonCompleted(user.pk, lesson.pk, completion.pk)]


def test_the_entry_says_why_in_words_and_in_chinese() -> None:
    user, lesson = learner(), published_lesson(SINGLE)
    assert lesson.shown_video is not None
    watch_all(user, lesson.shown_video, until=564)
    answer(user, lesson, [1])
    with translation.override("en"):
        assert why_completed(Completion.objects.get()) == [
            "Watched 94% of 10.0 minutes.",
            "The question was answered rightly.",
            "Counted as 0.2 study hours under the rule “微课学时规则” (in force since Thu 1 Jan 2026).",
            "The rule: 45 minutes are one study hour, rounded to a tenth.",
            "One item counts at least 0.1 and at most 1.0 study hours.",
        ]


def test_a_lesson_without_a_question_is_complete_when_it_was_watched() -> None:
    user, lesson = learner(), published_lesson()
    assert lesson.shown_video is not None
    watch_all(user, lesson.shown_video)
    assert Completion.objects.get().reasons["questions"] == 0


def test_a_wrong_answer_or_too_little_watching_completes_nothing() -> None:
    user, lesson = learner(), published_lesson(SINGLE)
    assert lesson.shown_video is not None
    watch_all(user, lesson.shown_video, until=300)
    answer(user, lesson, [0])
    answer(user, lesson, [1])
    assert Completion.objects.count() == 0
    other = learner()
    watch_all(other, lesson.shown_video)
    answer(other, lesson, [2])
    assert (Completion.objects.count(), HourEntry.objects.count()) == (0, 0)


def test_publishing_anew_with_other_questions_and_another_video_never_counts_twice(
    heard: list[LessonCompleted],
) -> None:
    user, lesson = learner(), published_lesson(SINGLE)
    assert lesson.shown_video is not None
    watch_all(user, lesson.shown_video)
    answer(user, lesson, [1])
    video = WatchableVideoFactory(duration_s=300.0)
    MicroLesson.objects.filter(pk=lesson.pk).update(video=video, shown_video=video)
    freeze_quiz("lesson", lesson.pk, [MULTIPLE, TRUE_FALSE])
    watch_all(user, video)
    answer(user, lesson, [0, 2, 3], [1])
    lesson.refresh_from_db()
    assert complete_lesson(user, lesson) == Completion.objects.get()
    assert (HourEntry.objects.count(), len(heard)) == (1, 1)


def test_the_database_lets_a_lesson_be_completed_once() -> None:
    user, lesson = learner(), published_lesson()
    Completion.objects.create(user=user, lesson=lesson, completed_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Completion.objects.create(user=user, lesson=lesson, completed_at=timezone.now())


@pytest.mark.parametrize(
    "fields", [{"live": False}, {"live": False, "taken_down_at": timezone.now()}, {"visibility": Visibility.PRIVATE}]
)
def test_what_is_not_shown_to_the_person_is_not_completed(fields: dict[str, Any]) -> None:
    user, lesson = learner(), published_lesson(**fields)
    assert lesson.shown_video is not None
    watch_all(user, lesson.shown_video)
    assert (complete_lesson(user, lesson), Completion.objects.count()) == (None, 0)


def test_without_a_rule_in_force_the_lesson_is_complete_and_counts_no_hours() -> None:
    HourRule.objects.filter(kind=RuleKind.LESSON).update(valid_to=date(2026, 1, 2))
    user, lesson = learner(), published_lesson()
    assert lesson.shown_video is not None
    watch_all(user, lesson.shown_video)
    completion = Completion.objects.get()
    assert (completion.entry, HourEntry.objects.count()) == (None, 0)
    with translation.override("en"):
        assert why_completed(completion)[-1] == "No hour rule was in force on that day, so it counts no study hours."


@pytest.mark.usefixtures("noon")
def test_a_video_in_two_lessons_completes_both_of_them() -> None:
    user, lesson = learner(), published_lesson()
    other = published_lesson(video=lesson.shown_video, title="另一节")
    assert lesson.shown_video is not None
    watch_all(user, lesson.shown_video)
    assert completed_among(user, [lesson.pk, other.pk, 0]) == {lesson.pk, other.pk}
    assert year_total(user, timezone.localdate().year) == Decimal("0.40")


def test_who_watched_before_the_publication_is_looked_for_by_the_worker() -> None:
    user, video = learner(), WatchableVideoFactory(duration_s=600.0)
    watch_all(user, video)
    lesson = published_lesson(video=video)
    assert Completion.objects.count() == 0
    for _ in range(2):
        events.publish(LessonPublished(lesson.pk))
    assert list(Job.objects.values_list("kind", "payload")) == [("learning.catch_up", {"lesson_id": lesson.pk})]
    assert [complete_for_watchers(lesson), complete_for_watchers(lesson)] == [1, 0]
    assert Completion.objects.get().user == user


def test_own_completions_and_my_data_hold_nobody_elses() -> None:
    lesson = published_lesson()
    assert lesson.shown_video is not None
    users = [learner(), learner()]
    for user in users:
        watch_all(user, lesson.shown_video)
    assert [completion.user for completion in completions_of(users[0])] == [users[0]]
    assert [(row["lesson"], row["hours"]) for row in personal_completions(users[1])] == [(lesson.title, "0.20")]
