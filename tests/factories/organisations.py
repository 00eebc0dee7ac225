"""Organisations, memberships and roles for tests."""

from datetime import date
from typing import Any

import factory

from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import Membership, Organisation, RoleAssignment
from tests.factories.accounts import UserFactory


class OrganisationFactory(factory.django.DjangoModelFactory[Organisation]):
    """A branch at the root of the tree, or below `parent`."""

    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"第{n}支部")
    code = factory.Sequence(lambda n: f"branch-{n}")
    kind = OrganisationKind.BRANCH

    @classmethod
    def _create(cls, model_class: type[Organisation], *args: Any, **kwargs: Any) -> Organisation:
        parent = kwargs.pop("parent", None)
        if parent is None:
            made = model_class.add_root(**kwargs)
        else:
            # A treebeard node keeps a count of its children that another child may have changed.
            made = model_class.objects.get(pk=parent.pk).add_child(**kwargs)
        created: Organisation = model_class.objects.get(pk=made.pk)
        return created


class MembershipFactory(factory.django.DjangoModelFactory[Membership]):
    """An open membership since 2020."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    starts_on = date(2020, 1, 1)


class RoleAssignmentFactory(factory.django.DjangoModelFactory[RoleAssignment]):
    """An open role since 2020: the bare row; `organisations.services.grant_role` also asks for a second factor."""

    class Meta:
        model = RoleAssignment

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Role.BRANCH_SECRETARY
    starts_on = date(2020, 1, 1)
