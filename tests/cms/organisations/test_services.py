from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from cms.accounts.models import AuditEntry
from cms.core.clock import today
from cms.core.errors import InvalidInput, StaleState
from cms.organisations.enums import MembershipKind, OrganisationKind
from cms.organisations.models import Membership, Organisation
from cms.organisations.queries import home_organisation, standing_of
from cms.organisations.services import (
    answer_dispute,
    create_organisation,
    deactivate_organisation,
    join,
    move_organisation,
    open_dispute,
    reactivate_organisation,
    rename_organisation,
    transfer,
)
from tests.cms.organisations.conftest import County
from tests.factories.accounts import UserFactory


def test_a_transfer_ends_one_row_and_begins_another(county: County) -> None:
    on = date(2026, 3, 1)
    transfer(county.member, county.other, on, actor=county.officer)
    rows = list(
        county.member.memberships.order_by("starts_on").values_list("organisation__code", "starts_on", "ends_on")
    )
    assert rows == [("branch", date(2020, 1, 1), date(2026, 2, 28)), ("other", on, None)]
    entry = AuditEntry.objects.get(action="organisations.transfer")
    assert entry.before == {"organisation": "branch", "kind": "member", "from": "2020-01-01"}
    assert entry.after == {"organisation": "other", "kind": "member", "from": "2026-03-01"}
    assert county.member.notices.count() == 1


def test_a_transfer_in_the_future_moves_on_its_day(county: County) -> None:
    transfer(county.member, county.other, today() + timedelta(days=10), actor=county.officer)
    assert home_organisation(county.member) == county.branch


def test_standing_follows_a_transfer_at_once(county: County) -> None:
    assert standing_of(county.member).organisation_paths == (county.branch.path,)
    transfer(county.member, county.other, today(), actor=county.officer)
    assert standing_of(county.member).organisation_paths == (county.other.path,)


@pytest.mark.parametrize("on", [date(2020, 1, 1), date(2019, 1, 1), date(1800, 1, 1), today() + timedelta(days=4000)])
def test_a_transfer_on_an_impossible_day_changes_nothing(county: County, on: date) -> None:
    with pytest.raises(InvalidInput):
        transfer(county.member, county.other, on, actor=county.officer)
    assert county.member.memberships.count() == 1


def test_a_transfer_to_where_one_is_or_to_a_closed_place_is_refused(county: County) -> None:
    with pytest.raises(InvalidInput) as refused:
        transfer(county.member, county.branch, today())
    assert refused.value.code == "same"
    Organisation.objects.filter(pk=county.other.pk).update(is_active=False)
    with pytest.raises(InvalidInput) as refused:
        transfer(county.member, county.other, today())
    assert refused.value.code == "closed"
    with pytest.raises(InvalidInput) as refused:
        transfer(UserFactory(), county.branch, today())
    assert refused.value.code == "no_home"


def test_one_joins_once_and_the_database_agrees(county: County) -> None:
    user = UserFactory()
    join(user, county.branch, MembershipKind.PROBATIONARY, date(2026, 1, 1))
    with pytest.raises(InvalidInput) as refused:
        join(user, county.other)
    assert refused.value.code == "has_home"
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=user, organisation=county.other, starts_on=today())


def test_the_tree_grows_and_bends(county: County) -> None:
    made = create_organisation(name="新支部", code="new", kind=OrganisationKind.BRANCH, parent=county.town)
    assert made.path.startswith(county.town.path)
    rename_organisation(made, name="新城支部")
    moved = move_organisation(made, parent=county.other)
    assert (moved.name, moved.path.startswith(county.other.path)) == ("新城支部", True)
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["organisations.create", "organisations.rename", "organisations.move"]


def test_an_organisation_never_stands_below_itself_and_codes_are_unique(county: County) -> None:
    with pytest.raises(InvalidInput) as refused:
        move_organisation(county.town, parent=county.branch)
    assert refused.value.code == "cycle"
    with pytest.raises(InvalidInput) as refused:
        create_organisation(name="x", code="town", kind=OrganisationKind.BRANCH)
    assert refused.value.code == "code_taken"


