import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.enums import CodeKind
from cms.accounts.models import AuditEntry, OneTimeCode, User
from cms.accounts.services import issue_code, redeem_digits, redeem_qr
from cms.core.clock import now
from cms.core.errors import DomainError
from tests.factories.accounts import UserFactory, give_second_factor

pytestmark = pytest.mark.django_db
CODE = "/accounts/code/"


@pytest.fixture
def secretary() -> User:
    user: User = UserFactory()
    return user


@pytest.fixture
def member() -> User:
    user: User = UserFactory(name="王小明", staff_number="A-1")
    return user


def other_than(digits: str) -> str:
    return f"{(int(digits) + 1) % 1_000_000:06}"


@pytest.mark.parametrize("field", ["name", "phone", "staff_number", "username"])
def test_digits_open_the_account_under_any_name(client: Client, secretary: User, member: User, field: str) -> None:
    digits = issue_code(member, kind=CodeKind.DIGITS, actor=secretary)
    response = client.post(CODE, {"name": getattr(member, field), "code": digits})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(member.pk)


def test_digits_work_once(client: Client, secretary: User, member: User) -> None:
    digits = issue_code(member, kind=CodeKind.DIGITS, actor=secretary)
    assert redeem_digits(member.username, digits) == member
    assert redeem_digits(member.username, digits) is None
    assert client.post(CODE, {"name": member.username, "code": digits}).status_code == 400


@pytest.mark.long
def test_only_a_keyed_hash_is_stored(secretary: User, member: User) -> None:
    digits = issue_code(member, kind=CodeKind.DIGITS, actor=secretary)
    stored = OneTimeCode.objects.get()
    assert digits not in stored.digest
    assert len(stored.digest) == 64
    assert digits not in str(list(AuditEntry.objects.values()))


def test_a_code_lives_ten_minutes(secretary: User, member: User) -> None:
    digits = issue_code(member, kind=CodeKind.DIGITS, actor=secretary)
    stored = OneTimeCode.objects.get()
    assert stored.expires_at - stored.issued_at == timedelta(minutes=10)
    OneTimeCode.objects.update(expires_at=now() - timedelta(seconds=1))
    assert redeem_digits(member.username, digits) is None


def test_five_wrong_tries_end_the_code(secretary: User, member: User) -> None:
    digits = issue_code(member, kind=CodeKind.DIGITS, actor=secretary)
    for _ in range(4):
        assert redeem_digits(member.username, other_than(digits)) is None
    assert OneTimeCode.objects.get().failures == 4
    assert redeem_digits(member.phone or "", other_than(digits)) is None
    assert redeem_digits(member.username, digits) is None


def test_a_new_code_ends_the_earlier_one(secretary: User, member: User) -> None:
    first = issue_code(member, kind=CodeKind.DIGITS, actor=secretary)
    second = issue_code(member, kind=CodeKind.DIGITS, actor=secretary)
    if first != second:
        assert redeem_digits(member.username, first) is None
    assert redeem_digits(member.username, second) == member


def test_staff_closed_accounts_and_oneself_get_no_code(secretary: User, member: User) -> None:
    refusals: list[tuple[User, str]] = [
        (UserFactory(mfa_required=True), "staff_no_code"),
        (UserFactory(is_superuser=True), "staff_no_code"),
        (UserFactory(is_active=False), "inactive"),
        (secretary, "own_code"),
    ]
    for user, code in refusals:
        with pytest.raises(DomainError) as refused:
            issue_code(user, kind=CodeKind.QR, actor=secretary)
        assert refused.value.code == code
    assert not OneTimeCode.objects.exists()


def test_a_code_of_somebody_who_became_staff_is_dead(secretary: User, member: User) -> None:
    digits = issue_code(member, kind=CodeKind.DIGITS, actor=secretary)
    User.objects.filter(pk=member.pk).update(mfa_required=True)
    assert redeem_digits(member.username, digits) is None


def test_two_people_of_one_name_each_keep_the_own_code(secretary: User, member: User) -> None:
    namesake = UserFactory(name=member.name)
    one = issue_code(member, kind=CodeKind.DIGITS, actor=secretary)
    two = issue_code(namesake, kind=CodeKind.DIGITS, actor=secretary)
    assert redeem_digits(member.name, two) == namesake
    assert redeem_digits(member.name, one) == member


