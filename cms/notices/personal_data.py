"""What this room stores about a person, for "my data"."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from cms.core.personal_data import PersonalDataSource, Records, register_personal_data
from cms.notices.models import MutedArea, Notice
from cms.notices.queries import mail_setting_of, notices_of


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


def collect_address(user: User) -> list[dict[str, Any]]:
    """Return the e-mail address for notices, if there is one."""
    kept = mail_setting_of(user)
    if kept is None:
        return []
    return [{"email": kept.address, "confirmed": kept.verified_at.isoformat() if kept.verified_at else None}]


def collect_choices(user: User) -> list[dict[str, Any]]:
    """Return what the person does not want to be told, on which way."""
    rows = MutedArea.objects.filter(user=user)
    return [{"muted": str(row.get_area_display()), "way": str(row.get_channel_display())} for row in rows]


def register() -> None:
    """Register the room's sources."""
    register_personal_data(
        PersonalDataSource(
            slug="notices.notices",
            label=_("Notices"),
            reason=_("To tell you what concerns you."),
            kept=_("One year."),
            collect=collect_notices,
        )
    )
    register_personal_data(
        PersonalDataSource(
            slug="notices.address",
            label=_("E-mail address for notices"),
            reason=_("To send you notices by e-mail, if you want that."),
            kept=_("Until you delete it."),
            collect=collect_address,
        )
    )
    register_personal_data(
        PersonalDataSource(
            slug="notices.choices",
            label=_("Which notices you do not want"),
            reason=_("So that you are told only what you want to know."),
            kept=_("Until you change it."),
            collect=collect_choices,
        )
    )
