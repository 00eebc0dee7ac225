"""What this room stores about a person, for "my data"."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from cms.core.personal_data import PersonalDataSource, register_personal_data
from cms.notices.queries import notices_of


def collect_notices(user: User) -> Iterable[dict[str, Any]]:
    """Return every notice, oldest first."""
    for row in notices_of(user).order_by("created_at", "pk"):
        yield {
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
