"""Reads of completions and of what is still missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from cms.accounts.models import User
from cms.core.personal_data import Records
from cms.learning.explanations import SOURCE_KIND, explain_lesson
from cms.learning.models import Completion
from cms.ledger.queries import why
from cms.lessons.models import MicroLesson
from cms.quizzes.queries import find_quiz, has_passed
from cms.videos.models import Video
from cms.watching.models import WatchProgress
from cms.watching.queries import progress_of

WHOLE = 100


@dataclass(frozen=True)
class Progress:
    """How far a person is with a lesson."""

    watched: bool
    watched_percent: int
    has_question: bool
    passed: bool

    @property
    def is_enough(self) -> bool:
        """Return whether nothing is missing."""
        return self.watched and (self.passed or not self.has_question)


def shown_video_of(lesson: MicroLesson) -> Video | None:
    """Return the video that people see: the one of the last publication."""
    return lesson.shown_video or lesson.video


def progress_with(user: User, lesson: MicroLesson) -> Progress:
    """Return what the person has watched and answered of the lesson."""
    video, quiz = shown_video_of(lesson), find_quiz(SOURCE_KIND, lesson.pk)
    progress = progress_of(user, video) if video else None
    return Progress(
        watched=progress is not None and progress.watched_at is not None,
        watched_percent=progress.percent if progress else 0,
        has_question=quiz is not None,
        passed=quiz is not None and has_passed(user, quiz),
    )


def completions_of(user: User) -> QuerySet[Completion]:
    """Return what the person completed, the last first, with lesson and ledger entry."""
    return Completion.objects.filter(user=user).select_related("lesson", "entry")


def completion_of(user: User, lesson: MicroLesson) -> Completion | None:
    """Return the person's completion of the lesson, or None."""
    return completions_of(user).filter(lesson=lesson).first()


def completed_among(user: User, lesson_ids: Iterable[int]) -> set[int]:
    """Return which of the lessons the person has completed (one query, for lists)."""
    mine = Completion.objects.filter(user=user, lesson__in=list(lesson_ids))
    return set(mine.values_list("lesson_id", flat=True))


def why_completed(completion: Completion) -> list[str]:
    """Return the sentences that say why the lesson counts, in the active language."""
    return why(completion.entry) if completion.entry else explain_lesson(completion.reasons)


def watchers_without_completion(lesson: MicroLesson) -> QuerySet[User]:
    """Return who watched the lesson's video and has not completed the lesson."""
    watched = WatchProgress.objects.filter(video=shown_video_of(lesson), watched_at__isnull=False)
    return User.objects.filter(pk__in=watched.values("user")).exclude(completions__lesson=lesson).order_by("pk")


def personal_completions(user: User) -> Records:
    """Return what the person completed for "my data", the oldest first."""
    rows = completions_of(user).select_related("entry__rule").order_by("completed_at", "pk")
    return Records(rows, describe_completion)


def describe_completion(completion: Completion) -> dict[str, Any]:
    """Return one completed lesson with its reason."""
    return {
        "lesson": str(completion.lesson),
        "at": completion.completed_at.isoformat(),
        "hours": str(completion.entry.hours) if completion.entry else None,
        "why": why_completed(completion),
    }
