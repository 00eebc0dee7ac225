import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.hashers import make_password
from django.test import Client, override_settings

from cms.accounts.models import User
from cms.accounts.queries import is_locked_out
from cms.organisations.services import unlock_account
from tests.factories.accounts import PASSWORD, UserFactory, give_second_factor

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("field", ["username", "phone", "staff_number"])
def test_phone_staff_number_and_user_name_all_open_the_account(client: Client, field: str) -> None:
    user = UserFactory(staff_number="A-17")
    response = client.post(LOGIN, {"login": getattr(user, field), "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_the_sign_in_page_shows_all_ways_and_no_sign_up(client: Client) -> None:
    page = client.get(LOGIN).content.decode()
    assert "/accounts/code/" in page
    assert "passkey_login" in page
    assert "signup" not in page


def test_unknown_wrong_and_closed_accounts_are_answered_alike(client: Client) -> None:
    user, closed = UserFactory(), UserFactory(is_active=False)
    answers = set()
    for name, password in [("nobody", PASSWORD), (user.username, "wrong"), (closed.username, PASSWORD)]:
        response = client.post(LOGIN, {"login": name, "password": password})
        assert response.status_code == 400
        body = re.sub(r'(csrf-token" content|csrfmiddlewaretoken" value)="[^"]*"', "", response.content.decode())
        answers.add(body.replace(name, "NAME"))
    assert len(answers) == 1
    assert not signed_in(client)


def test_what_was_typed_stays_but_not_the_password(client: Client) -> None:
    page = client.post(LOGIN, {"login": "王小明", "password": "secret-word-1"}).content.decode()
    assert 'value="王小明"' in page
    assert "secret-word-1" not in page


@pytest.mark.parametrize("data", [{}, {"login": "", "password": ""}, {"login": "x" * 5000, "password": "y"}])
def test_empty_and_huge_input_gets_a_sentence_at_the_field(client: Client, data: dict[str, str]) -> None:
    response = client.post(LOGIN, data)
    assert response.status_code == 400
    assert "id_login_error" in response.content.decode()


def test_a_null_byte_is_refused_and_not_an_error(client: Client) -> None:
    assert client.post(LOGIN, {"login": "a\0b", "password": "x\0y"}).status_code == 400


@pytest.mark.long
def test_six_wrong_passwords_pause_the_account_from_this_address_and_say_how_long(client: Client) -> None:
    user = UserFactory(staff_number="B-9")
    names = [user.username, user.phone, "B-9"] * 2
    statuses = [client.post(LOGIN, {"login": name, "password": "wrong"}).status_code for name in names]
    assert statuses == [400, 400, 400, 400, 400, 429]
    response = client.post(LOGIN, {"login": user.username, "password": PASSWORD})
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 900
    assert "15" in response.content.decode()
    assert "/accounts/code/" in response.content.decode()


@pytest.mark.long
def test_the_pause_does_not_reach_the_owner_at_another_address(client: Client) -> None:
    user = UserFactory()
    for _ in range(6):
        client.post(LOGIN, {"login": user.username, "password": "wrong"})
    response = client.post(LOGIN, {"login": user.username, "password": PASSWORD}, REMOTE_ADDR="192.0.2.7")
    assert response.status_code == 302


def test_an_unknown_name_is_paused_too_and_not_stored(client: Client) -> None:
    from axes.models import AccessAttempt

    for _ in range(6):
        response = client.post(LOGIN, {"login": "13800000000", "password": "wrong"})
    assert response.status_code == 429
    attempt = AccessAttempt.objects.get()
    assert "13800000000" not in f"{attempt.username} {attempt.post_data} {attempt.get_data}"


@pytest.mark.long
def test_guessing_from_many_addresses_ends_after_sixty_tries(client: Client) -> None:
    user = UserFactory()
    for number in range(60):
        client.post(LOGIN, {"login": user.username, "password": "wrong"}, REMOTE_ADDR=f"198.51.100.{number}")
    response = client.post(LOGIN, {"login": user.username, "password": PASSWORD}, REMOTE_ADDR="203.0.113.1")
    assert response.status_code == 400
    assert not signed_in(client)


@pytest.mark.long
def test_one_address_alone_never_shuts_the_owner_out_everywhere(client: Client) -> None:
    user = UserFactory()
    for _ in range(62):
        client.post(LOGIN, {"login": user.username, "password": "wrong"}, REMOTE_ADDR="198.51.100.1")
    response = client.post(LOGIN, {"login": user.username, "password": PASSWORD}, REMOTE_ADDR="203.0.113.1")
    assert response.status_code == 302


@pytest.mark.long
def test_the_security_officer_lifts_the_hour_after_guessing_from_many_addresses(client: Client) -> None:
    user = UserFactory()
    for number in range(60):
        client.post(LOGIN, {"login": user.username, "password": "wrong"}, REMOTE_ADDR=f"198.51.100.{number}")
    assert is_locked_out(user)
    unlock_account(user, actor=UserFactory())
    assert not is_locked_out(user)
    response = client.post(LOGIN, {"login": user.username, "password": PASSWORD}, REMOTE_ADDR="203.0.113.1")
    assert response.status_code == 302


@pytest.mark.long
def test_behind_a_proxy_the_pause_and_the_codes_limit_reach_only_whom_they_should(settings: Any) -> None:
    settings.PROXY_COUNT = 1
    user = UserFactory()
    guesser = Client(REMOTE_ADDR="172.18.0.5", HTTP_X_FORWARDED_FOR="203.0.113.9")
    owner = Client(REMOTE_ADDR="172.18.0.5", HTTP_X_FORWARDED_FOR="198.51.100.7")
    for _ in range(6):
        guesser.post(LOGIN, {"login": user.username, "password": "wrong"})
    for number in range(31):
        refused = guesser.post("/accounts/code/", {"name": f"x{number}", "code": "123456"})
    assert refused.status_code == 429
    assert owner.post("/accounts/code/", {"name": "somebody", "code": "000000"}).status_code == 400
    assert owner.post(LOGIN, {"login": user.username, "password": PASSWORD}).status_code == 302


@pytest.mark.long
def test_a_forged_header_does_not_escape_the_pause(settings: Any) -> None:
    settings.PROXY_COUNT = 1
    user = UserFactory()
    statuses = [
        Client(REMOTE_ADDR="172.18.0.5", HTTP_X_FORWARDED_FOR=f"10.0.0.{number}, 203.0.113.9")
        .post(LOGIN, {"login": user.username, "password": "wrong"})
        .status_code
        for number in range(7)
    ]
    assert statuses == [400, 400, 400, 400, 400, 429, 429]


def test_the_session_gets_a_new_key_at_sign_in(client: Client) -> None:
    client.session["planted"] = "1"
    session = client.session
    session["planted"] = "1"
    session.save()
    before = session.session_key
    user = UserFactory()
    client.post(LOGIN, {"login": user.username, "password": PASSWORD})
    assert client.session.session_key != before


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_next_never_leaves_the_site(client: Client, target: str) -> None:
    user = UserFactory()
    response = client.post(LOGIN, {"login": user.username, "password": PASSWORD, "next": target})
    assert response["Location"] == "/"


def test_next_leads_on_within_the_site(client: Client) -> None:
    user = UserFactory()
    response = client.post(f"{LOGIN}?next=/lessons/", {"login": user.username, "password": PASSWORD})
    assert response["Location"] == "/lessons/"


def test_the_admins_sign_in_is_the_sites(client: Client) -> None:
    response = client.get("/admin/login/?next=/admin/")
    assert response["Location"] == "/accounts/login/?next=/admin/"
    assert client.get("/admin/")["Location"].startswith("/accounts/login/")


def test_who_has_no_business_in_the_admin_is_told_so_and_not_led_round_and_round(client: Client) -> None:
    client.force_login(UserFactory())
    response = client.get("/admin/", follow=True)
    assert (response.status_code, response.redirect_chain) == (403, [("/accounts/login/?next=/admin/", 302)])


@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "email/",
        "confirm-email/",
        "confirm-email/abc/",
        "password/reset/done/",
        "password/reset/key/1-set-password/",
        "login/code/",
        "login/code/confirm/",
        "2fa/webauthn/signup/",
        "3rdparty/",
    ],
)
def test_pages_that_make_no_sense_here_do_not_exist(client: Client, path: str) -> None:
    assert client.get(f"/accounts/{path}").status_code == 404


