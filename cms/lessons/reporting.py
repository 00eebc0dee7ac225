"""Lessons as subjects of problem reports: only what the person may see can be reported."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from cms.accounts.models import User
from cms.core.converters import is_key
from cms.feedback.subjects import Subject, TakenDown
from cms.lessons.models import MicroLesson
from cms.lessons.permissions import get_lesson_for, way_back

KIND = "lesson"


def reported_lesson(user: User | AnonymousUser, pk: str) -> Subject:
    """Return the lesson as a subject. Raises Http404 for what the person may not see."""
    if not is_key(pk):
        raise Http404
    lesson = get_lesson_for(user, int(pk))
    return Subject(KIND, str(lesson.pk), str(lesson), lesson.get_absolute_url(), lesson.organisation)


def lesson_taken_down(user: User, pk: str) -> TakenDown | None:
    """Return that the lesson was taken down and where the person may allow it again, or None."""
    gone = MicroLesson.objects.filter(taken_down_at__isnull=False).select_related("organisation")
    lesson = gone.filter(pk=int(pk)).first() if is_key(pk) else None
    return TakenDown(way_back(user, lesson)) if lesson else None
