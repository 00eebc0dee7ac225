import json
from base64 import urlsafe_b64encode
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.accounts.enums import CodeKind
from cms.accounts.models import ApiToken, AuditEntry, User
from cms.accounts.second_factor import enters_the_admin, needs_second_factor
from cms.accounts.services import issue_api_token, issue_code, redeem_digits
from cms.core.clock import now
from cms.core.errors import DomainError
from cms.organisations.enums import Role
from cms.organisations.services import grant_role, reset_second_factor, set_new_password
from cms.organisations.services.roles import follow_roles
from cms.videos.models import Upload
from tests.factories.accounts import PASSWORD, UserFactory, give_second_factor
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/lessons/", "/admin/", "/me/settings/", "/workbench/members/", "/notices/"])
def test_staff_without_a_second_factor_are_led_to_set_one_up(client: Client, path: str) -> None:
    client.force_login(UserFactory(mfa_required=True))
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, "/accounts/2fa/totp/activate/")


@pytest.mark.parametrize("path", ["/", "/me/settings/", "/me/data/"])
def test_whether_somebody_enters_the_admin_is_asked_once_a_request(client: Client, path: str) -> None:
    client.force_login(UserFactory())
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    assert len([query for query in queries if "auth_permission" in query["sql"]]) == 1


def test_a_duty_that_begins_is_known_at_once() -> None:
    user = UserFactory()
    assert not needs_second_factor(user)
    grant_role(user, OrganisationFactory(), Role.EDITOR)
    follow_roles(user)
    assert needs_second_factor(user)
    assert enters_the_admin(user)


@pytest.mark.parametrize("path", ["/api/v1/openapi.json", "/api/v1/uploads/", "/api/v1/anything"])
def test_the_api_answers_403_until_then(client: Client, path: str) -> None:
    client.force_login(UserFactory(mfa_required=True))
    response = client.get(path)
    assert response.status_code == 403
    assert response.json()["code"] == "second_factor_needed"
    assert set(response.json()) == {"code", "message", "fields"}


@pytest.mark.parametrize(
    "path", ["/api/v1/uploads/", "/api/v1/search?q=x", "/api/v1/suggest?q=x", "/api/v1/openapi.json"]
)
@pytest.mark.long
def test_a_superuser_needs_a_second_factor_too(client: Client, path: str) -> None:
    user = UserFactory(is_superuser=True)
    client.force_login(user)
    assert client.get(path).status_code == 403
    assert client.get("/admin/")["Location"] == "/accounts/2fa/totp/activate/"
    give_second_factor(user)
    assert client.get(path).status_code == 200
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("through", ["group", "person"])
def test_whoever_may_enter_the_admin_needs_a_second_factor(client: Client, through: str) -> None:
    user = UserFactory()
    client.force_login(user)
    assert client.get("/me/settings/").status_code == 200
    enter = Permission.objects.get(codename="access_admin")
    if through == "group":
        group = Group.objects.create(name="手工建立的组")
        group.permissions.add(enter)
        user.groups.add(group)
    else:
        user.user_permissions.add(enter)
    assert client.get("/me/settings/")["Location"] == "/accounts/2fa/totp/activate/"
    with pytest.raises(DomainError) as refused:
        issue_code(user, kind=CodeKind.DIGITS, actor=UserFactory())
    assert refused.value.code == "staff_no_code"


def test_an_open_code_closes_when_its_person_may_enter_the_admin() -> None:
    user = UserFactory()
    digits = issue_code(user, kind=CodeKind.DIGITS, actor=UserFactory())
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    assert redeem_digits(user.username, digits) is None


