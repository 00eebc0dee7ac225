from collections.abc import Callable
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from cms.accounts.models import AuditEntry, User
from tests.cms.organisations.conftest import County
from tests.factories.accounts import PASSWORD, UserFactory, give_second_factor
from tests.factories.organisations import RoleAssignmentFactory

SignIn = Callable[[User], Client]


def url(name: str, pk: int) -> str:
    return reverse(f"organisations:{name}", args=[pk])


def test_an_officer_grants_and_ends_a_role(county: County, as_user: SignIn) -> None:
    client = as_user(county.officer)
    data = {"role-role": "editor", "role-organisation": county.town.pk}
    assert client.post(url("grant_role", county.member.pk), data).status_code == 302
    assignment = county.member.role_assignments.get()
    assert (assignment.role, assignment.granted_by) == ("editor", county.officer)
    assert client.post(url("grant_role", county.member.pk), data).status_code == 409
    assert client.post(url("end_role", assignment.pk)).status_code == 302
    assert not User.objects.get(pk=county.member.pk).mfa_required


def test_the_three_duties_stay_apart_on_the_page_too(county: County, as_user: SignIn) -> None:
    data = {"role-role": "reviewer", "role-organisation": county.root.pk}
    response = as_user(county.officer).post(url("grant_role", county.auditor.pk), data)
    assert response.status_code == 409
    assert not county.auditor.role_assignments.filter(role="reviewer").exists()


@pytest.mark.parametrize("data", [{}, {"role-role": "emperor"}, {"role-role": "editor", "role-organisation": "0"}])
def test_an_odd_role_is_refused(county: County, as_user: SignIn, data: dict[str, str]) -> None:
    assert as_user(county.officer).post(url("grant_role", county.member.pk), data).status_code == 400


def test_an_officer_below_grants_nothing_above(county: County, as_user: SignIn) -> None:
    county.officer.role_assignments.update(organisation=county.town)
    client = as_user(county.officer)
    data = {"role-role": "editor", "role-organisation": county.root.pk}
    assert client.post(url("grant_role", county.member.pk), data).status_code == 400
    above = RoleAssignmentFactory(user=county.member, organisation=county.root, role="lecturer")
    assert client.post(url("end_role", above.pk)).status_code == 404


def test_a_locked_account_is_unlocked_for_its_owner(county: County, as_user: SignIn, client: Client) -> None:
    for _ in range(6):
        client.post("/accounts/login/", {"login": county.member.username, "password": "wrong"})
    officer = as_user(county.officer)
    assert officer.get(url("account", county.member.pk)).context["locked"] is True
    assert officer.post(url("unlock_account", county.member.pk)).status_code == 302
    opened = client.post("/accounts/login/", {"login": county.member.username, "password": PASSWORD})
    assert opened.status_code == 302
    assert AuditEntry.objects.filter(action="organisations.unlock_account").count() == 1


def test_a_lost_second_factor_is_reset_with_a_reason_and_sessions_end(county: County, as_user: SignIn) -> None:
    give_second_factor(county.member)
    lost = as_user(county.member)
    client = as_user(county.officer)
    assert client.post(url("reset_factor", county.member.pk), {"reason-reason": ""}).status_code == 400
    assert client.post(url("reset_factor", county.member.pk), {"reason-reason": "手机丢失"}).status_code == 302
    assert not Authenticator.objects.filter(user=county.member).exists()
    assert lost.get("/me/settings/").status_code == 302
    entry = AuditEntry.objects.get(action="organisations.reset_second_factor")
    assert (entry.before, entry.reason) == ({"factors": ["totp"]}, "手机丢失")
    ended = AuditEntry.objects.get(action="accounts.end_sessions")
    assert (ended.actor_id, ended.target_id) == (county.officer.pk, str(county.member.pk))


def test_an_account_is_closed_and_opened_again(county: County, as_user: SignIn, client: Client) -> None:
    officer = as_user(county.officer)
    assert officer.post(url("close_account", county.member.pk), {"reason-reason": "调离"}).status_code == 302
    assert client.post("/accounts/login/", {"login": county.member.phone, "password": PASSWORD}).status_code == 400
    assert officer.post(url("reopen_account", county.member.pk)).status_code == 302
    assert client.post("/accounts/login/", {"login": county.member.phone, "password": PASSWORD}).status_code == 302


