"""Rules that the database itself keeps, on SQLite and PostgreSQL alike, whatever code writes.

SQLite drops a table's triggers when a migration has to build the table anew: such a migration ends with the same
operation once more.
"""

from abc import ABC, abstractmethod

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# The trigger's arguments: the column with the row's date and the years a row is kept; without them it is kept for ever.
POSTGRES_FUNCTION = (
    "CREATE OR REPLACE FUNCTION weike_append_only() RETURNS trigger AS $$ BEGIN "
    "IF TG_OP = 'DELETE' AND TG_NARGS = 2 AND (to_jsonb(OLD) ->> TG_ARGV[0])::timestamptz"
    " < now() - make_interval(years => TG_ARGV[1]::int) THEN RETURN OLD; END IF; "
    "RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; "
    "END; $$ LANGUAGE plpgsql"
)


class TriggerOperation(Operation, ABC):
    """Migration operation that creates triggers; a subclass gives the statements for each database vendor."""

    reversible = True
    reduces_to_sql = True

    @abstractmethod
    def create_statements(self, vendor: str) -> list[str]:
        """Return the SQL that creates the triggers."""

    @abstractmethod
    def drop_statements(self, vendor: str) -> list[str]:
        """Return the SQL that undoes it."""

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
        for statement in self.create_statements(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop the triggers."""
        for statement in self.drop_statements(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)


class MakeAppendOnly(TriggerOperation):
    """Forbids UPDATE and DELETE on one table: a raw statement fails too.

    With `dated_by` and `years` a row may be deleted, and still not changed, once that column lies so many years back:
    the database itself knows when a row has been kept long enough, whatever the settings or a program say.
    """

    def __init__(self, table: str, *, dated_by: str = "", years: int = 0) -> None:
        self.table = table
        self.dated_by = dated_by
        self.years = years

    def create_statements(self, vendor: str) -> list[str]:
        """Return the SQL that forbids both."""
        return forbid_statements(self.table, vendor, self.dated_by, self.years)

    def drop_statements(self, vendor: str) -> list[str]:
        """Return the SQL that allows both again."""
        return allow_statements(self.table, vendor)

    def describe(self) -> str:
        """Return the line that `migrate` prints."""
        return f"Make {self.table} append-only"


def forbid_statements(table: str, vendor: str, dated_by: str = "", years: int = 0) -> list[str]:
    """Return the SQL that makes the table append-only on the given database vendor."""
    if vendor == "postgresql":
        arguments = f"'{dated_by}', '{years}'" if dated_by else ""
        action = f"EXECUTE FUNCTION weike_append_only({arguments})"
        return [
            POSTGRES_FUNCTION,
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {action}",
        ]
    young = f"WHEN OLD.{dated_by} >= strftime('%Y-%m-%d %H:%M:%S', 'now', '-{years} years') " if dated_by else ""
    return [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {condition}"
        f"BEGIN SELECT RAISE(ABORT, 'table {table} is append-only'); END"
        for verb, condition in (("UPDATE", ""), ("DELETE", young))
    ]


def allow_statements(table: str, vendor: str) -> list[str]:
    """Return the SQL that undoes `forbid_statements`."""
    if vendor == "postgresql":
        return [f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}"]
    return [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete")]
