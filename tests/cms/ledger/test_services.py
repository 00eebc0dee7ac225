from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from cms.accounts.models import AuditEntry, User
from cms.core.errors import InvalidInput, StaleState
from cms.ledger.enums import DisputeStatus, EntryKind, RuleKind
from cms.ledger.models import HourEntry, HourRule
from cms.ledger.queries import hours_by_kind, net_hours, personal_entries, rule_on, why, year_total
from cms.ledger.services import answer_dispute, correct, dispute, record_hours
from cms.notices.models import Notice
from tests.cms.ledger.conftest import Branch
from tests.factories.accounts import UserFactory
from tests.factories.ledger import HourEntryFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)


def record(user: User, *, key: str = "lesson:1", hours: str = "0.2", rule: HourRule | None = None) -> HourEntry:
    return record_hours(
        user,
        kind=EntryKind.LESSON,
        hours=Decimal(hours),
        on=DAY,
        rule=rule,
        source=("probe", 1),
        label="带班记录",
        explanation={"minutes": 6},
        key=key,
    )


def test_hours_are_written_with_the_branch_and_the_rule_of_that_day(branch: Branch) -> None:
    entry = record(branch.member, rule=rule_on(RuleKind.LESSON, DAY))
    assert (entry.hours, entry.user_name, entry.organisation_name) == (
        Decimal("0.20"),
        "沈佳禾",
        branch.organisation.name,
    )
    assert entry.explanation == {
        "minutes": 6,
        "rule": {
            "name": "微课学时规则",
            "since": "2026-01-01",
            "minutes_per_hour": 45,
            "least": "0.1",
            "cap": "1.0",
        },
    }


def test_recording_twice_with_one_key_writes_one_row(branch: Branch) -> None:
    first = record(branch.member)
    again = record(branch.member, hours="0.9")
    assert (again.pk, again.hours, HourEntry.objects.count()) == (first.pk, Decimal("0.20"), 1)


@pytest.mark.parametrize("hours", ["-0.1", "NaN", "Infinity", "1000.01"])
def test_hours_that_cannot_be_are_refused(branch: Branch, hours: str) -> None:
    with pytest.raises(InvalidInput):
        record(branch.member, hours=hours)
    assert HourEntry.objects.count() == 0


def test_a_correction_is_an_entry_of_its_own_and_the_sum_is_right(branch: Branch) -> None:
    entry = record(branch.member)
    written = correct(entry, to_hours=Decimal("0.5"), actor=branch.admin, reason="录错了")
    again = correct(entry, to_hours=Decimal("0.1"), actor=branch.admin, reason="再次核对")
    assert (written.hours, again.hours, net_hours(entry)) == (Decimal("0.30"), Decimal("-0.40"), Decimal("0.10"))
    assert year_total(branch.member, 2026) == Decimal("0.10")
    assert hours_by_kind(branch.member, 2026) == {"lesson": Decimal("0.10")}
    with translation.override("en"):
        sentences = why(again)
    assert sentences == ["Corrected from 0.5 to 0.1 study hours. Reason: 再次核对"]
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "reason")) == [
        ("ledger.correct", "录错了"),
        ("ledger.correct", "再次核对"),
    ]


def test_nobody_corrects_the_own_hours_or_without_a_reason_or_to_the_same(branch: Branch) -> None:
    entry = record(branch.member)
    wrong = [
        (branch.member, "1", "x"),
        (branch.admin, "1", " "),
        (branch.admin, "0.2", "x"),
        (branch.admin, "NaN", "x"),
    ]
    for actor, hours, reason in wrong:
        with pytest.raises(InvalidInput):
            correct(entry, to_hours=Decimal(hours), actor=actor, reason=reason)
    correction = correct(entry, to_hours=Decimal(0), actor=branch.admin, reason="x")
    with pytest.raises(InvalidInput):
        correct(correction, to_hours=Decimal(1), actor=branch.admin, reason="x")
    assert HourEntry.objects.count() == 2


def test_a_dispute_reaches_the_branch_and_asking_twice_opens_one(branch: Branch) -> None:
    entry = record(branch.member)
    opened = dispute(entry, user=branch.member, text=" 少了 ")
    assert dispute(entry, user=branch.member, text="再问").pk == opened.pk
    assert (opened.text, opened.status, opened.organisation) == ("少了", DisputeStatus.OPEN, branch.organisation)
    assert list(Notice.objects.values_list("user", "kind", "url")) == [
        (branch.admin.pk, "hours.disputed", f"/workbench/hours/{opened.pk}/")
    ]


def test_an_empty_dispute_is_refused(branch: Branch) -> None:
    with pytest.raises(InvalidInput):
        dispute(record(branch.member), user=branch.member, text="  ")


def test_an_answer_corrects_once_tells_the_person_and_cannot_be_given_twice(branch: Branch) -> None:
    opened = dispute(record(branch.member), user=branch.member, text="少了")
    answer_dispute(opened, actor=branch.admin, answer="确实少了", to_hours=Decimal("0.4"))
    with pytest.raises(StaleState):
        answer_dispute(opened, actor=branch.admin, answer="再来", to_hours=Decimal("0.9"))
    opened.refresh_from_db()
    assert (opened.status, opened.answered_by, opened.answer) == (DisputeStatus.ANSWERED, branch.admin, "确实少了")
    assert year_total(branch.member, 2026) == Decimal("0.40")
    told = Notice.objects.get(user=branch.member)
    assert (told.kind, told.body) == ("hours.answered", "确实少了")


def test_an_answer_without_a_change_writes_no_correction(branch: Branch) -> None:
    opened = dispute(record(branch.member), user=branch.member, text="少了")
    answer_dispute(opened, actor=branch.admin, answer="按规则是对的", to_hours=Decimal("0.2"))
    assert (opened.correction, HourEntry.objects.count()) == (None, 1)


def test_somebody_answers_no_own_dispute(branch: Branch) -> None:
    opened = dispute(record(branch.admin), user=branch.admin, text="少了")
    with pytest.raises(InvalidInput):
        answer_dispute(opened, actor=branch.admin, answer="我说了算")
    assert Notice.objects.count() == 0


def test_my_data_holds_every_entry_with_its_reason(branch: Branch) -> None:
    record(branch.member, rule=rule_on(RuleKind.LESSON, DAY))
    HourEntryFactory(user=UserFactory())
    with translation.override("en"):
        rows = list(personal_entries(branch.member))
    assert [(row["on"], row["hours"], row["for"], row["rule"]) for row in rows] == [
        ("2026-03-01", "0.20", "带班记录", "微课学时规则")
    ]
    assert rows[0]["why"] == [
        "Counted as 0.2 study hours under the rule “微课学时规则” (in force since Thu 1 Jan 2026).",
        "The rule: 45 minutes are one study hour, rounded to a tenth.",
        "One item counts at least 0.1 and at most 1.0 study hours.",
    ]
