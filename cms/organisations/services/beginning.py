"""The first organisation and the first people of a new site: everybody else comes through the pages."""

import secrets
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.accounts.services import open_account_with_password
from cms.core.errors import DomainError
from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import Organisation
from cms.organisations.services.roles import grant_role
from cms.organisations.services.tree import create_organisation

PASSWORD_BYTES = 12


@dataclass(frozen=True)
class FirstPerson:
    """Who is to hold a duty from the first day on; `password` is known here only, and stored as a hash."""

    name: str
    username: str
    password: str


@transaction.atomic
def begin_site(
    *, organisation: str, code: str, short_name: str, officer: tuple[str, str], administrator: tuple[str, str]
) -> tuple[FirstPerson, FirstPerson]:
    """Make the top of the tree, its security officer and its administrator; return both with their first passwords.

    The officer keeps accounts and roles, the administrator the tree and its members: neither could begin alone, because
    nobody grants a role to oneself. `officer` and `administrator` are name and user name. Both have to set up a second
    factor at the first sign-in. Raises DomainError (`begun`) when there is an organisation already, and InvalidInput for
    names that cannot be used.
    """
    if Organisation.objects.exists():
        raise DomainError(_("There are organisations already; this site has begun."), code="begun")
    root = create_organisation(
        name=organisation, code=code, short_name=short_name, kind=OrganisationKind.COMMITTEE, actor=None
    )
    duties = ((officer, Role.SECURITY_OFFICER), (administrator, Role.BRANCH_ADMIN))
    people = tuple(appoint(name, username, role, root) for (name, username), role in duties)
    record_act("organisations.begin_site", actor=None, target=root, after={"people": [one.username for one in people]})
    return people[0], people[1]


def appoint(name: str, username: str, role: Role, root: Organisation) -> FirstPerson:
    """Open an account with a password and give it a duty at the top."""
    person = FirstPerson(name, username, secrets.token_urlsafe(PASSWORD_BYTES))
    user: User = open_account_with_password(name=name, username=username, password=person.password)
    grant_role(user, root, role)
    return person