def test_a_forgotten_password_is_explained(client: Client) -> None:
    response = client.get("/accounts/password/reset/")
    assert response.status_code == 200
    assert "/accounts/code/" in response.content.decode()
    assert client.post("/accounts/password/reset/").status_code == 405


def test_staff_with_an_authenticator_app_are_asked_for_its_code(client: Client) -> None:
    user = UserFactory(mfa_required=True)
    authenticator = give_second_factor(user)
    response = client.post(LOGIN, {"login": user.username, "password": PASSWORD})
    assert response["Location"] == "/accounts/2fa/authenticate/"
    assert not signed_in(client)
    assert client.get("/me/settings/").status_code == 302
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 400
    secret = authenticator.wrap().instance.data["secret"]
    from allauth.mfa.utils import decrypt

    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(decrypt(secret), counter))
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert signed_in(client)


def test_the_right_password_alone_never_opens_an_account_with_a_second_factor(client: Client) -> None:
    user = UserFactory()
    give_second_factor(user)
    client.post(LOGIN, {"login": user.phone, "password": PASSWORD})
    assert not signed_in(client)


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"])
def test_passwords_are_stored_with_argon2() -> None:
    assert make_password("a-good-password").startswith("argon2$argon2id$")


def test_argon2_is_what_the_site_uses() -> None:
    from cms.settings import base

    assert base.PASSWORD_HASHERS[0] == "django.contrib.auth.hashers.Argon2PasswordHasher"


