"""A branch with a secretary, and one elsewhere."""

from dataclasses import dataclass

from cms.accounts.models import User
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from tests.factories.accounts import UserFactory, give_second_factor
from tests.factories.organisations import MembershipFactory, OrganisationFactory, RoleAssignmentFactory
from tests.standing_rows import standing_scene


@dataclass
class Branch:
    """Two branches below one committee; `above` has the duty for both."""

    organisation: Organisation
    other: Organisation
    secretary: User
    stranger: User
    above: User
    member: User


def make_branch() -> Branch:
    committee = OrganisationFactory()
    here, there = OrganisationFactory(parent=committee), OrganisationFactory(parent=committee)
    people = {name: UserFactory() for name in ("secretary", "stranger", "above", "member")}
    for name, place in (("secretary", here), ("stranger", there), ("above", committee)):
        give_second_factor(people[name])
        RoleAssignmentFactory(user=people[name], organisation=place, role=Role.BRANCH_SECRETARY)
    MembershipFactory(user=people["member"], organisation=here)
    return Branch(here, there, **people)


branch = standing_scene(make_branch)
