"""How a new site begins: one command, then pages."""

import re
import uuid
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from cms.accounts.models import AuditEntry, User
from cms.lessons.models import MicroLesson
from cms.lessons.services import save_draft
from cms.organisations.models import MemberImport, Organisation, RoleAssignment
from cms.review.models import ReviewTaskState
from tests.cms.organisations.test_importers import workbook
from tests.factories.accounts import UserFactory
from tests.factories.lessons import READY, make_video
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


@dataclass
class Walker:
    """Somebody who knows what was handed over and uses pages only."""

    client: Client

    def post(self, path: str, **typed: Any) -> str:
        """Send a form of a page that takes it; return where it leads."""
        answer = self.client.post(path, typed)
        assert answer.status_code == 302, (path, answer.status_code, answer.content.decode()[-3000:])
        return answer["Location"]

    def sees(self, path: str) -> str:
        """Open a page and return it."""
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.content.decode()


def sign_in_and_set_up(username: str, password: str) -> Walker:
    """Sign in for the first time and set up an authenticator app, as the site asks of people on duty."""
    walker = Walker(Client())
    walker.post("/accounts/login/", login=username, password=password)
    setup = "/accounts/2fa/totp/activate/"
    assert walker.client.get("/")["Location"] == setup
    walker.post(f"/accounts/reauthenticate/?next={setup}", password=password)
    secret = walker.client.get(setup).context["form"].secret
    counter = next(iter(yield_hotp_counters_from_time()))
    walker.post(setup, code=format_hotp_value(hotp_value(secret, counter)))
    walker.sees("/workbench/")
    return walker


def person(name: str) -> User:
    return User.objects.get(name=name)


@pytest.mark.long
def test_from_the_command_to_the_first_lesson_everything_is_done_in_pages() -> None:
    passwords = begin()
    officer = sign_in_and_set_up("officer", passwords["officer"])
    administrator = sign_in_and_set_up("administrator", passwords["administrator"])
    root = Organisation.objects.get()

    tree = f"/workbench/organisations/{root.pk}/"
    administrator.sees(tree)
    administrator.post(f"{tree}add/", **{"add-name": "清水街支部", "add-kind": "branch", "add-code": "qingshui"})
    names = ["赵书记", "钱编辑", "孙党员", "李读者"]
    rows = [[name, f"1380000000{at}", "", "qingshui", "正式", "2024-05-01", "", ""] for at, name in enumerate(names)]
    administrator.post("/workbench/members/import/", file=SimpleUploadedFile("名单.xlsx", workbook(*rows)))
    administrator.post(f"/workbench/members/import/{MemberImport.objects.get().uuid}/confirm/")

    branch, passwords = Organisation.objects.get(code="qingshui"), {}
    for name, role, place in (("赵书记", "branch_secretary", branch), ("钱编辑", "editor", root)):
        account = f"/workbench/accounts/{person(name).pk}/"
        officer.post(f"{account}grant/", **{"role-role": role, "role-organisation": place.pk})
        passwords[name] = f"handed-over-{role}-7"
        officer.post(f"{account}password/", **{"password-password": passwords[name]})
    secretary = sign_in_and_set_up("13800000000", passwords["赵书记"])
    editor = sign_in_and_set_up("13800000001", passwords["钱编辑"])

    member, reader = (signed_in_with_a_code(secretary, name) for name in ("孙党员", "李读者"))
    typed = {"title": "雪后巡线，先看杆基", "template": "free", "work_type": "lecture", "reach": "public"}
    edit = member.post("/upload/", draft_key=str(uuid.uuid4()), **typed)
    lesson = MicroLesson.objects.get()
    assert edit == f"/lessons/{lesson.pk}/edit/"
    # The only step that is not a page: a recording that the worker has made playable.
    save_draft(lesson, {"video": make_video(person("孙党员"))}, actor=person("孙党员"))
    member.post(f"/lessons/{lesson.pk}/consent/", **READY)
    member.post(f"/lessons/{lesson.pk}/submit/")
    for reviewer in (secretary, editor):
        waiting = ReviewTaskState.objects.get(status="in_progress")
        assert "雪后巡线，先看杆基" in reviewer.sees("/workbench/")
        reviewer.post(f"/workbench/review/{waiting.pk}/", decision="approve", comment="")

    assert "雪后巡线，先看杆基" in reader.sees(f"/lessons/{lesson.pk}/")
    assert "雪后巡线，先看杆基" in reader.sees("/lessons/")
    assert not User.objects.filter(is_superuser=True).exists()


def signed_in_with_a_code(secretary: Walker, name: str) -> Walker:
    """Let the secretary issue six digits on the member's page, and the member sign in with them."""
    page = secretary.client.post(f"/workbench/members/{person(name).pk}/code/", {"kind": "digits"})
    digits = page.context["digits"].replace(" ", "")
    walker = Walker(Client())
    walker.post("/accounts/code/", name=name, code=digits)
    walker.sees("/me/")
    return walker
