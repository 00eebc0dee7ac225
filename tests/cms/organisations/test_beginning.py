"""How a new site begins: one command, then pages."""

import re
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.management import CommandError, call_command
from django.test import Client

from cms.accounts.models import AuditEntry, User
from cms.organisations.models import Organisation, RoleAssignment
from tests.factories.accounts import UserFactory
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db
ARGUMENTS = ["云岭县委", "--code", "yunling", "--officer", "王明", "--administrator", "李华"]


def begin(*arguments: str) -> dict[str, str]:
    """Run the command; return the printed passwords by user name."""
    out = StringIO()
    call_command("begin_site", *(arguments or ARGUMENTS), stdout=out)
    return dict(re.findall(r"user name (\S+) · password (\S+)", out.getvalue()))


def test_a_new_site_has_its_top_and_two_people_on_duty() -> None:
    assert set(begin()) == {"officer", "administrator"}
    root = Organisation.objects.get()
    assert (root.name, root.code, root.kind, root.depth) == ("云岭县委", "yunling", "committee", 1)
    held = RoleAssignment.objects.values_list("user__username", "user__name", "role", "organisation")
    assert set(held) == {
        ("officer", "王明", "security_officer", root.pk),
        ("administrator", "李华", "branch_admin", root.pk),
    }
    assert not User.objects.filter(is_superuser=True).exists()
    entry = AuditEntry.objects.get(action="organisations.begin_site")
    assert (entry.actor_id, entry.after) == (None, {"people": ["officer", "administrator"]})


@pytest.mark.parametrize("username", ["officer", "administrator"])
def test_the_first_sign_in_leads_to_the_second_factor_and_nowhere_else(client: Client, username: str) -> None:
    password = begin()[username]
    assert client.post("/accounts/login/", {"login": username, "password": password}).status_code == 302
    for path in ("/", "/workbench/", "/workbench/accounts/", "/workbench/members/"):
        assert client.get(path)["Location"] == "/accounts/2fa/totp/activate/"
    TOTP.activate(User.objects.get(username=username), generate_totp_secret())
    page = {"officer": "/workbench/accounts/", "administrator": "/workbench/members/"}[username]
    assert client.get(page).status_code == 200


def test_passwords_are_made_anew_for_each_person_and_stand_nowhere() -> None:
    passwords = begin()
    assert passwords["officer"] != passwords["administrator"]
    written = str(list(AuditEntry.objects.values())) + str(list(User.objects.values()))
    assert not any(password in written for password in passwords.values())
    assert not Authenticator.objects.exists()


def test_a_site_begins_once() -> None:
    OrganisationFactory()
    with pytest.raises(CommandError, match="本站已有组织"):
        begin()
    assert (Organisation.objects.count(), User.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    "changed",
    [
        {0: "  "},
        {0: "长" * 121},
        {2: "有空 格"},
        {4: ""},
        {6: "名" * 61},
        {4: "王明", 5: "--officer-username=a b"},
        {5: "--officer-username=administrator"},
        {5: "--officer-username=13800138000"},
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_left(changed: dict[int, str]) -> None:
    UserFactory(phone="13800138000")
    arguments = list(ARGUMENTS)
    for place, text in changed.items():
        if text.startswith("--"):
            arguments.append(text)
        else:
            arguments[place] = text
    with pytest.raises(CommandError):
        begin(*arguments)
    assert (Organisation.objects.count(), User.objects.count()) == (0, 1)
