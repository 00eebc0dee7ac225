"""A thing that can be reported, and the people around it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from cms.accounts.models import User
from cms.feedback import subjects
from cms.feedback.subjects import Subject
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from tests.factories.accounts import UserFactory
from tests.factories.organisations import OrganisationFactory, RoleAssignmentFactory
from tests.standing_rows import standing_scene

HIDDEN = "2"


@dataclass
class Scene:
    """A branch below a committee, an editor of the committee, the branch's administrator and an editor elsewhere."""

    organisation: Organisation
    editor: User
    admin: User
    stranger: User
    member: User


def make_people() -> Scene:
    committee = OrganisationFactory()
    branch = OrganisationFactory(parent=committee)
    editor, admin, stranger = UserFactory.create_batch(3, second_factor=True)
    member = UserFactory()
    RoleAssignmentFactory(user=editor, organisation=committee, role=Role.EDITOR)
    RoleAssignmentFactory(user=admin, organisation=branch, role=Role.BRANCH_ADMIN)
    RoleAssignmentFactory(user=stranger, organisation=OrganisationFactory(), role=Role.EDITOR)
    return Scene(branch, editor, admin, stranger, member)


people = standing_scene(make_people)


@pytest.fixture
def scene(people: Scene) -> Iterator[Scene]:
    def find_thing(user: User | AnonymousUser, pk: str) -> Subject:
        if pk == HIDDEN:
            raise Http404
        return Subject("thing", pk, "带班记录", "/lessons/", people.organisation)

    subjects.reportable("thing", find_thing)
    yield people
    del subjects._finders["thing"]
