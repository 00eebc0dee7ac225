"""What this room keeps about a person."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from cms.core.personal_data import PersonalDataSource
from cms.lessons.enums import LessonState
from cms.lessons.queries import spoken_by, state_of, works_of


def collect_lessons(user: User) -> Iterable[dict[str, Any]]:
    """Return the person's works with their states and consent answers, oldest first, then works the person speaks in."""
    for lesson in reversed(works_of(user)):
        yield {
            "title": str(lesson),
            "state": str(LessonState(state_of(lesson)).label),
            "organisation": str(lesson.organisation),
            "begun": lesson.created_at.isoformat(),
            "first_published": lesson.first_published_at.isoformat() if lesson.first_published_at else None,
            "people_in_the_picture": str(lesson.get_people_display()),
            "children_in_the_picture": str(lesson.get_minors_display()),
            "taken_down_reason": lesson.taken_down_reason,
            "unpublished_reason": lesson.unpublished_reason,
        }
    for lesson in spoken_by(user):
        yield {"title": str(lesson), "author": str(lesson.author), "named_as_speaker": True}


LESSONS = PersonalDataSource(
    slug="lessons",
    label=_("Lessons you made"),
    reason=_("So that your lessons can be reviewed, shown under your name and found."),
    kept=_("Until you delete the draft, or as long as the lesson is part of the library."),
    collect=collect_lessons,
)