ACTS = {
    "grant_role": {"role-role": "lecturer"},
    "set_password": {"password-password": "ein-langes-wort-9"},
    "reset_factor": {"reason-reason": "x"},
    "close_account": {"reason-reason": "x"},
    "reopen_account": {},
    "unlock_account": {},
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["county editor", "lecturer of elsewhere", "superuser"])
def test_an_officer_of_a_branch_acts_on_no_account_that_reaches_further(
    county: County, as_user: SignIn, who: str, act: str
) -> None:
    county.officer.role_assignments.update(organisation=county.town)
    if who == "superuser":
        User.objects.filter(pk=county.member.pk).update(is_superuser=True)
    elif who == "county editor":
        RoleAssignmentFactory(user=county.member, organisation=county.root, role="editor")
    else:
        RoleAssignmentFactory(user=county.member, organisation=county.other, role="lecturer")
    give_second_factor(county.member)
    near = RoleAssignmentFactory(user=county.member, organisation=county.branch, role="lecturer")
    client, entries = as_user(county.officer), AuditEntry.objects.count()
    page = client.get(url("account", county.member.pk))
    assert (page.status_code, url(act, county.member.pk) in page.content.decode()) == (200, False)
    assert "你只能查看" in page.content.decode()
    data = {**ACTS[act], "role-organisation": county.branch.pk}
    assert client.post(url(act, county.member.pk), data).status_code == 403
    assert client.post(url("end_role", near.pk)).status_code == 403
    person = User.objects.get(pk=county.member.pk)
    assert person.check_password(PASSWORD)
    assert person.is_active
    assert Authenticator.objects.filter(user=person).count() == 1
    assert AuditEntry.objects.count() == entries


@pytest.mark.parametrize("act", ["set_password", "reset_factor", "close_account", "unlock_account"])
def test_the_officer_who_reaches_all_duties_acts_on_the_account(county: County, as_user: SignIn, act: str) -> None:
    RoleAssignmentFactory(user=county.member, organisation=county.root, role="editor")
    assert as_user(county.officer).post(url(act, county.member.pk), ACTS[act]).status_code == 302


def test_a_duty_that_is_over_holds_no_officer_back(county: County, as_user: SignIn) -> None:
    county.officer.role_assignments.update(organisation=county.town)
    RoleAssignmentFactory(user=county.member, organisation=county.root, role="editor", ends_on=date(2021, 1, 1))
    response = as_user(county.officer).post(url("set_password", county.member.pk), ACTS["set_password"])
    assert response.status_code == 302


def test_a_superuser_with_the_duty_acts_on_a_superuser(county: County, as_user: SignIn) -> None:
    User.objects.filter(pk__in=[county.officer.pk, county.member.pk]).update(is_superuser=True)
    response = as_user(county.officer).post(url("set_password", county.member.pk), ACTS["set_password"])
    assert response.status_code == 302


def test_an_officer_does_nothing_to_the_own_account(county: County, as_user: SignIn) -> None:
    client = as_user(county.officer)
    for name, data in [("close_account", {"reason-reason": "x"}), ("reset_factor", {"reason-reason": "x"})]:
        assert client.post(url(name, county.officer.pk), data).status_code == 409
    assert client.post(url("end_role", county.officer.role_assignments.get().pk)).status_code == 409
    assert User.objects.get(pk=county.officer.pk).is_active


def test_a_handed_over_password_obeys_the_rules(county: County, as_user: SignIn) -> None:
    client = as_user(county.officer)
    assert client.post(url("set_password", county.member.pk), {"password-password": "123"}).status_code == 400
    data = {"password-password": "ein-langes-wort-9"}
    assert client.post(url("set_password", county.member.pk), data).status_code == 302
    assert User.objects.get(pk=county.member.pk).check_password("ein-langes-wort-9")


