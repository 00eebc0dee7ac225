"""What this room stores about a person, for "my data"."""

from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from axes.models import AccessLog
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import AuditEntry, User
from cms.accounts.second_factor import needs_second_factor
from cms.core.personal_data import PersonalDataSource, Records, register_personal_data


def collect_account(user: User) -> Iterable[dict[str, Any]]:
    """Return the account itself."""
    yield {
        "username": user.username,
        "name": user.name,
        "phone": user.phone,
        "staff_number": user.staff_number,
        "elder_view": user.elder_view,
        "language": user.language,
        "second_factor_required": needs_second_factor(user),
        "joined": user.date_joined.isoformat(),
        "last_sign_in": user.last_login.isoformat() if user.last_login else None,
    }


def collect_factors(user: User) -> Iterable[dict[str, Any]]:
    """Return which second factors exist, never their secrets."""
    for factor in Authenticator.objects.filter(user=user).order_by("pk"):
        yield {
            "kind": factor.type,
            "created": factor.created_at.isoformat(),
            "last_used": factor.last_used_at.isoformat() if factor.last_used_at else None,
        }


def collect_sign_ins(user: User) -> Records:
    """Return the sign-ins with address and browser; axes keeps them under the user name."""
    return Records(AccessLog.objects.filter(username=user.username).order_by("attempt_time", "pk"), describe_sign_in)


def describe_sign_in(row: AccessLog) -> dict[str, Any]:
    """Return one sign-in."""
    return {
        "at": row.attempt_time.isoformat(),
        "address": row.ip_address,
        "browser": row.user_agent,
        "signed_out": row.logout_time.isoformat() if row.logout_time else None,
    }


def collect_acts(user: User) -> Records:
    """Return the audit entries about the person's account and those the person caused."""
    about = AuditEntry.objects.filter(target_kind="accounts.user", target_id=str(user.pk))
    caused = AuditEntry.objects.filter(actor_id=user.pk)
    return Records((about | caused).order_by("at", "pk"), describe_act)


def describe_act(entry: AuditEntry) -> dict[str, Any]:
    """Return one entry of the audit log; before and after may tell about others."""
    return {"at": entry.at.isoformat(), "action": entry.action, "by": entry.actor_name, "about": entry.target_label}


def register() -> None:
    """Register the room's sources."""
    register_personal_data(
        PersonalDataSource(
            slug="accounts.account",
            label=_("Account"),
            reason=_("To sign in and to be reached by the own branch."),
            kept=_("As long as the account exists."),
            collect=collect_account,
        )
    )
    register_personal_data(
        PersonalDataSource(
            slug="accounts.factors",
            label=_("Second factors"),
            reason=_("To make sure that nobody else signs in as you."),
            kept=_("Until you remove them."),
            collect=collect_factors,
        )
    )
    register_personal_data(
        PersonalDataSource(
            slug="accounts.sign_ins",
            label=_("Sign-ins"),
            reason=_("So that a sign-in by somebody else is noticed, and because the law asks for it."),
            kept=format_lazy(_("{days} days."), days=settings.ACCESS_LOG_KEEP.days),
            collect=collect_sign_ins,
        )
    )
    register_personal_data(
        PersonalDataSource(
            slug="accounts.acts",
            label=_("Entries of the audit log"),
            reason=_("What was done to your account and what you did on duty stays provable."),
            kept=_("At least five years; entries cannot be changed."),
            collect=collect_acts,
        )
    )
