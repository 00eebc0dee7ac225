"""What this room stores about a person, for "my data"."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from cms.core.personal_data import PersonalDataSource, register_personal_data


def collect_memberships(user: User) -> Iterable[dict[str, Any]]:
    """Return every membership, oldest first."""
    for row in user.memberships.select_related("organisation").order_by("starts_on", "pk"):
        yield {
            "organisation": row.organisation.name,
            "as": str(row.get_kind_display()),
            "from": row.starts_on.isoformat(),
            "to": row.ends_on.isoformat() if row.ends_on else None,
            "away": row.is_mobile,
            "home_delivery": row.needs_home_delivery,
        }


def collect_roles(user: User) -> Iterable[dict[str, Any]]:
    """Return every role, oldest first."""
    for row in user.role_assignments.select_related("organisation").order_by("starts_on", "pk"):
        yield {
            "role": str(row.get_role_display()),
            "organisation": row.organisation.name,
            "from": row.starts_on.isoformat(),
            "to": row.ends_on.isoformat() if row.ends_on else None,
        }


def collect_disputes(user: User) -> Iterable[dict[str, Any]]:
    """Return every objection with its answer, oldest first."""
    for row in user.data_disputes.order_by("created_at", "pk"):
        yield {
            "about": row.source,
            "sent": row.created_at.isoformat(),
            "text": row.text,
            "status": str(row.get_status_display()),
            "answer": row.answer,
        }


def register() -> None:
    """Register the room's sources."""
    register_personal_data(
        PersonalDataSource(
            slug="organisations.memberships",
            label=_("Memberships"),
            reason=_("To know which branch you belong to and what it may show you."),
            kept=_("As long as the account exists; a transfer keeps the history."),
            collect=collect_memberships,
        )
    )
    register_personal_data(
        PersonalDataSource(
            slug="organisations.roles",
            label=_("Roles"),
            reason=_("To know what you may do for an organisation."),
            kept=_("As long as the account exists."),
            collect=collect_roles,
        )
    )
    register_personal_data(
        PersonalDataSource(
            slug="organisations.disputes",
            label=_("Objections"),
            reason=_("To look into them and answer you."),
            kept=_("As long as the account exists."),
            collect=collect_disputes,
        )
    )
