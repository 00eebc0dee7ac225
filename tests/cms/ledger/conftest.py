"""People around one branch."""

from dataclasses import dataclass

from cms.accounts.models import User
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from tests.factories.accounts import UserFactory
from tests.factories.organisations import MembershipFactory, OrganisationFactory, RoleAssignmentFactory
from tests.standing_rows import standing_scene


@dataclass
class Branch:
    """A branch with a member and an administrator, and somebody from elsewhere with the same duty there."""

    organisation: Organisation
    member: User
    admin: User
    stranger: User


def make_branch() -> Branch:
    organisation = OrganisationFactory()
    member, admin, stranger = UserFactory(name="沈佳禾"), UserFactory(), UserFactory()
    for person in (member, admin):
        MembershipFactory(user=person, organisation=organisation)
    RoleAssignmentFactory(user=admin, organisation=organisation, role=Role.BRANCH_ADMIN)
    RoleAssignmentFactory(user=stranger, organisation=OrganisationFactory(), role=Role.BRANCH_ADMIN)
    return Branch(organisation, member, admin, stranger)


branch = standing_scene(make_branch)
