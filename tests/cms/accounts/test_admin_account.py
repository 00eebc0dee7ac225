"""The admin's page of the own account keeps how the admin looks, and asks for nothing about the person."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.users.models import UserProfile

from cms.accounts.models import User
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
CHOICES = {
    "locale-preferred_language": "en",
    "theme-theme": "dark",
    "theme-contrast": "more_contrast",
    "theme-density": "snug",
}


@pytest.fixture
def officer(client: Client) -> User:
    user: User = UserFactory(name="王明", is_superuser=True, second_factor=True)
    client.force_login(user)
    return user


def test_language_scheme_and_contrast_are_saved(client: Client, officer: User) -> None:
    answer = client.post("/admin/account/", CHOICES)

    assert (answer.status_code, answer["Location"]) == (302, "/admin/account/")
    profile = UserProfile.objects.get(user=officer)
    assert (profile.preferred_language, profile.theme, profile.contrast, profile.density) == (
        "en",
        "dark",
        "more_contrast",
        "snug",
    )
    officer.refresh_from_db()
    assert officer.name == "王明"


@pytest.mark.long
def test_a_wrong_choice_is_told_and_nothing_is_saved(client: Client, officer: User) -> None:
    assert client.post("/admin/account/", CHOICES | {"theme-theme": "pink"}).status_code == 200
    assert UserProfile.objects.get(user=officer).preferred_language == ""


@pytest.mark.usefixtures("officer")
def test_it_asks_for_no_name_and_no_portrait(client: Client) -> None:
    page = client.get("/admin/account/").content.decode()
    assert "theme-theme" in page
    assert [word for word in ("first_name", "last_name", 'type="file"', "email") if word in page] == []


def test_the_admins_menu_leads_there() -> None:
    assert reverse("wagtailadmin_account") == "/admin/account/"


def test_who_may_not_enter_the_admin_does_not_see_it(client: Client) -> None:
    assert client.get("/admin/account/").status_code == 302
    client.force_login(UserFactory())
    assert client.get("/admin/account/").status_code == 302
