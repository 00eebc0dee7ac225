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
    """How far one index on one node has come.

    An index of a node holds the truth itself, and this copy lets others purge. For a shared index this row is the truth:
    `holder` feeds it until `lease_until`, `batch` is the version of what was sent last, and after `failures` in a row
    nobody tries before `retry_at`; before `rebuild_at` none rebuilds it unasked.
    """

    index = models.CharField(max_length=32)
    node = models.CharField(max_length=128)
    transaction = models.BigIntegerField(default=0)
    entry = models.BigIntegerField(default=0)
    heartbeat_at = models.DateTimeField()
    batch = models.BigIntegerField(default=0)
    holder = models.CharField(max_length=64, default="", blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    rebuild_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["index", "node"], name="search_cursor_once")]

    def __str__(self) -> str:
        return f"{self.index}@{self.node} #{self.entry}"


class GenerationState(models.TextChoices):
    """What a generation of a shared index is for; of the first three there is one each at most."""

    BUILDING = "building", "building"
    CURRENT = "current", "current"
    FORMER = "former", "former"
    LEAVING = "leaving", "leaving"


class IndexGeneration(models.Model):
    """One generation of a shared index on its server.

    `transaction` and `entry` are the place in the log at which its copying began; `behind` says that changes went by
    which it was not given; `holder` fills it until `lease_until`, after which it leaves, or is again the one before where
    it was `taken_back`. Without a fingerprint it is not fed yet.
    """

    name = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=16, choices=GenerationState.choices)
    made_at = models.DateTimeField()
    fingerprint = models.CharField(max_length=128, default="", blank=True)
    transaction = models.BigIntegerField(default=0)
    entry = models.BigIntegerField(default=0)
    behind = models.BooleanField(default=False)
    taken_back = models.BooleanField(default=False)
    holder = models.CharField(max_length=64, default="", blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=models.Q(state__in=["building", "current", "former"]),
                name="search_generation_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"


class IndexOwner(models.Model):
    """The one row with the mark by which this site knows its own indexes on a server that other sites use, too."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    mark = models.CharField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="search_index_owner_single")]

    def __str__(self) -> str:
        return self.mark


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
