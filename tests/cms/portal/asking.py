"""Questions that were asked, and who asks them."""

from datetime import timedelta
from typing import Any

from django.test import Client

from cms.core.clock import today
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.portal.models import AskedText
from search.schema import Result
from tests.factories.accounts import UserFactory
from tests.factories.admin import in_admin
from tests.factories.organisations import OrganisationFactory, RoleAssignmentFactory


def answered(total: int = 3, relaxed: str | None = None) -> Result:
    return Result(hits=(), total=total, engine="embedded", relaxed=relaxed)


def counted(*fields: str) -> list[tuple[Any, ...]]:
    return list(AskedText.objects.order_by("day", "text").values_list(*fields))


def ask(text: str, *, times: int = 1, total: int = 3, days_ago: int = 0, opened: int = 0, missed: int = 0) -> None:
    """Let a text be asked by so many on one day."""
    AskedText.objects.create(
        day=today() - timedelta(days=days_ago),
        text=text,
        asked=times,
        missed=missed if total else times,
        opened=opened,
    )


def from_networks(count: int) -> list[Client]:
    """Return browsers of so many visitors, each in another network."""
    return [Client(REMOTE_ADDR=f"198.51.100.{number}") for number in range(1, count + 1)]


def browser_of(role: Role, organisation: Organisation | None = None) -> Client:
    person = UserFactory(second_factor=True)
    RoleAssignmentFactory(user=person, organisation=organisation or OrganisationFactory(parent=None), role=role)
    return in_admin(person)
