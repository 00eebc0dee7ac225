from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission

from cms.accounts.models import ApiToken, AuditEntry, OneTimeCode, User
from cms.accounts.services import issue_api_token
from cms.core.clock import now, today
from cms.core.errors import DomainError
from cms.organisations.enums import Role
from cms.organisations.queries import holders_of, keepers_of, speakers_for, standing_of
from cms.organisations.services import close_account, end_expired_duties, end_role, grant_role
from tests.cms.organisations.conftest import County
from tests.factories.accounts import UserFactory, give_second_factor
from tests.factories.organisations import RoleAssignmentFactory

SEPARATED = [Role.REVIEWER, Role.AUDITOR, Role.SECURITY_OFFICER]


def test_a_role_reaches_everything_below_and_nothing_beside(county: County) -> None:
    grant_role(county.member, county.town, Role.EDITOR, actor=county.officer)
    standing = standing_of(User.objects.get(pk=county.member.pk))
    assert standing.has_role_at({Role.EDITOR}, county.branch.path)
    assert standing.has_role_at({Role.EDITOR}, county.town.path)
    assert not standing.has_role_at({Role.EDITOR}, county.root.path)
    assert not standing.has_role_at({Role.EDITOR}, county.other.path)
    assert list(holders_of(Role.EDITOR, county.branch)) == [county.member]
    assert list(holders_of(Role.EDITOR, county.other)) == []


def test_an_organisation_is_kept_by_its_own_people_or_else_by_those_of_the_next_above(county: County) -> None:
    above, admin, secretary, left = UserFactory.create_batch(4)
    left.is_active = False
    left.save()
    for person, organisation, role in (
        (above, county.root, Role.BRANCH_SECRETARY),
        (left, county.branch, Role.BRANCH_SECRETARY),
        (admin, county.town, Role.BRANCH_ADMIN),
        (secretary, county.town, Role.BRANCH_ADMIN),
        (secretary, county.town, Role.BRANCH_SECRETARY),
        (county.stranger, county.other, Role.EDITOR),
    ):
        RoleAssignmentFactory(user=person, organisation=organisation, role=role)
    kept = [county.secretary, secretary, admin]
    assert {str(one): keepers_of(one) for one in (county.town, county.branch, county.other)} == {
        "清水镇党委": kept,
        "清水街支部": kept,
        "石桥支部": [above],
    }
    own: User = UserFactory()
    RoleAssignmentFactory(user=own, organisation=county.branch, role=Role.BRANCH_ADMIN)
    assert (keepers_of(county.branch), speakers_for(county.branch)) == ([own], [own])


@pytest.mark.parametrize("first", SEPARATED)
@pytest.mark.parametrize("second", SEPARATED)
def test_reviewer_auditor_and_security_officer_are_three_people(county: County, first: Role, second: Role) -> None:
    grant_role(county.member, county.root, first, actor=county.officer)
    with pytest.raises(DomainError) as refused:
        grant_role(county.member, county.root, second, actor=county.officer)
    assert refused.value.code == ("held" if first == second else "separated")


def test_after_one_of_the_three_ended_another_may_follow(county: County) -> None:
    held = grant_role(county.member, county.root, Role.REVIEWER, actor=county.officer)
    end_role(held, actor=county.officer)
    grant_role(county.member, county.root, Role.AUDITOR, actor=county.officer)
    assert standing_of(User.objects.get(pk=county.member.pk)).has_role(Role.AUDITOR)


def test_nobody_grants_or_ends_an_own_role(county: County) -> None:
    with pytest.raises(DomainError) as refused:
        grant_role(county.officer, county.root, Role.EDITOR, actor=county.officer)
    assert refused.value.code == "own_role"
    with pytest.raises(DomainError) as refused:
        end_role(county.officer.role_assignments.get(), actor=county.officer)
    assert refused.value.code == "own_role"


def test_an_auditor_is_appointed_at_the_top(county: County) -> None:
    with pytest.raises(DomainError) as refused:
        grant_role(county.member, county.branch, Role.AUDITOR, actor=county.officer)
    assert refused.value.code == "not_root"


def test_a_staff_role_asks_for_a_second_factor_until_the_last_one_ends(county: County) -> None:
    first = grant_role(county.member, county.branch, Role.BRANCH_ADMIN, actor=county.officer)
    second = grant_role(county.member, county.branch, Role.EDITOR, actor=county.officer)
    assert User.objects.get(pk=county.member.pk).mfa_required
    end_role(first, actor=county.officer)
    assert User.objects.get(pk=county.member.pk).mfa_required
    end_role(second, actor=county.officer)
    assert not User.objects.get(pk=county.member.pk).mfa_required


def test_a_lecturer_needs_no_second_factor(county: County) -> None:
    grant_role(county.member, county.branch, Role.LECTURER, actor=county.officer)
    assert not User.objects.get(pk=county.member.pk).mfa_required


