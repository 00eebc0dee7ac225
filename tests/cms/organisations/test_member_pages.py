import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.accounts.models import AuditEntry, User
from cms.organisations.models import Membership
from tests.cms.organisations.conftest import County
from tests.factories.accounts import UserFactory
from tests.factories.notices import NoticeFactory
from tests.factories.organisations import MembershipFactory

SignIn = Callable[[User], Client]


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_list_holds_the_own_subtree_and_nobody_else(county: County, as_user: SignIn) -> None:
    page = as_user(county.secretary).get("/workbench/members/").content.decode()
    assert "沈佳禾" in page
    assert "罗启明" not in page


def test_members_are_found_by_name_staff_number_and_organisation(county: County, as_user: SignIn) -> None:
    MembershipFactory(user=UserFactory(name="马长河", staff_number="K-7"), organisation=county.town)
    client = as_user(county.secretary)
    for query in ("q=长河", "q=k-7", f"organisation={county.town.pk}&q=马"):
        page = client.get(f"/workbench/members/?{query}").content.decode()
        assert ("马长河" in page, "沈佳禾" in page) == (True, False)
    assert "马长河" not in client.get(f"/workbench/members/?organisation={county.branch.pk}").content.decode()


@pytest.mark.parametrize("query", ["q=%00", "q=" + "x" * 300, "organisation=999999", "page=zzz", "page=-1", "q='--"])
def test_odd_filters_never_break_the_list(county: County, as_user: SignIn, query: str) -> None:
    assert as_user(county.secretary).get(f"/workbench/members/?{query}").status_code == 200


def test_a_phone_is_no_search_word(county: County, as_user: SignIn) -> None:
    page = as_user(county.secretary).get(f"/workbench/members/?q={county.member.phone}").content.decode()
    assert "沈佳禾" not in page


@pytest.mark.parametrize("name", ["members", "accounts", "audit", "disputes", "notices"])
def test_a_list_asks_as_often_for_three_rows_as_for_one(county: County, as_user: SignIn, name: str) -> None:
    who = {"accounts": county.officer, "audit": county.auditor}.get(name, county.secretary)
    client = as_user(who)
    url = "/notices/" if name == "notices" else f"/workbench/{name}/"

    def add() -> None:
        user = UserFactory()
        MembershipFactory(user=user, organisation=county.branch)
        NoticeFactory(user=who)
        from cms.accounts.audit import record_act
        from cms.organisations.services import open_dispute

        record_act("accounts.use_code", actor=user)
        open_dispute(user, source="accounts.account", text="x")

    add()
    client.get(url)
    one = queries(client, url)
    add()
    add()
    assert queries(client, url) == one


@pytest.mark.long
def test_many_members_come_in_pages(county: County, as_user: SignIn) -> None:
    users = User.objects.bulk_create([User(username=f"bulk{n}", name=f"批量{n:05}") for n in range(2000)])
    Membership.objects.bulk_create(
        [Membership(user=user, organisation=county.branch, starts_on="2024-01-01") for user in users]
    )
    response = as_user(county.secretary).get("/workbench/members/?page=3")
    assert len(response.context["page"].object_list) == 50
    assert response.context["page"].paginator.num_pages == 41


def test_the_phone_is_shown_on_request_and_the_look_is_written_down(county: County, as_user: SignIn) -> None:
    client = as_user(county.secretary)
    url = reverse("organisations:member", args=[county.member.pk])
    assert str(county.member.phone) not in client.get(url).content.decode()
    shown = client.post(reverse("organisations:contact", args=[county.member.pk]))
    assert str(county.member.phone) in shown.content.decode()
    entry = AuditEntry.objects.get(action="organisations.see_contact")
    assert (entry.actor_id, entry.target_id) == (county.secretary.pk, str(county.member.pk))


def test_digits_are_shown_once_and_the_person_is_told(county: County, as_user: SignIn, client: Client) -> None:
    url = reverse("organisations:issue_code", args=[county.member.pk])
    response = as_user(county.secretary).post(url, {"kind": "digits"})
    assert "no-store" in response["Cache-Control"]
    found = re.search(r"code-digits\">(\d{3}) (\d{3})<", response.content.decode())
    assert found
    signed_in = client.post("/accounts/code/", {"name": county.member.name, "code": f"{found[1]}{found[2]}"})
    assert signed_in.status_code == 302
    assert county.member.notices.get().kind == "accounts.code_issued"


def test_a_qr_is_drawn_in_the_page_without_styles_or_addresses(county: County, as_user: SignIn) -> None:
    url = reverse("organisations:issue_code", args=[county.member.pk])
    page = as_user(county.secretary).post(url, {"kind": "qr"}).content.decode()
    svg = page[page.index("<svg width") : page.index("</svg>", page.index("<svg width"))]
    assert "style" not in svg
    assert "href" not in svg
    assert "/accounts/qr/" not in page


def test_staff_get_no_code_from_the_page(county: County, as_user: SignIn) -> None:
    colleague = UserFactory(mfa_required=True)
    MembershipFactory(user=colleague, organisation=county.branch)
    response = as_user(county.secretary).post(reverse("organisations:issue_code", args=[colleague.pk]))
    assert response.status_code == 409
    assert not colleague.one_time_codes.exists()


def test_a_transfer_stays_inside_the_own_subtree(county: County, as_user: SignIn) -> None:
    client = as_user(county.secretary)
    url = reverse("organisations:transfer", args=[county.member.pk])
    assert client.post(url, {"to": county.other.pk, "on": "2026-03-01"}).status_code == 400
    assert client.post(url, {"to": county.town.pk, "on": "1990-01-01"}).status_code == 400
    assert client.post(url, {"to": "x", "on": "y"}).status_code == 400
    assert county.member.memberships.count() == 1
    assert client.post(url, {"to": county.town.pk, "on": "2026-03-01"}).status_code == 302
    assert county.member.memberships.count() == 2


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.long
def test_every_page_is_whole_in_both_languages(county: County, as_user: SignIn, language: str) -> None:
    pages = {
        county.secretary: ["/workbench/members/", "/workbench/members/import/", "/workbench/disputes/", "/me/data/"],
        county.officer: ["/workbench/accounts/", reverse("organisations:account", args=[county.member.pk])],
        county.auditor: ["/workbench/audit/?q=x&since=2026-01-01", "/notices/", "/notices/preferences/"],
    }
    pages[county.secretary].append(reverse("organisations:member", args=[county.member.pk]))
    for who, urls in pages.items():
        client = as_user(who)
        client.cookies["django_language"] = language
        for url in urls:
            assert client.get(url).status_code == 200
