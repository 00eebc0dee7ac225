"""The tree in the workbench: who keeps it, adds to it, renames, moves, closes and opens again."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.accounts.models import AuditEntry, User
from cms.organisations.enums import Role
from cms.organisations.models import Membership, Organisation
from tests.cms.organisations.conftest import County, on_duty
from tests.factories.organisations import MembershipFactory, OrganisationFactory

SignIn = Callable[[User], Client]
TREE = "/workbench/organisations/"
NEW = {"add-name": "城东支部", "add-short_name": "城东", "add-kind": "branch", "add-code": "east"}


@pytest.fixture
def keeper(county: County) -> User:
    """The administrator of the town: keeps the town and its branch, nothing beside."""
    return on_duty(Role.BRANCH_ADMIN, county.town, "管理员")


def url(name: str, organisation: Organisation) -> str:
    return reverse(f"organisations:{name}", args=[organisation.pk])


def fresh(organisation: Organisation) -> Organisation:
    found: Organisation = Organisation.objects.get(pk=organisation.pk)
    return found


def empty_below(parent: Organisation, code: str = "empty") -> Organisation:
    made: Organisation = OrganisationFactory(name="待调整小组", code=code, parent=parent)
    return made


def test_the_list_shows_the_own_subtree_in_order_with_its_members(
    county: County, keeper: User, as_user: SignIn
) -> None:
    page = as_user(keeper).get(TREE)
    assert [(row.code, row.above, row.members) for row in page.context["page"]] == [
        ("town", "云岭县委", 2),
        ("branch", "清水镇党委", 1),
    ]
    assert "石桥支部" not in page.content.decode()
    assert [row.code for row in as_user(county.officer).get(TREE).context["page"]] == [
        "county",
        "town",
        "branch",
        "other",
    ]


def test_the_list_finds_by_name_and_code_and_says_when_nothing_fits(county: County, as_user: SignIn) -> None:
    client = as_user(county.officer)
    assert [row.code for row in client.get(f"{TREE}?q=清水").context["page"]] == ["town", "branch"]
    assert [row.code for row in client.get(f"{TREE}?q=OTHER").context["page"]] == ["other"]
    assert "没有符合的组织" in client.get(f"{TREE}?q=无此组织").content.decode()


def test_lists_have_a_constant_number_of_queries(county: County, keeper: User, as_user: SignIn) -> None:
    client = as_user(keeper)
    addresses = (TREE, url("organisation", county.town))
    counts = []
    for more in (0, 3):
        for number in range(more):
            group = OrganisationFactory(parent=county.town)
            MembershipFactory(organisation=group)
            client.post(url("rename_organisation", county.town), {"names-name": f"镇党委{number}"})
        for address in addresses:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            counts.append(len(captured))
    assert counts[:2] == counts[2:]


@pytest.mark.parametrize("role", [Role.BRANCH_ADMIN, Role.SECURITY_OFFICER])
def test_an_organisation_is_added_below_and_leaves_its_trace(county: County, as_user: SignIn, role: Role) -> None:
    person = on_duty(role, county.town, "负责人")
    answer = as_user(person).post(url("add_organisation", county.branch), NEW)
    assert (answer.status_code, answer["Location"]) == (302, url("organisation", county.branch))
    made = Organisation.objects.get(code="east")
    assert (made.name, made.short_name, made.kind, made.get_parent()) == ("城东支部", "城东", "branch", county.branch)
    entry = AuditEntry.objects.get(action="organisations.create")
    assert (entry.actor_id, entry.target_id) == (person.pk, str(made.pk))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"add-name": ""}, "name"),
        ({"add-name": "长" * 121}, "name"),
        ({"add-code": "town"}, "code"),
        ({"add-code": "有空 格"}, "code"),
        ({"add-code": "x" * 61}, "code"),
        ({"add-kind": "empire"}, "kind"),
        ({"add-short_name": "长" * 41}, "short_name"),
    ],
)
def test_what_cannot_be_used_is_told_at_its_field_and_kept(
    county: County, keeper: User, as_user: SignIn, changed: dict[str, str], field: str
) -> None:
    page = as_user(keeper).post(url("add_organisation", county.town), NEW | changed)
    assert page.status_code == 400
    assert list(page.context["add_form"].errors) == [field]
    assert page.context["add_form"]["short_name"].value() == (NEW | changed)["add-short_name"]
    assert not Organisation.objects.filter(code="east").exists()


def test_a_name_changes_and_the_page_tells_what_it_was(county: County, keeper: User, as_user: SignIn) -> None:
    client = as_user(keeper)
    assert client.post(url("rename_organisation", county.branch), {"names-name": ""}).status_code == 400
    data = {"names-name": "清水新街支部", "names-short_name": "新街"}
    assert client.post(url("rename_organisation", county.branch), data).status_code == 302
    assert (fresh(county.branch).name, fresh(county.branch).code) == ("清水新街支部", "branch")
    act = client.get(url("organisation", county.branch)).context["past"][0]
    assert (str(act["act"]), act["before"], act["after"], act["who"]) == (
        "修改了组织名称",
        "清水街支部",
        "清水新街支部",
        "管理员",
    )


def test_a_branch_moves_with_all_below_and_members_stay(county: County, as_user: SignIn) -> None:
    group = empty_below(county.branch)
    client = as_user(county.officer)
    answer = client.post(url("move_organisation", county.branch), {"move-parent": county.other.pk})
    assert answer.status_code == 302
    assert fresh(county.branch).get_parent() == county.other
    assert fresh(group).path.startswith(fresh(county.branch).path)
    assert Membership.objects.get(user=county.member).organisation == county.branch
    # The town's secretary keeps the branch no longer.
    assert as_user(county.secretary).get(reverse("organisations:member", args=[county.member.pk])).status_code == 404
    entry = AuditEntry.objects.get(action="organisations.move")
    assert (entry.before, entry.after) == ({"parent": "清水镇党委"}, {"parent": "石桥支部"})


def test_nothing_moves_into_itself_to_where_it_is_or_out_of_reach(
    county: County, keeper: User, as_user: SignIn
) -> None:
    group, client = empty_below(county.branch), as_user(keeper)
    for parent in (group, county.branch, county.other, county.root):
        answer = client.post(url("move_organisation", county.branch), {"move-parent": parent.pk})
        assert (answer.status_code, list(answer.context["move_form"].errors)) == (400, ["parent"])
    answer = client.post(url("move_organisation", county.branch), {"move-parent": county.town.pk})
    assert answer.status_code == 400
    assert answer.context["move_form"].non_field_errors() == ["它已经在那里了。"]
    assert fresh(county.branch).path == county.branch.path


def test_only_an_empty_one_closes_with_a_reason_and_opens_again(county: County, keeper: User, as_user: SignIn) -> None:
    group, client = empty_below(county.branch), as_user(keeper)
    full = client.post(url("close_organisation", county.branch), {"reason-reason": "合并"})
    assert (full.status_code, full.context["reason_form"].non_field_errors()) == (
        400,
        ["请先转走里面的人员和下级组织。"],
    )
    assert client.post(url("close_organisation", group), {"reason-reason": ""}).status_code == 400
    assert client.post(url("close_organisation", group), {"reason-reason": "合并"}).status_code == 302
    assert not fresh(group).is_active
    page = client.get(url("organisation", group)).content.decode()
    assert ("已停用" in page, "合并" in page, url("add_organisation", group) in page) == (True, True, False)
    assert client.post(url("add_organisation", group), NEW).status_code == 400
    assert client.post(url("reopen_organisation", group)).status_code == 302
    assert fresh(group).is_active


def test_what_lies_below_a_closed_one_does_not_open_first(county: County, keeper: User, as_user: SignIn) -> None:
    upper, client = empty_below(county.branch), as_user(keeper)
    lower = empty_below(upper, "lower")
    for one in (lower, upper):
        client.post(url("close_organisation", one), {"reason-reason": "合并"})
    answer = client.post(url("reopen_organisation", lower))
    assert answer.status_code == 400
    assert "请先启用上级组织" in answer.content.decode()
    assert not fresh(lower).is_active


@pytest.mark.parametrize("act", ["move", "close", "reopen"])
def test_the_own_top_is_moved_and_closed_from_above(county: County, keeper: User, as_user: SignIn, act: str) -> None:
    client = as_user(keeper)
    page = client.get(url("organisation", county.town)).content.decode()
    assert url(f"{act}_organisation", county.town) not in page
    data = {"move-parent": county.branch.pk, "reason-reason": "x"}
    assert client.post(url(f"{act}_organisation", county.town), data).status_code == 403
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("act", ["add", "rename", "move", "close", "reopen"])
def test_nobody_acts_outside_the_own_subtree_without_the_duty_or_by_a_link(
    county: County, keeper: User, as_user: SignIn, act: str
) -> None:
    address = url(f"{act}_organisation", county.other)
    assert as_user(keeper).post(address, NEW).status_code == 404
    assert as_user(county.secretary).post(url(f"{act}_organisation", county.branch), NEW).status_code == 403
    assert as_user(county.officer).get(address).status_code == 405
    assert as_user(county.officer).post(reverse(f"organisations:{act}_organisation", args=[10**9])).status_code == 404
    assert not AuditEntry.objects.exists()


def test_the_workbench_leads_to_the_tree_whom_it_concerns(county: County, keeper: User, as_user: SignIn) -> None:
    assert f'href="{TREE}"' in as_user(keeper).get("/workbench/").content.decode()
    assert f'href="{TREE}"' not in as_user(county.auditor).get("/workbench/").content.decode()
