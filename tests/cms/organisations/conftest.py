"""A small county: two townships with a branch each, and people on duty."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from cms.accounts.models import User
from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import Organisation
from tests.factories.accounts import UserFactory, give_second_factor
from tests.factories.organisations import MembershipFactory, OrganisationFactory, RoleAssignmentFactory
from tests.standing_rows import standing_scene


@dataclass
class County:
    root: Organisation
    town: Organisation
    branch: Organisation
    other: Organisation
    secretary: User
    officer: User
    auditor: User
    member: User
    stranger: User


def on_duty(role: Role, organisation: Organisation, name: str) -> User:
    user: User = UserFactory(name=name, mfa_required=True)
    give_second_factor(user)
    MembershipFactory(user=user, organisation=organisation)
    RoleAssignmentFactory(user=user, organisation=organisation, role=role)
    return user


def make_county() -> County:
    root = OrganisationFactory(name="云岭县委", code="county", kind=OrganisationKind.COMMITTEE)
    town = OrganisationFactory(name="清水镇党委", code="town", parent=root, kind=OrganisationKind.COMMITTEE)
    branch = OrganisationFactory(name="清水街支部", code="branch", parent=town)
    other = OrganisationFactory(name="石桥支部", code="other", parent=root)
    member, stranger = UserFactory(name="沈佳禾"), UserFactory(name="罗启明")
    MembershipFactory(user=member, organisation=branch)
    MembershipFactory(user=stranger, organisation=other)
    return County(
        root=root,
        town=town,
        branch=branch,
        other=other,
        secretary=on_duty(Role.BRANCH_SECRETARY, town, "书记"),
        officer=on_duty(Role.SECURITY_OFFICER, root, "安全员"),
        auditor=on_duty(Role.AUDITOR, root, "审计员"),
        member=member,
        stranger=stranger,
    )


county = standing_scene(make_county)


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
