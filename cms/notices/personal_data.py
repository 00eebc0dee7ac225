"""What this room stores about a person, for "my data"."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from cms.core.personal_data import PersonalDataSource, Records, register_personal_data
from cms.notices.models import Notice
from cms.notices.queries import notices_of


def collect_notices(user: User) -> Records:
    """Return every notice, oldest first."""
    return Records(notices_of(user).order_by("created_at", "pk"), describe)


def describe(row: Notice) -> dict[str, Any]:
    """Return one notice."""
    return {
        "sent": row.created_at.isoformat(),
        "title": row.title,
        "text": row.body,
        "read": row.read_at.isoformat() if row.read_at else None,
    }


def register() -> None:
    """Register the room's source."""
    register_personal_data(
        PersonalDataSource(
            slug="notices.notices",
            label=_("Notices"),
            reason=_("To tell you what concerns you."),
            kept=_("One year."),
            collect=collect_notices,
        )
    )
