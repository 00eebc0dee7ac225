"""What this room keeps about a person."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from cms.core.personal_data import PersonalDataSource, Records
from cms.library.models import ReadingMark
from cms.library.queries import marks_of


def collect_marks(user: User) -> Records:
    """Return what the person marked as read, oldest first."""
    return Records(marks_of(user), describe_mark)


def describe_mark(row: ReadingMark) -> dict[str, Any]:
    """Return one mark."""
    return {"title": row.target.title, "marked_as_read": row.at.isoformat()}


MARKS = PersonalDataSource(
    slug="library.marks",
    label=_("What you marked as read"),
    reason=_("So that you see how far you are in a reading list. Nobody else sees it."),
    kept=_("Until you take the mark away."),
    collect=collect_marks,
)