def test_the_audit_log_is_filtered_and_reading_it_leaves_no_trace(county: County, as_user: SignIn) -> None:
    as_user(county.secretary).post(url("contact", county.member.pk))
    before = AuditEntry.objects.count()
    client = as_user(county.auditor)
    assert "organisations.see_contact" in client.get("/workbench/audit/?q=沈佳").content.decode()
    assert "organisations.see_contact" not in client.get("/workbench/audit/?action=lessons.").content.decode()
    assert "organisations.see_contact" not in client.get("/workbench/audit/?until=2001-01-01").content.decode()
    assert client.get("/workbench/audit/?since=tomorrow").status_code == 400
    assert AuditEntry.objects.count() == before


@pytest.mark.wide
def test_wagtails_pages_about_people_are_for_superusers_only(county: County, as_user: SignIn) -> None:
    from cms.organisations.services import grant_role

    grant_role(county.member, county.root, "editor", actor=county.officer)
    county.member.refresh_from_db()
    give_second_factor(county.member)
    paths = ["/admin/users/", "/admin/users/new/", f"/admin/users/edit/{county.member.pk}/", "/admin/groups/"]
    editor, superuser = as_user(county.member), as_user(UserFactory(is_superuser=True, second_factor=True))
    assert editor.get("/admin/").status_code == 200
    for path in paths:
        assert editor.get(path).status_code == 302
        assert superuser.get(path).status_code == 200
    assert superuser.get(f"/admin/users/delete/{county.member.pk}/").status_code == 200
    assert editor.get("/admin/account/").status_code == 200


@pytest.mark.long
def test_my_data_is_seen_exported_and_disputed(county: County, as_user: SignIn) -> None:
    client = as_user(county.member)
    page = client.get("/me/data/").content.decode()
    assert str(county.member.phone) in page
    exported = client.get("/me/data/export.json")
    assert "attachment" in exported["Content-Disposition"]
    slugs = {source["slug"] for source in exported.json()["sources"]}
    assert {"accounts.account", "organisations.memberships", "organisations.roles", "notices.notices"} <= slugs
    address = reverse("organisations:dispute", args=["organisations.memberships"])
    assert client.get(address).status_code == 200
    assert client.post(address, {"text": ""}).status_code == 400
    assert client.post(address, {"text": "日期不对"}).status_code == 302
    assert client.get(reverse("organisations:dispute", args=["nothing"])).status_code == 404
    dispute = county.member.data_disputes.get()
    secretary = as_user(county.secretary)
    assert "日期不对" in secretary.get("/workbench/disputes/").content.decode()
    answer = reverse("organisations:answer_dispute", args=[dispute.pk])
    assert secretary.post(answer, {f"d{dispute.pk}-answer": ""}).status_code == 400
    assert secretary.post(answer, {f"d{dispute.pk}-answer": "已更正"}).status_code == 302
    assert secretary.post(answer, {f"d{dispute.pk}-answer": "再次"}).status_code == 409
    assert "已更正" in client.get("/me/data/").content.decode()


def test_others_disputes_are_out_of_reach(county: County, as_user: SignIn) -> None:
    from cms.organisations.services import open_dispute

    far = open_dispute(county.stranger, source="accounts.account", text="x")
    own = open_dispute(county.secretary, source="accounts.account", text="x")
    client = as_user(county.secretary)
    for dispute in (far, own):
        answer = reverse("organisations:answer_dispute", args=[dispute.pk])
        assert client.post(answer, {f"d{dispute.pk}-answer": "x"}).status_code == 404


def test_a_password_that_a_branch_planted_opens_no_duty(county: County, as_user: SignIn, client: Client) -> None:
    planted = "known-to-the-branch-2026"
    county.member.set_password(planted)
    county.member.save()
    earlier = as_user(county.member)
    data = {"role-role": "editor", "role-organisation": county.root.pk}
    officer = as_user(county.officer)
    officer.post(url("grant_role", county.member.pk), data)

    assert "原来的密码、通行密钥和登录都已失效" in officer.get(url("account", county.member.pk)).content.decode()
    assert earlier.get("/me/").status_code == 302
    assert client.post("/accounts/login/", {"login": county.member.username, "password": planted}).status_code == 400
