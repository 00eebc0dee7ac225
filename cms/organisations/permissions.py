"""Who may do what with people and organisations; every view fetches through these doors."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from cms.accounts.models import User
from cms.accounts.second_factor import needs_second_factor
from cms.organisations.enums import MANAGING_ROLES, TREE_ROLES, Role
from cms.organisations.models import DataDispute, MemberImport, Membership, Organisation, RoleAssignment
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


def tree_paths(user: User) -> tuple[str, ...]:
    """Return the subtrees whose shape the person keeps; raises PermissionDenied when there is none."""
    return duty_paths(user, TREE_ROLES)


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
        and not needs_second_factor(member)
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
    """Return an account that the security officer may look at.

    Raises PermissionDenied without the duty and Http404 for accounts out of reach.
    """
    found = people_in_reach(secured_paths(user)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def keeps_account(user: User, person: User) -> bool:
    """Return whether the security officer may act on the account: all duties of its holder lie in the officer's reach.

    Otherwise an officer of a branch could set the password of a county editor who belongs there, and be the editor.
    A superuser's account is for superusers only.
    """
    if person.is_superuser and not user.is_superuser:
        return False
    secured = secured_paths(user)
    return all(path.startswith(secured) for _role, path in standing_of(person).duties)


def get_kept_account_for(user: User, pk: int) -> User:
    """Return an account that the security officer may act on.

    Raises as `get_account_for`, and PermissionDenied for an account that the officer may only look at.
    """
    person = get_account_for(user, pk)
    if not keeps_account(user, person):
        raise PermissionDenied
    return person


def get_assignment_for(user: User, pk: int) -> RoleAssignment:
    """Return a role that the security officer may end.

    Raises Http404 when it lies out of reach, and PermissionDenied when its holder's account is another's to keep.
    """
    secured = secured_paths(user)
    found = RoleAssignment.objects.filter(pk=pk).select_related("organisation", "user").first()
    if found is None or not found.organisation.path.startswith(secured):
        raise Http404
    if not keeps_account(user, found.user):
        raise PermissionDenied
    return found


def get_organisation_for(user: User, pk: int) -> Organisation:
    """Return an organisation at or below those whose tree the person keeps, also a closed one.

    Raises PermissionDenied without any such duty and Http404 for everything else.
    """
    paths = tree_paths(user)
    found: Organisation | None = Organisation.objects.filter(pk=pk).first()
    if found is None or not found.path.startswith(paths):
        raise Http404
    return found


def hangs_below(user: User, organisation: Organisation) -> bool:
    """Return whether the organisation lies below one that the person keeps: the own top is moved and closed from above."""
    return any(organisation.path.startswith(path) and organisation.path != path for path in tree_paths(user))


def get_hanging_for(user: User, pk: int) -> Organisation:
    """Return an organisation that the person may move, close and open again.

    Raises as `get_organisation_for`, and PermissionDenied for the top of what the person keeps.
    """
    found = get_organisation_for(user, pk)
    if not hangs_below(user, found):
        raise PermissionDenied
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
