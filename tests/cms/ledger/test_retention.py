from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from cms.accounts.models import AuditEntry
from cms.core.clock import now
from cms.ledger.enums import DisputeStatus, EntryKind
from cms.ledger.models import HourDispute, HourEntry
from cms.ledger.services import forget_old_hours
from tests.factories.ledger import HourDisputeFactory, HourEntryFactory

pytestmark = pytest.mark.django_db
OLD = timedelta(days=366 * 5 + 1)


def entry(*, age: timedelta = OLD, corrects: HourEntry | None = None) -> HourEntry:
    if corrects is None:
        return HourEntryFactory(at=now() - age)
    return HourEntryFactory(
        at=now() - age, kind=EntryKind.CORRECTION, hours=Decimal("-0.10"), corrects=corrects, user_id=corrects.user_id
    )


def left() -> set[int]:
    return set(HourEntry.objects.values_list("pk", flat=True))


def test_hours_are_kept_for_five_years_and_their_removal_is_noted() -> None:
    entry()
    kept = entry(age=OLD - timedelta(days=2))

    assert forget_old_hours() == 1

    assert left() == {kept.pk}
    assert AuditEntry.objects.get(action="ledger.forget_old_hours").after["rows"] == 1


def test_an_entry_goes_with_its_corrections_and_answered_questions() -> None:
    old = entry()
    correction = entry(corrects=old)
    HourDisputeFactory(
        entry=old, status=DisputeStatus.ANSWERED, answered_at=now() - OLD, answer="已更正。", correction=correction
    )

    assert forget_old_hours() == 2
    assert (left(), HourDispute.objects.count()) == (set(), 0)


def test_an_entry_stays_while_something_about_it_must_stay() -> None:
    corrected = entry()
    correction = entry(corrects=corrected, age=timedelta(days=30))
    asked, answered = entry(), entry()
    HourDisputeFactory(entry=asked)
    HourDisputeFactory(entry=answered, status=DisputeStatus.ANSWERED, answered_at=now(), answer="没有错。")

    assert forget_old_hours() == 0
    assert left() == {corrected.pk, correction.pk, asked.pk, answered.pk}


def test_a_question_about_a_correction_goes_and_stays_like_one_about_the_entry() -> None:
    gone, kept = entry(), entry()
    answered, waiting = entry(corrects=gone), entry(corrects=kept)
    HourDisputeFactory(entry=answered, status=DisputeStatus.ANSWERED, answered_at=now() - OLD, answer="没有错。")
    open_question = HourDisputeFactory(entry=waiting)

    assert forget_old_hours() == 2
    assert (left(), list(HourDispute.objects.all())) == ({kept.pk, waiting.pk}, [open_question])


def test_the_database_lets_no_young_entry_go_whoever_asks() -> None:
    young = entry(age=timedelta(days=365 * 4))

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_hourentry")

    assert left() == {young.pk}
