"""Duties: who holds which, and the accounts of their holders."""

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.accounts.audit import record_act
from cms.accounts.models import OneTimeCode, User
from cms.accounts.second_factor import forget_entry
from cms.accounts.services import end_all_sessions, end_api_tokens, forget_ways_in, forgive_wrong_passwords
from cms.core.clock import today
from cms.core.errors import DomainError, InvalidInput
from cms.core.events import publish
from cms.notices.services import notify
from cms.organisations.enums import SEPARATED_ROLES, STAFF_ROLES, Role
from cms.organisations.events import DutiesChanged
from cms.organisations.models import Organisation, RoleAssignment
from cms.organisations.queries import current_roles, forget_standing

ROOT_DEPTH = 1


@transaction.atomic
def grant_role(
    user: User, organisation: Organisation, role: Role | str, *, actor: User | None = None
) -> RoleAssignment:
    """Give the person a duty for an organisation and everything below it, from today on.

    A staff role asks for a second factor from then on, and the first one that an officer grants ends every way into the
    account that was there before: the officer hands over a new password (`set_new_password`). Raises DomainError: `separated` when reviewer, auditor and
    security officer would meet in one person, `own_role` for oneself, `held` when it is held there already,
    `not_root` for an auditor below the top (the audit log knows no branches).
    """
    role = Role(role)
    user = User.objects.select_for_update().get(pk=user.pk)
    held = list(current_roles(today()).filter(user=user).select_related("organisation"))
    refuse_role(user, organisation, role, held=held, actor=actor)
    made = RoleAssignment.objects.create(
        user=user, organisation=organisation, role=role, starts_on=today(), granted_by=actor
    )
    after = {"role": role, "organisation": organisation.code}
    record_act("organisations.grant_role", actor=actor, target=user, before=roles_picture(held), after=after)
    # Without an actor it is the operator's command, which made the account and its password in the same breath.
    if role in STAFF_ROLES and actor is not None and not user.mfa_required:
        forget_ways_in(user, actor=actor)
    follow_roles(user)
    notify(
        [user],
        kind="organisations.role_granted",
        title=lambda: (
            _("You are now %(role)s of %(organisation)s") % {"role": Role(role).label, "organisation": organisation}
        ),
        url="/workbench/" if role in STAFF_ROLES else "",
    )
    return made


def refuse_role(
    user: User, organisation: Organisation, role: Role, *, held: list[RoleAssignment], actor: User | None
) -> None:
    """Raise DomainError when the person must not get the role."""
    if actor is not None and actor.pk == user.pk:
        raise DomainError(_("Nobody grants a role to oneself."), code="own_role")
    if not user.is_active:
        raise DomainError(_("This account is closed."), code="inactive")
    if not organisation.is_active:
        raise DomainError(_("This organisation is closed."), code="closed")
    if any(row.role == role and row.organisation_id == organisation.pk for row in held):
        raise DomainError(_("The person holds this role there already."), code="held")
    if role == Role.AUDITOR and organisation.depth != ROOT_DEPTH:
        raise DomainError(_("An auditor is appointed at the top of the tree."), code="not_root")
    if role in SEPARATED_ROLES and any(row.role in SEPARATED_ROLES - {role} for row in held):
        raise DomainError(
            _("Reviewer, auditor and security officer must be three different people."), code="separated"
        )


@transaction.atomic
def end_role(assignment: RoleAssignment, *, actor: User | None = None, reason: str = "") -> None:
    """End a duty at once: yesterday becomes its last day. Ending one that has ended changes nothing.

    Raises DomainError (`own_role`) for one's own, so that an office is never empty by a slip.
    """
    if actor is not None and actor.pk == assignment.user_id:
        raise DomainError(_("Nobody ends an own role; please ask another officer."), code="own_role")
    user = User.objects.select_for_update().get(pk=assignment.user_id)
    running = current_roles(today()).filter(pk=assignment.pk)
    if not running.update(ends_on=today() - timedelta(days=1)):
        return
    before = {"role": assignment.role, "organisation": assignment.organisation.code}
    record_act("organisations.end_role", actor=actor, target=user, before=before, reason=reason)
    follow_roles(user)
    role = Role(assignment.role)
    notify(
        [user],
        kind="organisations.role_ended",
        title=lambda: (
            _("You are no longer %(role)s of %(organisation)s")
            % {"role": role.label, "organisation": assignment.organisation}
        ),
    )


