"""How the suite's database is emptied after a test that wrote for good.

Django asks each app afterwards for what belongs into an empty database: a quarter of a second for every such test. What the
apps made the first time is remembered and put back from then on, row for row.
"""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.management.commands import flush
from django.core.management.sql import emit_post_migrate_signal
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3 import base as sqlite_base

# Table → its columns and what stood there.
Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]
made: dict[str, Rows] = {}


def flush_append_only_tables(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
    """Return the flush of a transactional test with the append-only triggers taken off and put back."""
    with self.connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%append-only%'")
        triggers = cursor.fetchall()
    statements: list[str] = original_sql_flush(self, style, tables, **options)
    return [*(f'DROP TRIGGER "{name}"' for name, _sql in triggers), *statements, *(sql for _name, sql in triggers)]


def fill(verbosity: int, interactive: bool, db: str, **options: Any) -> None:  # noqa: FBT001  # as Django calls it
    """Bring back what the apps make in an empty database: the first time by asking them."""
    connection = connections[db]
    name = str(connection.settings_dict["NAME"])
    if name in made:
        write(connection, made[name])
    else:
        emit_post_migrate_signal(verbosity, interactive, db, **options)
        made[name] = read(connection)
    ContentType.objects.clear_cache()


def read(connection: BaseDatabaseWrapper) -> Rows:
    """Return everything that stands in the tables that a flush empties."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  # names of our own tables
            if rows := cursor.fetchall():
                found[table] = ([column[0] for column in cursor.description], rows)
    return found


def write(connection: BaseDatabaseWrapper, rows: Rows) -> None:
    """Write what was read into the emptied tables; references are looked at when all is there."""
    quoted = connection.ops.quote_name
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for table, (columns, values) in rows.items():
            names, places = ", ".join(map(quoted, columns)), ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {quoted(table)} ({names}) VALUES ({places})", values)  # noqa: S608  # as above


original_sql_flush = sqlite_base.DatabaseWrapper.ops_class.sql_flush


def install() -> None:
    """Let every flush of this process go this way."""
    sqlite_base.DatabaseWrapper.ops_class.sql_flush = flush_append_only_tables  # type: ignore[method-assign]
    vars(flush)["emit_post_migrate_signal"] = fill
