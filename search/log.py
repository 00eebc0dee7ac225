"""Reading the log of changes: what comes after a position, how far readers are, what may be purged.

SQLite's writers stand in line, so row numbers appear in order and every transaction has the number 0. PostgreSQL's do
not: there the log is read in the order of transactions, and only rows of transactions older than the oldest one still
running; whatever becomes visible later has a higher number.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from search.engines.protocol import START, Position
from search.models import Cursor, LogFloor, OutboxEntry
from search.outbox import Key

# A reader that has been silent for this long no longer keeps the log from being purged; it rebuilds when it returns.
READER_LIVES = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Transactions:
    """Which transactions are over: all below `oldest_running`; none has reached `next_number`; `own` sees itself."""

    oldest_running: int = 1
    next_number: int = 1
    own: int = 0


def _transactions() -> Transactions:
    if connection.vendor != "postgresql":
        return Transactions()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(now)::text::bigint, pg_snapshot_xmax(now)::text::bigint,"
            " pg_current_xact_id_if_assigned()::text::bigint FROM pg_current_snapshot() AS now",
        )
        oldest_running, next_number, own = cursor.fetchone()
    return Transactions(oldest_running, next_number, own or 0)


def position_of(row: OutboxEntry | Cursor | LogFloor | None) -> Position:
    """Return the place in the log that a row stands for; the start for no row."""
    if row is None:
        return START
    return Position(row.transaction, row.pk if isinstance(row, OutboxEntry) else row.entry)


def _up_to(position: Position) -> Q:
    return Q(transaction__lt=position.transaction) | Q(transaction=position.transaction, id__lte=position.entry)


def _readable() -> QuerySet[OutboxEntry]:
    """Return the rows that nothing can overtake any more, in order."""
    known = _transactions()
    # A caller inside its own transaction sees its own rows as well.
    settled = Q(transaction__lt=known.oldest_running) | Q(transaction=known.own)
    return OutboxEntry.objects.filter(settled).order_by("transaction", "id")


def entries_after(position: Position, *, limit: int) -> list[OutboxEntry]:
    """Return the next readable entries in order."""
    return list(_readable().exclude(_up_to(position))[:limit])


def changed_after(position: Position) -> set[Key]:
    """Return the objects that entries after the position tell of, readable or not."""
    return set(OutboxEntry.objects.exclude(_up_to(position)).values_list("kind", "object_id").distinct().order_by())


def newest() -> Position:
    """Return the place of the last readable entry, or where the log was purged up to when there is none."""
    return max(position_of(_readable().last()), floor())


def waiting(position: Position) -> int:
    """Return how many entries come after the position, readable or not."""
    return OutboxEntry.objects.exclude(_up_to(position)).count()


def floor() -> Position:
    """Return how far the log has been purged."""
    return position_of(LogFloor.objects.first())


def missed(position: Position, *, index: str, node: str) -> bool:
    """Tell whether a reader at this position has missed changes, so that only a rebuild helps.

    Either the log begins after it, or the position comes from another life of the database (a restored backup,
    another server), in which numbers it has passed are handed out again.
    """
    if position == START:
        return floor() > START
    if position < floor() or position.transaction >= _transactions().next_number:
        return True
    last = position_of(OutboxEntry.objects.order_by("transaction", "id").last())
    published = position_of(Cursor.objects.filter(index=index, node=node).first())
    return position > max(last, floor(), published)


def publish(position: Position, *, index: str, node: str) -> None:
    """Say how far a reader has come, and that it lives."""
    Cursor.objects.update_or_create(
        index=index,
        node=node,
        defaults={"transaction": position.transaction, "entry": position.entry, "heartbeat_at": timezone.now()},
    )


def retire(*, index: str, node: str) -> None:
    """Forget a reader: the log need not be kept for it."""
    Cursor.objects.filter(index=index, node=node).delete()


def purge() -> int:
    """Delete what every living reader has read and forget readers that are dead; return the number of rows."""
    Cursor.objects.filter(heartbeat_at__lt=timezone.now() - READER_LIVES).delete()
    slowest = Cursor.objects.order_by("transaction", "entry").first()
    if slowest is None or position_of(slowest) <= floor():
        return 0
    mark = position_of(slowest)
    # The floor rises first: a reader that starts in between must not take the holes for an empty log.
    LogFloor.objects.update_or_create(id=1, defaults={"transaction": mark.transaction, "entry": mark.entry})
    deleted, _by_model = OutboxEntry.objects.filter(_up_to(mark)).delete()
    return deleted


def forget_other_life() -> None:
    """Delete rows numbered by another database server: the order of this one's numbers says nothing about them."""
    beyond = {"transaction__gte": _transactions().next_number}
    OutboxEntry.objects.filter(**beyond).delete()
    Cursor.objects.filter(**beyond).delete()
    LogFloor.objects.filter(**beyond).delete()