def test_nothing_hangs_below_a_closed_place_where_it_is_or_too_far_down(county: County) -> None:
    closed = create_organisation(name="旧", code="old", kind=OrganisationKind.BRANCH, parent=county.root)
    deactivate_organisation(closed)
    for parent, code in ((closed, "closed"), (county.town, "same")):
        with pytest.raises(InvalidInput) as refused:
            move_organisation(county.branch, parent=parent)
        assert refused.value.code == code
    with pytest.raises(InvalidInput) as refused:
        create_organisation(name="x", code="x", kind=OrganisationKind.GROUP, parent=closed)
    assert refused.value.code == "closed"
    deep = county.branch
    for level in range(county.branch.depth + 1, 13):
        deep = create_organisation(name="深", code=f"deep-{level}", kind=OrganisationKind.GROUP, parent=deep)
    with pytest.raises(InvalidInput) as refused:
        create_organisation(name="x", code="x", kind=OrganisationKind.GROUP, parent=deep)
    assert refused.value.code == "too_deep"
    # Two levels move together, so a place that takes one of them is not enough.
    pair = create_organisation(name="上", code="pair", kind=OrganisationKind.BRANCH, parent=county.root)
    create_organisation(name="下", code="pair-2", kind=OrganisationKind.GROUP, parent=pair)
    with pytest.raises(InvalidInput) as refused:
        move_organisation(pair, parent=Organisation.objects.get(code="deep-11"))
    assert refused.value.code == "too_deep"


def test_a_closed_organisation_opens_again_below_an_open_one(county: County) -> None:
    upper = create_organisation(name="上", code="upper", kind=OrganisationKind.BRANCH, parent=county.root)
    lower = create_organisation(name="下", code="lower", kind=OrganisationKind.GROUP, parent=upper)
    for one in (lower, upper):
        deactivate_organisation(one, actor=county.officer, reason="合并")
    with pytest.raises(InvalidInput) as refused:
        reactivate_organisation(lower)
    assert refused.value.code == "closed"
    reactivate_organisation(upper, actor=county.officer)
    reactivate_organisation(lower, actor=county.officer)
    assert Organisation.objects.get(pk=lower.pk).is_active
    assert AuditEntry.objects.filter(action="organisations.reactivate", actor_id=county.officer.pk).count() == 2


def test_only_an_empty_organisation_closes(county: County) -> None:
    with pytest.raises(InvalidInput) as refused:
        deactivate_organisation(county.branch)
    assert refused.value.code == "not_empty"
    made = create_organisation(name="空", code="empty", kind=OrganisationKind.GROUP, parent=county.branch)
    deactivate_organisation(made, actor=county.officer, reason="合并")
    assert not Organisation.objects.get(pk=made.pk).is_active


def test_a_dispute_reaches_the_own_branch_and_its_answer_comes_back(county: County) -> None:
    made = open_dispute(county.member, source="organisations.memberships", text="加入日期不对")
    assert county.secretary.notices.count() == 1
    assert county.officer.notices.count() == 0
    answer_dispute(made, actor=county.secretary, answer="已更正")
    assert (made.status, made.answer, made.answered_by) == ("answered", "已更正", county.secretary)
    assert county.member.notices.count() == 1
    with pytest.raises(StaleState):
        answer_dispute(made, actor=county.secretary, answer="再来")


def test_without_a_branch_administrator_the_security_officer_hears_of_it(county: County) -> None:
    open_dispute(county.stranger, source="accounts.account", text="姓名写错了")
    assert county.officer.notices.count() == 1


@pytest.mark.parametrize(("source", "text"), [("nothing.here", "x"), ("accounts.account", "   ")])
def test_a_dispute_about_nothing_is_refused(county: County, source: str, text: str) -> None:
    with pytest.raises(InvalidInput):
        open_dispute(county.member, source=source, text=text)