def test_wrong_code_unknown_name_and_no_code_read_alike(client: Client, secretary: User, member: User) -> None:
    digits = issue_code(member, kind=CodeKind.DIGITS, actor=secretary)
    bodies = set()
    for name in (member.username, "nobody", UserFactory().username):
        response = client.post(CODE, {"name": name, "code": other_than(digits)})
        assert response.status_code == 400
        body = re.sub(r'(csrf-token" content|csrfmiddlewaretoken" value)="[^"]*"', "", response.content.decode())
        bodies.add(body.replace(name, "NAME"))
    assert len(bodies) == 1


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５", "1" * 500, "12 34"])
def test_what_is_no_six_digits_gets_a_sentence_at_the_field(client: Client, typed: str) -> None:
    response = client.post(CODE, {"name": "王小明", "code": typed})
    assert response.status_code == 400
    assert "id_code_error" in response.content.decode()
    assert 'value="王小明"' in response.content.decode()


def test_full_width_digits_and_gaps_are_understood(client: Client, secretary: User, member: User) -> None:
    digits = issue_code(member, kind=CodeKind.DIGITS, actor=secretary)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in digits)
    assert client.post(CODE, {"name": member.name, "code": f"{wide[:3]} {wide[3:]}"}).status_code == 302


@pytest.mark.long
def test_guessing_at_one_name_is_stopped_whether_it_exists_or_not(client: Client, member: User) -> None:
    for name in (member.username, "nobody"):
        statuses = [client.post(CODE, {"name": name, "code": "000000"}).status_code for _ in range(11)]
        assert statuses == [400] * 10 + [429]


def test_a_qr_address_is_not_used_up_by_looking(client: Client, secretary: User, member: User) -> None:
    url = reverse("accounts:qr", args=[issue_code(member, kind=CodeKind.QR, actor=secretary)])
    for _ in range(3):
        assert "王小明" in client.get(url).content.decode()
    assert client.head(url).status_code == 200
    assert "_auth_user_id" not in client.session
    assert client.post(url).status_code == 302
    assert client.session["_auth_user_id"] == str(member.pk)
    assert Client().get(url).status_code == 410
    assert Client().post(url).status_code == 410


def test_a_qr_does_not_change_who_is_signed_in(client: Client, secretary: User, member: User) -> None:
    token = issue_code(member, kind=CodeKind.QR, actor=secretary)
    client.force_login(secretary)
    client.post(reverse("accounts:qr", args=[token]))
    assert client.session["_auth_user_id"] == str(secretary.pk)
    assert redeem_qr(token) == member


@pytest.mark.parametrize("token", ["x", "a" * 2000, "' OR 1=1"])
def test_an_unknown_qr_is_gone(client: Client, token: str) -> None:
    assert client.get(reverse("accounts:qr", args=[token])).status_code == 410


def test_digits_are_no_qr_and_a_qr_is_no_digits(secretary: User, member: User) -> None:
    digits = issue_code(member, kind=CodeKind.DIGITS, actor=secretary)
    assert redeem_qr(digits) is None
    token = issue_code(member, kind=CodeKind.QR, actor=secretary)
    assert redeem_digits(member.username, token) is None


def test_an_own_second_factor_is_still_asked_for_after_a_code(client: Client, secretary: User, member: User) -> None:
    give_second_factor(member)
    digits = issue_code(member, kind=CodeKind.DIGITS, actor=secretary)
    response = client.post(CODE, {"name": member.name, "code": digits})
    assert response["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session


def test_next_after_a_code_stays_on_the_site(client: Client, secretary: User, member: User) -> None:
    digits = issue_code(member, kind=CodeKind.DIGITS, actor=secretary)
    response = client.post(CODE, {"name": member.name, "code": digits, "next": "https://evil.example/"})
    assert response["Location"] == "/"


def test_the_session_key_changes_after_a_code(client: Client, secretary: User, member: User) -> None:
    session = client.session
    session["planted"] = "1"
    session.save()
    digits = issue_code(member, kind=CodeKind.DIGITS, actor=secretary)
    client.post(CODE, {"name": member.name, "code": digits})
    assert client.session.session_key != session.session_key


def test_issuing_and_using_are_audited(secretary: User, member: User) -> None:
    redeem_digits(member.name, issue_code(member, kind=CodeKind.DIGITS, actor=secretary))
    acts = list(AuditEntry.objects.order_by("pk").values_list("action", "actor_id", "target_id", "after"))
    assert acts == [
        ("accounts.issue_code", secretary.pk, str(member.pk), {"kind": "digits"}),
        ("accounts.use_code", member.pk, str(member.pk), {"kind": "digits"}),
    ]


def test_a_qr_token_never_reaches_the_log() -> None:
    from cms.core.logs import mask

    assert mask("/accounts/qr/abcDEF-123/") == "/accounts/qr/…/"
