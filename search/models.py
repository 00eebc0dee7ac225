"""The log of changes that feeds the indexes, and how far each index has read it."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Func
from django.db.models.sql.compiler import SQLCompiler


class CurrentTransaction(Func):
    """The number of the writing transaction, or 0 where writers stand in line anyway (SQLite).

    PostgreSQL hands out row numbers before commit, so that a lower number may appear after a higher one; a reader
    that remembered only the row number would pass it by. Transactions end in no order either, but a snapshot knows
    which of them are all over (see `search.log`).
    """

    template = "0"
    arity = 0
    output_field = models.BigIntegerField()

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, list[str | int] | tuple[str | int, ...]]:
        """Name PostgreSQL's 64-bit transaction number."""
        return super().as_sql(compiler, connection, template="pg_current_xact_id()::text::bigint", **extra)


class OutboxEntry(models.Model):
    """One change of one object, written in the transaction of the change; rows are never updated."""

    transaction = models.BigIntegerField(default=0)
    kind = models.CharField(max_length=32)
    object_id = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["transaction", "id"]
        indexes = [models.Index(fields=["transaction", "id"], name="search_outbox_order")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.object_id} #{self.pk}"


class Cursor(models.Model):
    """How far one index on one node has come; the index itself holds the truth, this copy lets others purge."""

    index = models.CharField(max_length=32)
    node = models.CharField(max_length=128)
    transaction = models.BigIntegerField(default=0)
    entry = models.BigIntegerField(default=0)
    heartbeat_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["index", "node"], name="search_cursor_once")]

    def __str__(self) -> str:
        return f"{self.index}@{self.node} #{self.entry}"


class LogFloor(models.Model):
    """The one row that says how far the log has been purged: an index that stands below must be rebuilt."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    transaction = models.BigIntegerField(default=0)
    entry = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="search_log_floor_single")]

    def __str__(self) -> str:
        return f"#{self.entry}"


class DeadLetter(models.Model):
    """An object whose document could not be built; it is out of the index until a later try succeeds."""

    index = models.CharField(max_length=32)
    kind = models.CharField(max_length=32)
    object_id = models.CharField(max_length=64)
    error = models.TextField()
    attempts = models.PositiveIntegerField(default=1)
    failed_at = models.DateTimeField()
    retry_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["index", "kind", "object_id"], name="search_dead_letter_once")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.object_id}"
