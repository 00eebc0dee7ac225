from datetime import timedelta

import pytest
from axes.models import AccessLog
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from cms.accounts.audit import forget_old_acts, record_act
from cms.accounts.models import AuditEntry
from cms.accounts.services import forget_old_sign_ins
from cms.core.clock import now

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=366)


def write(action: str, *, age: timedelta) -> None:
    AuditEntry.objects.create(at=now() - age, action=action)


def actions() -> list[str]:
    return sorted(AuditEntry.objects.values_list("action", flat=True))


def test_acts_are_kept_for_five_years_and_their_removal_is_one_itself() -> None:
    write("tests.old", age=YEAR * 5 + timedelta(minutes=1))
    write("tests.kept", age=YEAR * 5 - timedelta(minutes=1))

    assert forget_old_acts() == 1

    assert actions() == ["accounts.forget_old_acts", "tests.kept"]
    entry = AuditEntry.objects.get(action="accounts.forget_old_acts")
    assert (entry.actor_id, entry.after["rows"]) == (None, 1)


def test_nothing_to_remove_leaves_no_entry() -> None:
    write("tests.kept", age=YEAR)

    assert forget_old_acts() == 0
    assert actions() == ["tests.kept"]


def test_an_age_in_the_settings_below_the_law_removes_nothing(settings: Settings) -> None:
    settings.AUDIT_KEEP = YEAR
    write("tests.young", age=YEAR * 3)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        forget_old_acts()

    assert actions() == ["tests.young"]


def test_an_old_row_may_go_but_never_change() -> None:
    write("tests.old", age=YEAR * 6)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_auditentry SET reason = 'changed'")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_auditentry")

    assert actions() == []


def test_an_old_row_does_not_take_young_ones_with_it() -> None:
    write("tests.old", age=YEAR * 6)
    record_act("accounts.use_code", actor=None)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_auditentry")

    assert actions() == ["accounts.use_code", "tests.old"]


def test_sign_ins_are_kept_as_long_as_the_network_log_and_sessions_until_they_end(settings: Settings) -> None:
    settings.ACCESS_LOG_KEEP = timedelta(days=190)
    for name, days in (("old", 191), ("kept", 189)):
        made = AccessLog.objects.create(username=name, ip_address="203.0.113.7")
        AccessLog.objects.filter(pk=made.pk).update(attempt_time=now() - timedelta(days=days))
    Session.objects.create(session_key="ended", session_data="", expire_date=now() - timedelta(minutes=1))
    Session.objects.create(session_key="open", session_data="", expire_date=now() + timedelta(minutes=1))

    forget_old_sign_ins()

    assert list(AccessLog.objects.values_list("username", flat=True)) == ["kept"]
    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]
