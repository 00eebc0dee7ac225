"""Who may feed a shared index, how far it was fed, and what number the next batch bears.

All of it stands on the one row of the index's cursor and changes by compare and set. The lease spares work; what keeps
the index right, also when a feeder that was stopped for an hour comes back, are the numbers. Whoever sends

1. reads which changes there are, and then which generations are fed,
2. raises the number, committed,
3. reads the state of what changed, and sends it with the number.

So of two that send the same document the one with the higher number has read its state after everything that the
other one's *entries* told of, and what is refused for its lower number is either older or told of by an entry that
comes later.
"""

import random
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from search import log
from search.engines.protocol import Position
from search.models import Cursor

NODE = "shared"
# For so long a feeder that was killed is waited for. Twice the longest that a server is waited for, since whoever waits cannot renew.
LEASE = timedelta(seconds=60)
FIRST_REST_S = 1.0
LAST_REST_S = 15.0
# What a rebuild found wrong it would find again, and each time the whole database is read.
REBUILD_REST = timedelta(minutes=5)


class LeaseLost(Exception):  # noqa: N818  # reads as the state it reports
    """Somebody else feeds: this one was silent for too long."""


@dataclass(slots=True)
class Hold:
    """The right to feed an index, as long as nobody else has taken it."""

    index: str
    holder: str
    renewed_at: float = field(default_factory=time.monotonic)

    @property
    def position(self) -> Position:
        """How far the index was fed. Raises LeaseLost."""
        row = self._row().first()
        if row is None:
            raise LeaseLost(self.index)
        return log.position_of(row)

    def keep(self) -> None:
        """Renew the right where a quarter of its time has gone; called often. Raises LeaseLost."""
        if is_due(self.renewed_at, LEASE):
            self.renew()

    def renew(self) -> None:
        """Keep the right for another while. Raises LeaseLost."""
        self._write(lease_until=timezone.now() + LEASE)
        self.renewed_at = time.monotonic()

    def move_to(self, position: Position) -> None:
        """Remember how far the index was fed: everything up to there was acknowledged. Raises LeaseLost."""
        now = timezone.now()
        self._write(
            transaction=position.transaction,
            entry=position.entry,
            heartbeat_at=now,
            lease_until=now + LEASE,
            failures=0,
            retry_at=None,
        )

    def show_life(self) -> None:
        """Say that the index is fed, also where nothing changed. Raises LeaseLost."""
        self._write(heartbeat_at=timezone.now(), failures=0, retry_at=None)

    def release(self) -> None:
        """Let the next one feed at once; nothing happens when the right is lost already."""
        self._row().update(holder="", lease_until=None)

    def _row(self) -> QuerySet[Cursor]:
        return Cursor.objects.filter(index=self.index, node=NODE, holder=self.holder)

    def _write(self, **columns: object) -> None:
        if not self._row().update(**columns):
            raise LeaseLost(self.index)


def is_due(renewed_at: float, lease: timedelta) -> bool:
    """Tell whether a lease that was renewed then, by the steady clock, should be renewed now."""
    return time.monotonic() - renewed_at >= lease.total_seconds() / 4


@contextmanager
def holding(index: str) -> Iterator[Hold | None]:
    """Take the right to feed, and give it back at the end; None while somebody else has it, or the server is let rest."""
    hold = _taken(index)
    try:
        yield hold
    finally:
        if hold is not None:
            hold.release()


def _taken(index: str) -> Hold | None:
    row, now = of(index), timezone.now()
    holder = uuid.uuid4().hex
    free = Q(holder="") | Q(lease_until__lt=now)
    rested = Q(retry_at=None) | Q(retry_at__lte=now)
    taken = Cursor.objects.filter(free & rested, pk=row.pk).update(holder=holder, lease_until=now + LEASE)
    return Hold(index, holder) if taken else None


def of(index: str) -> Cursor:
    """Return the cursor of a shared index; the first call makes it, at the start of the log."""
    row, _made = Cursor.objects.get_or_create(index=index, node=NODE, defaults={"heartbeat_at": timezone.now()})
    return row


def taken_out(index: str) -> Position:
    """Return up to where what changed was taken out of an index that other code made: ahead of the feeding or with it."""
    ahead = Cursor.objects.filter(index=_ahead_of(index), node=NODE).first()
    return max(log.position_of(ahead), log.position_of(of(index)))


def note_taken_out(index: str, position: Position) -> None:
    """Remember how far that went."""
    log.publish(position, index=_ahead_of(index), node=NODE)


def forget_taken_out(index: str) -> None:
    """Forget it, where feeding goes on: it must not keep the log from being purged."""
    log.retire(index=_ahead_of(index), node=NODE)


def _ahead_of(index: str) -> str:
    return f"{index}-taken-out"


def next_batch(index: str) -> int:
    """Raise the number of batches, committed, and return it: nobody else has it, and whoever comes later a higher one.

    It also follows the clock, in milliseconds, so that numbers go on where they were after a backup was put back.
    """
    with transaction.atomic(durable=True):
        row = Cursor.objects.filter(index=index, node=NODE)
        row.update(batch=Greatest(F("batch") + 1, Value(int(time.time() * 1000))))
        return row.values_list("batch", flat=True).get()


def let_rest(index: str) -> float:
    """Note that the server is away, and return for how many seconds nobody tries: a second, twice as long each time."""
    row = of(index)
    rest_s: float = min(FIRST_REST_S * 2 ** min(row.failures, 10), LAST_REST_S) * random.uniform(0.5, 1.0)  # noqa: S311  # no secret
    Cursor.objects.filter(pk=row.pk).update(
        failures=F("failures") + 1, retry_at=timezone.now() + timedelta(seconds=rest_s)
    )
    return rest_s


def is_resting(index: str) -> bool:
    """Tell whether the server is left alone for a while, because it did not answer."""
    return Cursor.objects.filter(index=index, node=NODE, retry_at__gt=timezone.now()).exists()


def leave_rebuilding(index: str) -> None:
    """Note that nobody rebuilds the index unasked for a while."""
    Cursor.objects.filter(pk=of(index).pk).update(rebuild_at=timezone.now() + REBUILD_REST)


def may_rebuild(index: str) -> bool:
    """Tell whether somebody may rebuild the index unasked at this moment."""
    return not Cursor.objects.filter(index=index, node=NODE, rebuild_at__gt=timezone.now()).exists()
