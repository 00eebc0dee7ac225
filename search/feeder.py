"""From the log into an index that all nodes share: one feeder at a time, wherever it runs."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.db import transaction

from search import generations, lease, log
from search.dead_letters import bury, dead_objects, unbury
from search.drain import DrainReport, Tally, write_one
from search.engines.protocol import EngineAway, Refusal, SharedEngine
from search.models import OutboxEntry
from search.outbox import Key

logger = structlog.get_logger(__name__)

BATCH = 200
# After so many failures in a row a document that is sent alone is left out, if the server takes the mark that it is gone.
PATIENCE = 10


@dataclass(slots=True)
class Feeder:
    """One call's work: whom it feeds, with which right, and what it did."""

    shared: SharedEngine
    hold: lease.Hold
    tally: Tally

    def feed(self, *, limit: int, deadline: float) -> bool:
        """Send batch after batch; return True when nothing can be fed before a rebuild."""
        fed = 0
        # Smaller each time it fails: what the server chokes on holds up less and less, at last itself alone.
        failures = lease.of(self.shared.name).failures
        while fed < limit:
            position = self.hold.position
            if log.missed(position, index=self.shared.name, node=lease.NODE):
                return True
            # The order matters: see search.lease.
            entries = log.entries_after(position, limit=min(max(1, BATCH >> failures), limit - fed))
            targets = generations.fed(self.shared.fingerprint())
            if not targets:
                return True
            if not entries:
                self.hold.show_life()
                break
            self.feed_batch(entries, targets, patient=failures < PATIENCE)
            failures = 0
            fed += len(entries)
            if time.monotonic() >= deadline:
                break
        return generations.needs_rebuild(self.shared.fingerprint())

    def feed_batch(self, entries: Sequence[OutboxEntry], targets: list[str], *, patient: bool) -> None:
        """Send what the entries tell of, and move on once all of it was acknowledged, each document for itself."""
        self.hold.renew()
        objects = list(dict.fromkeys((entry.kind, entry.object_id) for entry in entries))
        try:
            failed = send(self.shared, objects, targets, self.tally)
        except EngineAway as error:
            if patient:
                raise
            failed = leave_out(self.shared, objects, targets, self.tally, error)
        dead = dead_objects(self.shared.name)
        with transaction.atomic():
            self.hold.move_to(log.position_of(entries[-1]))
            generations.note_left_out(targets)
            keep_letters(self.shared.name, objects, failed, dead)
        self.tally.fed = entries[-1]


def feed_shared(shared: SharedEngine, *, limit: int = 10_000, budget_s: float = 5.0) -> DrainReport:
    """Bring the shared index up to the log; stops after `limit` entries or `budget_s` seconds, but not within a batch.

    A server that does not answer is left alone for a while: the entries stay where they are.
    """
    tally = Tally()
    missed = busy = away = False
    with lease.holding(shared.name) as hold:
        if hold is None:
            away = lease.is_resting(shared.name)
            return DrainReport(busy=not away, away=away)
        try:
            require(shared)
            generations.bring_in_line(shared)
            missed = Feeder(shared, hold, tally).feed(limit=limit, deadline=time.monotonic() + budget_s)
        except lease.LeaseLost:
            busy = True
        except EngineAway as error:
            away = True
            note_away(shared, error)
    return DrainReport(
        indexed=tally.indexed,
        removed=tally.removed,
        failed=tally.failed,
        waiting=log.waiting(log.position_of(tally.fed)) if tally.fed else 0,
        busy=busy,
        missed=missed,
        away=away,
    )


def require(shared: SharedEngine) -> None:
    """Raise EngineAway when the server does not answer a small question soon: work on an index may hang for longer."""
    if not shared.ping():
        raise EngineAway("no answer to a ping")


def note_away(shared: SharedEngine, error: EngineAway) -> None:
    """Let the server rest."""
    rest_s = lease.let_rest(shared.name)
    logger.warning("search.server_away", engine=shared.name, error=str(error), retry_in_s=round(rest_s, 1))


def send(shared: SharedEngine, objects: Sequence[Key], targets: Sequence[str], tally: Tally) -> dict[Key, str]:
    """Send the present state of objects under a new number; return those that cannot be built or were refused, and why.

    These are out of the index afterwards. Raises EngineAway.
    """
    version = lease.next_batch(shared.name)
    sender = shared.sender(version, generations=targets)
    failed: dict[Key, str] = {}
    for kind, pk in objects:
        if error := write_one(sender, kind, pk, version=version, tally=tally):
            failed[kind, pk] = f"{type(error).__name__}: {error}"
    refused = sender.flush()
    for each in refused:
        # What was there before may say what must not be said any more.
        sender.remove(each.kind, each.pk)
        failed[each.kind, each.pk] = _told(each)
    sender.flush()
    tally.indexed -= len(refused)
    tally.failed += len(refused)
    return failed


def leave_out(
    shared: SharedEngine, objects: Sequence[Key], targets: Sequence[str], tally: Tally, error: EngineAway
) -> dict[Key, str]:
    """Mark objects as gone, since the server chokes on their documents. Raises EngineAway when it takes nothing at all."""
    sender = shared.sender(lease.next_batch(shared.name), generations=targets)
    for kind, pk in objects:
        sender.remove(kind, pk)
    sender.flush()
    tally.indexed, tally.failed = 0, len(objects)
    return dict.fromkeys(objects, _told(Refusal(*objects[0], str(error))))


def _told(refusal: Refusal) -> str:
    logger.warning("search.document_refused", kind=refusal.kind, object_id=refusal.pk, error=refusal.reason)
    return f"Refused: {refusal.reason}"


def keep_letters(index: str, objects: Sequence[Key], failed: dict[Key, str], dead: set[Key]) -> None:
    """Bury what failed, and forget what failed before and is in the index now."""
    for kind, pk in objects:
        if (kind, pk) in failed:
            bury(kind, pk, failed[kind, pk], index=index)
        elif (kind, pk) in dead:
            unbury(kind, pk, index=index)
