"""Database triggers that make a table append-only: a raw UPDATE or DELETE fails on SQLite and PostgreSQL alike."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

POSTGRES_FUNCTION = (
    "CREATE OR REPLACE FUNCTION weike_append_only() RETURNS trigger AS $$ BEGIN "
    "RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; "
    "END; $$ LANGUAGE plpgsql"
)
POSTGRES_ACTION = "EXECUTE FUNCTION weike_append_only()"


class MakeAppendOnly(Operation):
    """Migration operation that forbids UPDATE and DELETE on one table."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str) -> None:
        self.table = table

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing in Django's picture of the models."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Create the triggers."""
        for statement in forbid_statements(self.table, schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop the triggers."""
        for statement in allow_statements(self.table, schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        """Return the line that `migrate` prints."""
        return f"Make {self.table} append-only"


def forbid_statements(table: str, vendor: str) -> list[str]:
    """Return the SQL that makes the table append-only on the given database vendor."""
    if vendor == "postgresql":
        return [
            POSTGRES_FUNCTION,
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {POSTGRES_ACTION}",
        ]
    return [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'table {table} is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ]


def allow_statements(table: str, vendor: str) -> list[str]:
    """Return the SQL that undoes `forbid_statements`."""
    if vendor == "postgresql":
        return [f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}"]
    return [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete")]
