from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from cms.ledger.enums import EntryKind, RuleKind
from cms.ledger.models import HourEntry, HourRule
from cms.ledger.queries import rule_on
from tests.factories.ledger import HourDisputeFactory, HourEntryFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "statement", ["UPDATE ledger_hourentry SET hours = 9 WHERE id = %s", "DELETE FROM ledger_hourentry WHERE id = %s"]
)
def test_the_database_itself_refuses_to_change_or_delete_an_entry(statement: str) -> None:
    entry = HourEntryFactory()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [entry.pk])
    assert HourEntry.objects.get(pk=entry.pk).hours == Decimal("0.20")


def test_hours_below_zero_are_only_possible_as_a_correction() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        HourEntryFactory(hours=Decimal("-1.00"))
    entry = HourEntryFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        HourEntryFactory(hours=Decimal("1.00"), kind=EntryKind.CORRECTION)
    assert HourEntryFactory(hours=Decimal("-0.20"), kind=EntryKind.CORRECTION, corrects=entry).corrects == entry


def test_the_same_key_cannot_be_written_twice() -> None:
    HourEntryFactory(key="lesson:1:1")
    with pytest.raises(IntegrityError), transaction.atomic():
        HourEntryFactory(key="lesson:1:1")


def test_an_entry_has_one_open_dispute_at_most() -> None:
    dispute = HourDisputeFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        HourDisputeFactory(entry=dispute.entry, user=dispute.user)


def test_the_latest_rule_that_has_begun_is_in_force_and_an_ended_one_is_not() -> None:
    HourRule.objects.all().delete()
    old = HourRule.objects.create(
        slug="a", name="旧", kind=RuleKind.LESSON, valid_from=date(2025, 1, 1), minutes_per_hour=60
    )
    new = HourRule.objects.create(
        slug="b",
        name="新",
        kind=RuleKind.LESSON,
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 6, 30),
        minutes_per_hour=45,
    )
    HourRule.objects.filter(pk=old.pk).update(valid_to=date(2025, 12, 31))
    days = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1), date(2026, 7, 1)]
    assert [rule_on(RuleKind.LESSON, day) for day in days] == [None, old, old, new, None]


def test_a_rule_that_has_counted_keeps_its_figures_but_may_end() -> None:
    rule = HourRule.objects.get(kind=RuleKind.LESSON)
    HourEntryFactory(rule=rule)
    rule.valid_to = date(2027, 12, 31)
    rule.full_clean()
    rule.minutes_per_hour = 40
    with pytest.raises(ValidationError) as refused:
        rule.full_clean()
    assert [error.code for error in refused.value.error_dict["__all__"]] == ["used"]


def test_a_lesson_rule_says_how_many_minutes_an_hour_has() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        HourRule.objects.create(slug="x", name="x", kind=RuleKind.LESSON, valid_from=date(2030, 1, 1))


def test_the_first_rules_are_written_when_the_tables_are_made_and_only_once() -> None:
    from cms.ledger.services import ensure_default_rules

    written = list(HourRule.objects.order_by("kind").values_list("kind", "hours", "minutes_per_hour", "cap"))
    assert written == [
        ("lesson", None, 45, Decimal("1.0")),
        ("member_year", Decimal("32.0"), None, None),
        ("secretary_year", Decimal("56.0"), None, None),
        ("teaching", None, 45, None),
        ("teaching_month", Decimal("4.0"), None, None),
    ]
    assert ensure_default_rules() == []
