import pytest
from django.db import DatabaseError, connection, transaction

from cms.accounts.audit import record_act
from cms.accounts.models import AuditEntry
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditentry SET reason = 'changed'",
        "DELETE FROM accounts_auditentry",
        "UPDATE accounts_auditentry SET actor_name = ''",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(statement: str) -> None:
    record_act("accounts.use_code", actor=UserFactory(), reason="kept")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.get().reason == "kept"


def test_the_orm_is_refused_too() -> None:
    entry = record_act("accounts.use_code", actor=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.update(action="other")
    assert AuditEntry.objects.get().action == "accounts.use_code"


def test_an_act_outlives_the_account() -> None:
    user = UserFactory(name="王小明")
    record_act("accounts.use_code", actor=user, target=user)
    user.delete()
    assert AuditEntry.objects.get().actor_name == "王小明"