def test_editors_and_reviewers_enter_the_admin_through_their_groups(county: County) -> None:
    held = grant_role(county.member, county.root, Role.EDITOR, actor=county.officer)
    member = User.objects.get(pk=county.member.pk)
    assert list(member.groups.values_list("name", flat=True)) == ["内容编辑"]
    assert member.has_perm("wagtailadmin.access_admin")
    end_role(held, actor=county.officer)
    member = User.objects.get(pk=county.member.pk)
    assert list(member.groups.all()) == []
    assert not member.has_perm("wagtailadmin.access_admin")


def test_a_group_stays_while_the_role_is_held_elsewhere(county: County) -> None:
    first = grant_role(county.member, county.town, Role.EDITOR, actor=county.officer)
    grant_role(county.member, county.other, Role.EDITOR, actor=county.officer)
    end_role(first, actor=county.officer)
    assert User.objects.get(pk=county.member.pk).has_perm("wagtailadmin.access_admin")


def test_no_group_may_touch_people(county: County) -> None:
    assert sorted(Group.objects.values_list("name", flat=True)) == ["内容编辑", "审核员"]
    assert not Permission.objects.filter(
        group__isnull=False, content_type__app_label__in=["accounts", "auth"]
    ).exists()


def test_an_open_code_ends_when_its_person_becomes_staff(county: County) -> None:
    OneTimeCode.objects.create(
        user=county.member,
        kind="digits",
        digest="x",
        issued_by=county.secretary,
        issued_at=now(),
        expires_at=now() + timedelta(minutes=5),
    )
    grant_role(county.member, county.branch, Role.BRANCH_ADMIN, actor=county.officer)
    assert not OneTimeCode.objects.exists()


def test_granting_and_ending_leave_before_and_after_and_tell_the_person(county: County) -> None:
    held = grant_role(county.member, county.branch, Role.EDITOR, actor=county.officer)
    end_role(held, actor=county.officer, reason="换届")
    granted, ended = AuditEntry.objects.exclude(action="accounts.end_sessions").order_by("pk")
    assert (granted.action, granted.actor_id) == ("organisations.grant_role", county.officer.pk)
    assert (granted.before, granted.after) == ({"roles": []}, {"role": "editor", "organisation": "branch"})
    assert (ended.action, ended.reason) == ("organisations.end_role", "换届")
    assert ended.before == {"role": "editor", "organisation": "branch"}
    assert county.member.notices.count() == 2


def test_ending_twice_writes_once(county: County) -> None:
    held = grant_role(county.member, county.branch, Role.EDITOR, actor=county.officer)
    end_role(held, actor=county.officer)
    end_role(held, actor=county.officer)
    assert AuditEntry.objects.filter(action="organisations.end_role").count() == 1


def test_a_duty_that_runs_out_by_its_date_is_brought_in_step(county: County) -> None:
    user = UserFactory(mfa_required=True)
    RoleAssignmentFactory(user=user, organisation=county.branch, role=Role.EDITOR, ends_on=today() - timedelta(days=1))
    assert end_expired_duties() == 1
    assert not User.objects.get(pk=user.pk).mfa_required
    assert end_expired_duties() == 0


def test_closing_an_account_ends_roles_and_tokens_and_needs_a_reason(county: County) -> None:
    grant_role(county.member, county.branch, Role.EDITOR, actor=county.officer)
    with pytest.raises(DomainError):
        close_account(county.member, actor=county.officer, reason="  ")
    close_account(county.member, actor=county.officer, reason="调离")
    member = User.objects.get(pk=county.member.pk)
    assert (member.is_active, member.mfa_required) == (False, False)
    assert standing_of(member).duties == ()
    with pytest.raises(DomainError):
        close_account(county.officer, actor=county.officer, reason="x")


def test_the_first_duty_that_an_officer_grants_ends_every_way_into_the_account(county: County) -> None:
    member = county.member
    give_second_factor(member)
    OneTimeCode.objects.create(
        user=member,
        kind="digits",
        digest="d",
        issued_by=county.secretary,
        issued_at=now(),
        expires_at=now() + timedelta(minutes=5),
    )
    issue_api_token(member, days=1)
    grant_role(member, county.root, Role.EDITOR, actor=county.officer)
    member.refresh_from_db()
    assert (member.has_usable_password(), member.session_epoch) == (False, 1)
    assert [model.objects.filter(user=member).count() for model in (Authenticator, OneTimeCode, ApiToken)] == [0, 0, 0]


def test_a_further_duty_leaves_the_ways_into_the_account_alone(county: County) -> None:
    grant_role(county.secretary, county.root, Role.EDITOR, actor=county.officer)
    county.secretary.refresh_from_db()
    assert county.secretary.has_usable_password()
    assert Authenticator.objects.filter(user=county.secretary).exists()
    grant_role(county.member, county.root, Role.LECTURER, actor=county.officer)
    county.member.refresh_from_db()
    assert county.member.has_usable_password()