@transaction.atomic
def follow_roles(user: User) -> None:
    """Bring the second-factor demand in step with the roles held today, and tell the rooms above."""
    roles = set(current_roles(today()).filter(user=user).values_list("role", flat=True))
    required = bool(roles & STAFF_ROLES)
    if User.objects.filter(pk=user.pk).exclude(mfa_required=required).update(mfa_required=required) and required:
        OneTimeCode.objects.filter(user=user, used_at__isnull=True).delete()
    user.mfa_required = required
    forget_standing(user)
    publish(DutiesChanged(user.pk))
    # The rooms above put editors into the admin's groups.
    forget_entry(user)


@transaction.atomic
def end_expired_duties() -> int:
    """Bring everybody in step whose last duty ran out by its date; return how many accounts changed."""
    lapsed = User.objects.filter(mfa_required=True).exclude(
        pk__in=current_roles(today()).filter(role__in=STAFF_ROLES).values("user")
    )
    people = list(lapsed)
    for user in people:
        follow_roles(user)
        record_act("organisations.duties_expired", actor=None, target=user)
    return len(people)


@transaction.atomic
def close_account(user: User, *, actor: User, reason: str) -> None:
    """Close an account: no sign-in, no tokens, sessions end at once; roles end, history stays.

    Raises DomainError for oneself (`own_account`) and InvalidInput without a reason.
    """
    if actor.pk == user.pk:
        raise DomainError(_("Nobody closes an own account."), code="own_account")
    if not reason.strip():
        sentence = _("Please write the reason.")
        raise InvalidInput(sentence, code="reason", fields={"reason": [sentence]})
    for assignment in current_roles(today()).filter(user=user).select_related("organisation", "user"):
        end_role(assignment, actor=actor, reason=reason)
    User.objects.filter(pk=user.pk).update(is_active=False)
    end_api_tokens(user)
    OneTimeCode.objects.filter(user=user).delete()
    record_act(
        "organisations.close_account",
        actor=actor,
        target=user,
        before={"active": True},
        after={"active": False},
        reason=reason.strip(),
    )
    user.is_active = False


@transaction.atomic
def reopen_account(user: User, *, actor: User) -> None:
    """Open a closed account again; roles do not come back by themselves."""
    User.objects.filter(pk=user.pk).update(is_active=True)
    record_act(
        "organisations.reopen_account", actor=actor, target=user, before={"active": False}, after={"active": True}
    )
    user.is_active = True


@transaction.atomic
def unlock_account(user: User, *, actor: User) -> int:
    """Lift the pause after wrong passwords, from all addresses; return how many counters were removed."""
    removed = forgive_wrong_passwords(user)
    record_act("organisations.unlock_account", actor=actor, target=user, before={"counters": removed})
    return removed


@transaction.atomic
def reset_second_factor(user: User, *, actor: User, reason: str) -> None:
    """Remove all second factors of somebody who lost them and end sessions and tokens; staff set up a new one at sign-in.

    Raises DomainError for oneself (`own_account`) and InvalidInput without a reason.
    """
    if actor.pk == user.pk:
        raise DomainError(_("Nobody resets an own second factor."), code="own_account")
    if not reason.strip():
        sentence = _("Please write the reason.")
        raise InvalidInput(sentence, code="reason", fields={"reason": [sentence]})
    kinds = sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    Authenticator.objects.filter(user=user).delete()
    end_all_sessions(user, actor=actor)
    record_act(
        "organisations.reset_second_factor", actor=actor, target=user, before={"factors": kinds}, reason=reason.strip()
    )
    notify(
        [user],
        kind="accounts.second_factor_reset",
        title=gettext_lazy("Your second factor was reset by the security officer"),
        body=gettext_lazy("If you did not ask for it, please tell your branch secretary at once."),
    )


@transaction.atomic
def set_new_password(user: User, *, password: str, actor: User) -> None:
    """Give somebody with a staff role a first password to change, because codes never open staff accounts.

    Sessions and tokens of scripts end. Raises DomainError for oneself (`own_account`).
    """
    if actor.pk == user.pk:
        raise DomainError(_("Please change an own password under My settings."), code="own_account")
    user.set_password(password)
    user.save(update_fields=["password"])
    end_api_tokens(user)
    record_act("organisations.set_password", actor=actor, target=user)
    notify(
        [user],
        kind="accounts.password_set",
        title=gettext_lazy("The security officer gave you a new password; please change it"),
        url="/accounts/password/change/",
    )


def roles_picture(held: list[RoleAssignment]) -> dict[str, list[str]]:
    """Return the roles held, as the audit log keeps them."""
    return {"roles": sorted(f"{row.role} @ {row.organisation.code}" for row in held)}
