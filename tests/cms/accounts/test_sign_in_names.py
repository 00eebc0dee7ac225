"""User name, phone and staff number are one name space: nobody is locked out by somebody else's name."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from cms.accounts.models import SignInName, User
from cms.accounts.queries import taken_names
from cms.accounts.services import open_account, open_accounts
from cms.core.errors import InvalidInput
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def names_of(user: User) -> list[str]:
    return list(user.sign_in_names.values_list("name", flat=True))


def test_every_name_of_an_account_is_entered_once_in_small_letters() -> None:
    user = UserFactory(username="Zhang", phone="13800138000", staff_number="ZHANG")
    assert names_of(user) == ["13800138000", "zhang"]


def test_the_names_follow_every_way_of_writing() -> None:
    user = UserFactory(username="a", phone=None, staff_number="B-1")
    user.staff_number = None
    user.save()
    assert names_of(user) == ["a"]
    User.objects.filter(pk=user.pk).update(username="c", phone="13800138000")
    assert names_of(user) == ["13800138000", "c"]
    user.delete()
    assert not SignInName.objects.exists()


@pytest.mark.parametrize(
    "names",
    [
        {"staff_number": "13800138000"},
        {"staff_number": "BIGBOSS"},
        {"staff_number": "yl-7"},
        {"username": "13800138000"},
        {"username": "Yl-7"},
        {"username": "BigBoss"},
    ],
)
def test_no_account_takes_a_name_of_another_in_whatever_field_and_letters(names: dict[str, str]) -> None:
    UserFactory(username="bigboss", phone="13800138000", staff_number="YL-7")
    other = UserFactory(phone=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(**({"phone": None} | names))
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=other.pk).update(**names)
    if "staff_number" in names:
        with pytest.raises(IntegrityError), transaction.atomic():
            open_accounts([("新人", "", "N-1"), ("新人", "", names["staff_number"])])
        with pytest.raises(InvalidInput) as refused:
            open_account(name="新人", staff_number=names["staff_number"])
        assert refused.value.code == "taken"
    assert User.objects.count() == 2


def test_taken_names_are_told_in_portions_and_small_letters() -> None:
    UserFactory(username="bigboss", phone="13800138000")
    asked = [f"N-{n}" for n in range(1200)]
    assert taken_names([*asked, "13800138000", "BIGBOSS", ""]) == {"13800138000", "bigboss"}


def test_a_superuser_is_told_at_the_field_that_a_user_name_is_taken(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True, second_factor=True))
    UserFactory(phone="13800138000")
    data = {"username": "13800138000", "name": "新人", "password1": PASSWORD, "password2": PASSWORD}
    page = client.post("/admin/users/new/", data)
    assert (page.status_code, page.context["form"].errors["username"]) == (200, ["已有人使用。"])
    other = UserFactory(username="free")
    assert client.post(f"/admin/users/edit/{other.pk}/", data | {"is_active": "on"}).status_code == 200
    assert User.objects.get(pk=other.pk).username == "free"
    kept = {"username": "Free", "name": "新人", "is_active": "on"}
    assert client.post(f"/admin/users/edit/{other.pk}/", kept).status_code == 302