def test_signing_out_needs_a_post(client: Client) -> None:
    client.force_login(UserFactory())
    assert client.get("/accounts/logout/").status_code == 200
    assert signed_in(client)
    assert client.post("/accounts/logout/").status_code == 302
    assert not signed_in(client)


def test_signing_in_brings_the_language_to_a_new_device(client: Client) -> None:
    user = UserFactory(language="en")
    response = client.post(LOGIN, {"login": user.username, "password": PASSWORD})
    assert response.cookies["django_language"].value == "en"


def test_a_language_chosen_on_the_device_stays(client: Client) -> None:
    client.cookies["django_language"] = "zh-hans"
    user = UserFactory(language="en")
    response = client.post(LOGIN, {"login": user.username, "password": PASSWORD})
    assert "django_language" not in response.cookies


def test_a_closed_account_loses_its_sessions_at_once(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/me/settings/").status_code == 302


def test_sessions_end_after_two_weeks(client: Client) -> None:
    user = UserFactory()
    client.post(LOGIN, {"login": user.username, "password": PASSWORD})
    assert timedelta(seconds=client.session.get_expiry_age()) <= timedelta(days=14)


@pytest.mark.long
def test_one_household_of_ipv6_never_shuts_the_owner_out_everywhere(client: Client) -> None:
    user = UserFactory()
    statuses = [
        client.post(
            LOGIN, {"login": user.username, "password": "wrong"}, REMOTE_ADDR=f"2001:db8:1:2::{number:x}"
        ).status_code
        for number in range(1, 63)
    ]
    assert statuses[:7] == [400, 400, 400, 400, 400, 429, 429]
    # The pause of the household is told as that of an address is.
    locked = client.post(LOGIN, {"login": user.username, "password": PASSWORD}, REMOTE_ADDR="2001:db8:1:2::ffff")
    assert (locked.status_code, int(locked["Retry-After"]) <= 15 * 60) == (429, True)
    response = client.post(LOGIN, {"login": user.username, "password": PASSWORD}, REMOTE_ADDR="2001:db8:1:3::1")
    assert response.status_code == 302


def test_opening_the_admins_way_out_ends_no_session(client: Client) -> None:
    client.force_login(UserFactory())
    assert client.get("/admin/logout/")["Location"] == "/accounts/logout/"
    assert signed_in(client)


def test_the_menu_of_the_admin_signs_out() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory())
    token = client.get("/accounts/logout/").cookies["csrftoken"].value
    answer = client.post("/admin/logout/", {"csrfmiddlewaretoken": token}, follow=True)
    assert answer.redirect_chain == [("/accounts/logout/", 307), ("/", 302)]
    assert not signed_in(client)


def test_another_site_cannot_sign_anybody_out_through_the_admin() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory())
    assert client.post("/admin/logout/").status_code == 403
    assert signed_in(client)
