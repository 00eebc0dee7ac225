"""Who may open which page; the doors give 403 without the duty and 404 out of reach."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from tests.cms.organisations.conftest import County
from tests.factories.accounts import UserFactory

SignIn = Callable[[User], Client]
PAGES = {
    "organisations:members": {"secretary"},
    "organisations:import": {"secretary"},
    "organisations:import_template": {"secretary"},
    "organisations:accounts": {"officer"},
    "organisations:tree": {"officer"},
    "organisations:audit": {"auditor"},
    "organisations:disputes": {"secretary", "officer"},
    "organisations:my_data": {"secretary", "officer", "auditor", "member"},
    "organisations:export_data": {"secretary", "officer", "auditor", "member"},
    "accounts:settings": {"secretary", "officer", "auditor", "member"},
    "notices:list": {"secretary", "officer", "auditor", "member"},
    "notices:preferences": {"secretary", "officer", "auditor", "member"},
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["secretary", "officer", "auditor", "member"])
def test_a_page_opens_for_its_duty_only(county: County, as_user: SignIn, name: str, who: str) -> None:
    response = as_user(getattr(county, who)).get(reverse(name))
    assert response.status_code == (200 if who in PAGES[name] else 403)


@pytest.mark.parametrize("name", PAGES)
def test_a_visitor_is_led_to_sign_in(county: County, client: Client, name: str) -> None:
    response = client.get(reverse(name))
    assert response["Location"] == f"/accounts/login/?next={reverse(name)}"


WRITES = ["transfer", "contact", "issue_code", "grant_role", "close_account", "reopen_account", "unlock_account"]
WRITES += ["reset_factor", "set_password"]


@pytest.mark.parametrize("name", WRITES)
def test_writing_needs_a_post(county: County, as_user: SignIn, name: str) -> None:
    url = reverse(f"organisations:{name}", args=[county.member.pk])
    assert as_user(county.secretary).get(url).status_code == 405


@pytest.mark.parametrize("name", WRITES)
def test_a_member_writes_nothing_there(county: County, as_user: SignIn, name: str) -> None:
    url = reverse(f"organisations:{name}", args=[county.stranger.pk])
    assert as_user(county.member).post(url).status_code == 403


@pytest.mark.parametrize("name", ["transfer", "contact", "issue_code"])
def test_a_secretary_does_not_reach_another_branch(county: County, as_user: SignIn, name: str) -> None:
    client = as_user(county.secretary)
    assert client.post(reverse(f"organisations:{name}", args=[county.stranger.pk])).status_code == 404
    assert client.get(reverse("organisations:member", args=[county.stranger.pk])).status_code == 404
    assert client.post(reverse(f"organisations:{name}", args=[10**9])).status_code == 404


def test_a_write_without_the_forms_token_is_refused(county: County) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(county.secretary)
    response = client.post(reverse("organisations:issue_code", args=[county.member.pk]), {"kind": "digits"})
    assert response.status_code == 403


def test_an_ended_role_closes_its_pages(county: County, as_user: SignIn) -> None:
    from datetime import date

    county.secretary.role_assignments.update(ends_on=date(2021, 1, 1))
    assert as_user(county.secretary).get("/workbench/members/").status_code == 403


def test_a_security_officer_of_a_town_stays_in_the_town(county: County, as_user: SignIn) -> None:
    county.officer.role_assignments.update(organisation=county.town)
    client = as_user(county.officer)
    assert client.get(reverse("organisations:account", args=[county.member.pk])).status_code == 200
    assert client.get(reverse("organisations:account", args=[county.stranger.pk])).status_code == 404
    assert client.get(reverse("organisations:account", args=[UserFactory().pk])).status_code == 404
