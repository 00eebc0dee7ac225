"""Who may do what with people and organisations; every view fetches through these doors."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from cms.accounts.models import User
from cms.organisations.enums import MANAGING_ROLES, Role
from cms.organisations.models import DataDispute, MemberImport, Membership, RoleAssignment
from cms.organisations.queries import disputes_in_reach, members_below, people_in_reach, standing_of


def duty_paths(user: User, roles: Iterable[str]) -> tuple[str, ...]:
    """Return the roots of the subtrees in which the person holds one of the roles.

    Raises PermissionDenied (403) when there is none.
    """
    paths = standing_of(user).paths_of(*roles)
    if not paths:
        raise PermissionDenied
    return paths


def managed_paths(user: User) -> tuple[str, ...]:
    """Return the subtrees whose members the person keeps; raises PermissionDenied when there is none."""
    return duty_paths(user, MANAGING_ROLES)


def secured_paths(user: User) -> tuple[str, ...]:
    """Return the subtrees whose accounts the person keeps; raises PermissionDenied when there is none."""
    return duty_paths(user, {Role.SECURITY_OFFICER})


def dispute_paths(user: User) -> tuple[str, ...]:
    """Return the subtrees whose objections the person answers; raises PermissionDenied when there is none."""
    return duty_paths(user, MANAGING_ROLES | {Role.SECURITY_OFFICER})


def require_auditor(user: User) -> None:
    """Raise PermissionDenied unless the person is an auditor."""
    duty_paths(user, {Role.AUDITOR})


def may_manage_member(user: User, membership: Membership) -> bool:
    """Return whether the person keeps the member's organisation."""
    return standing_of(user).has_role_at(MANAGING_ROLES, membership.organisation.path)


def may_issue_code(user: User, membership: Membership) -> bool:
    """Return whether the person may hand a sign-in code to the member: never to staff, never to oneself."""
    member = membership.user
    return (
        may_manage_member(user, membership)
        and member.is_active
        and not member.mfa_required
        and not member.is_superuser
        and member.pk != user.pk
    )


def get_member_for(user: User, pk: int) -> Membership:
    """Return today's membership of a person whose organisation the user keeps.

    Raises PermissionDenied without any such duty and Http404 for everybody else.
    """
    membership = members_below(managed_paths(user)).filter(user_id=pk).first()
    if membership is None:
        raise Http404
    return membership


def get_account_for(user: User, pk: int) -> User:
    """Return an account that the security officer keeps.

    Raises PermissionDenied without the duty and Http404 for accounts out of reach.
    """
    found = people_in_reach(secured_paths(user)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_assignment_for(user: User, pk: int) -> RoleAssignment:
    """Return a role that the security officer may end; raises Http404 when it lies out of reach."""
    secured = secured_paths(user)
    found = RoleAssignment.objects.filter(pk=pk).select_related("organisation", "user").first()
    if found is None or not found.organisation.path.startswith(secured):
        raise Http404
    return found


def get_import_for(user: User, uuid: UUID) -> MemberImport:
    """Return an own import that waits or was done; raises Http404 for others'."""
    managed_paths(user)
    found = MemberImport.objects.filter(actor=user, uuid=uuid).first()
    if found is None:
        raise Http404
    return found


def get_dispute_for(user: User, pk: int) -> DataDispute:
    """Return an objection of somebody else in the user's reach; raises Http404 otherwise."""
    found = disputes_in_reach(dispute_paths(user)).exclude(user=user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