@pytest.mark.parametrize("path", ["/api/v1/uploads/", "/api/v1/search?q=x", "/api/v1/suggest?q=x", "/api/v1/videos/1"])
def test_a_bearer_token_is_no_side_door(client: Client, path: str) -> None:
    user = UserFactory(mfa_required=True)
    token, _ends_at = issue_api_token(user, days=1)
    headers = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}
    refused = client.get(path, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_needed")
    assert ApiToken.objects.get().last_used_on is None
    give_second_factor(user)
    assert client.get(path, headers=headers).status_code in (200, 404)


def test_an_upload_begins_with_no_token_of_somebody_without_a_factor(client: Client) -> None:
    token, _ends_at = issue_api_token(UserFactory(mfa_required=True), days=1)
    headers = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0", "Upload-Length": "1000"}
    assert client.post("/api/v1/uploads/", headers=headers).status_code == 403
    assert not Upload.objects.exists()


@pytest.mark.parametrize("act", ["sign_out", "change", "officer", "factor", "superuser"])
def test_tokens_of_scripts_end_with_what_ends_the_sessions(client: Client, act: str) -> None:
    user, other = UserFactory(), UserFactory()
    for person in (user, other):
        issue_api_token(person, days=1)
    client.force_login(user)
    if act == "sign_out":
        client.post("/me/settings/sign-out-elsewhere/")
    elif act == "change":
        new = {"oldpassword": PASSWORD, "password1": "neues-langes-wort", "password2": "neues-langes-wort"}
        client.post("/accounts/password/change/", new)
    elif act == "officer":
        set_new_password(user, password="neues-langes-wort", actor=other)
    elif act == "factor":
        reset_second_factor(user, actor=other, reason="手机丢失")
    else:
        client.force_login(UserFactory(is_superuser=True, second_factor=True))
        form = {"username": user.username, "name": user.name, "is_active": "on"}
        client.post(
            f"/admin/users/edit/{user.pk}/",
            {**form, "password1": "neues-langes-wort", "password2": "neues-langes-wort"},
        )
    assert [token.user for token in ApiToken.objects.all()] == [other]


def test_a_superusers_other_changes_leave_the_tokens(client: Client) -> None:
    user = UserFactory()
    issue_api_token(user, days=1)
    client.force_login(UserFactory(is_superuser=True, second_factor=True))
    client.post(f"/admin/users/edit/{user.pk}/", {"username": user.username, "name": "新的姓名", "is_active": "on"})
    assert User.objects.get(pk=user.pk).name == "新的姓名"
    assert ApiToken.objects.filter(user=user).exists()


def test_recovery_codes_alone_are_no_second_factor(client: Client) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    user = UserFactory(mfa_required=True)
    RecoveryCodes.activate(user)
    client.force_login(user)
    assert client.get("/me/settings/")["Location"] == "/accounts/2fa/totp/activate/"


def test_with_a_second_factor_the_pages_open(client: Client) -> None:
    client.force_login(UserFactory(mfa_required=True, second_factor=True))
    assert client.get("/me/settings/").status_code == 200


def test_setting_up_asks_for_the_password_first(client: Client) -> None:
    user = UserFactory(mfa_required=True)
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    response = client.get("/accounts/2fa/totp/activate/")
    assert response["Location"].startswith("/accounts/reauthenticate/")
    assert client.post("/accounts/reauthenticate/", {"password": "wrong"}).status_code == 400
    client.post("/accounts/reauthenticate/?next=/accounts/2fa/totp/activate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200
    assert "data:image/svg+xml" in page.content.decode()
    assert client.post("/accounts/2fa/totp/activate/", {"code": "000000"}).status_code == 400


@pytest.mark.parametrize("path", ["", "webauthn/", "recovery-codes/generate/", "totp/activate/", "webauthn/add/"])
def test_every_page_about_second_factors_opens_in_both_languages(client: Client, path: str) -> None:
    user = UserFactory()
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    for language in ("zh-hans", "en"):
        client.cookies["django_language"] = language
        assert client.get(f"/accounts/2fa/{path}").status_code == 200


def test_the_sign_in_page_hands_out_a_passkey_challenge(client: Client) -> None:
    response = client.get("/accounts/2fa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"})
    assert response.status_code == 200
    assert "publicKey" in json.dumps(response.json())


def test_the_passkey_pages_speak_plainly_and_know_why_one_may_fail(client: Client) -> None:
    user = UserFactory()
    words = 'data-words="passkeys"'
    assert words in client.get("/accounts/login/").content.decode()
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    answer = client.get("/accounts/2fa/webauthn/add/")
    form, page = answer.context["form"], answer.content.decode()
    assert (str(form["name"].label), form["name"].value()) == ("通行密钥的名称", "通行密钥 1")
    assert (str(form["passwordless"].label), form["passwordless"].value()) == ("只用它就能登录", True)
    assert words in page
    assert "不要用 127.0.0.1 这样的数字地址" in page


def test_a_passkey_gets_another_name_of_at_most_60_characters(client: Client) -> None:
    user = UserFactory()
    data = {"name": "旧", "credential": {}, "passwordless": True}
    key = Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    client.force_login(user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    url = f"/accounts/2fa/webauthn/keys/{key.pk}/edit/"
    listed = client.get("/accounts/2fa/webauthn/").content.decode()
    assert ("给“旧”改名" in listed, "还没有用过" in listed, url in listed) == (True, True, True)
    assert client.post(url, {"name": "长" * 61}).status_code == 400
    assert client.post(url, {"name": "长" * 60}).status_code == 302
    assert Authenticator.objects.get(pk=key.pk).data["name"] == "长" * 60


def base64_of(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def answer_of(handle: str, **changes: Any) -> str:
    """Return what looks like a passkey's answer, with the parts that are named changed."""
    given = {"type": "webauthn.get", "challenge": "x", "origin": "https://site.example"}
    response = {
        "clientDataJSON": base64_of(json.dumps(given).encode()),
        "authenticatorData": base64_of(bytes(37)),
        "signature": base64_of(b"x"),
        "userHandle": base64_of(handle.encode()),
    }
    whole = {"id": "eA", "rawId": "eA", "type": "public-key", "response": response | changes}
    return json.dumps(whole)


MADE_UP = (
    *("", "null", "{}", "[]", "1", '"x"', '{"id": 1}', '{"id": "eA"}', '{"id": "é", "rawId": "x", "response": []}'),
    '{"id": "x", "rawId": "x", "response": {}, "type": "public-key"}',
    *("[" * 5000, '{"a":' * 5000, "9" * 5000, "9" * 30_000),
    *(answer_of(handle) for handle in ("1", "x", "9" * 40, "-1", "\0")),
    *(answer_of("1", **{name: odd}) for name in ("clientDataJSON", "authenticatorData") for odd in ("eA", "e30", 1)),
    answer_of("1", clientDataJSON=base64_of(b"[" * 5000)),
)


@pytest.mark.parametrize("made_up", MADE_UP, ids=range(len(MADE_UP)))
def test_a_made_up_passkey_opens_nothing_and_breaks_nothing(client: Client, made_up: str) -> None:
    UserFactory(pk=1)
    client.get("/accounts/2fa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"})
    assert client.post("/accounts/2fa/webauthn/login/", {"credential": made_up}).status_code == 302
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("made_up", MADE_UP, ids=range(len(MADE_UP)))
def test_what_no_device_made_is_kept_as_no_passkey(client: Client, made_up: str) -> None:
    user = UserFactory()
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.get("/accounts/2fa/webauthn/add/")
    assert client.post("/accounts/2fa/webauthn/add/", {"credential": made_up, "name": "手机"}).status_code == 400
    assert not Authenticator.objects.exists()


def test_api_token_prints_a_token_that_works_and_is_stored_as_a_hash() -> None:
    user = UserFactory(username="robot")
    out, err = StringIO(), StringIO()
    call_command("api_token", "robot", "--days", "3", stdout=out, stderr=err)
    token = out.getvalue().strip()
    stored = ApiToken.objects.get(user=user)
    assert token not in stored.digest
    assert (stored.expires_at - now()).days == 2
    assert AuditEntry.objects.get().action == "accounts.issue_api_token"


@pytest.mark.parametrize("arguments", [["nobody"], ["robot", "--days", "0"], ["robot", "--days", "9999"]])
def test_api_token_refuses_in_words(arguments: list[str]) -> None:
    UserFactory(username="robot")
    with pytest.raises(CommandError):
        call_command("api_token", *arguments, stdout=StringIO(), stderr=StringIO())
    assert not ApiToken.objects.exists()


def test_signing_out_elsewhere_keeps_this_device(client: Client) -> None:
    user = UserFactory()
    elsewhere = Client()
    elsewhere.force_login(user)
    client.force_login(user)
    assert client.get("/me/settings/sign-out-elsewhere/").status_code == 405
    assert client.post("/me/settings/sign-out-elsewhere/").status_code == 302
    assert client.get("/me/settings/").status_code == 200
    assert elsewhere.get("/me/settings/").status_code == 302


def test_a_new_password_ends_other_sessions_and_is_audited(client: Client) -> None:
    user = UserFactory()
    elsewhere = Client()
    elsewhere.force_login(user)
    client.force_login(user)
    url = "/accounts/password/change/"
    wrong = {"oldpassword": "wrong", "password1": "neues-langes-wort", "password2": "neues-langes-wort"}
    assert client.post(url, wrong).status_code == 400
    assert client.post(url, {**wrong, "oldpassword": PASSWORD, "password2": "anders"}).status_code == 400
    assert client.post(url, {**wrong, "oldpassword": PASSWORD}).status_code == 302
    assert User.objects.get(pk=user.pk).check_password("neues-langes-wort")
    assert client.get("/me/settings/").status_code == 200
    assert elsewhere.get("/me/settings/").status_code == 302
    assert AuditEntry.objects.get().action == "accounts.change_password"


@pytest.mark.parametrize("weak", ["12345678901", "short", "password1234", "x" * 5000])
def test_a_weak_password_is_refused_in_words(client: Client, weak: str) -> None:
    client.force_login(UserFactory())
    data = {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    response = client.post("/accounts/password/change/", data)
    assert response.status_code == 400
    assert "id_password1_error" in response.content.decode()


def test_somebody_who_came_with_a_code_chooses_a_first_password(client: Client) -> None:
    user = UserFactory()
    user.set_unusable_password()
    user.save()
    client.force_login(user)
    assert client.get("/accounts/password/change/")["Location"] == "/accounts/password/set/"
    data = {"password1": "neues-langes-wort", "password2": "neues-langes-wort"}
    assert client.post("/accounts/password/set/", data).status_code == 302
    assert User.objects.get(pk=user.pk).check_password("neues-langes-wort")


def test_settings_are_stored_and_carried_to_the_device(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    response = client.post("/me/settings/", {"elder_view": "on", "language": "en"})
    assert response.status_code == 302
    stored = User.objects.get(pk=user.pk)
    assert (stored.elder_view, stored.language) == (True, "en")
    assert (response.cookies["elder"].value, response.cookies["django_language"].value) == ("1", "en")
    assert 'data-view="elder"' in client.get("/me/settings/").content.decode()
    assert client.post("/me/settings/", {"language": "xx"}).status_code == 400
