"""From the log into an index: read what changed, build each document from the database, write, move on.

What is written and how far the log was read become visible together, so a crash at any point repeats work and loses
none. One drainer works at a time on a node; others wait a moment or leave it to the one at work.
"""

import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import structlog
from django.db import InterfaceError, OperationalError

from search import log
from search.configured import local_engine
from search.dead_letters import bury, dead_objects, unbury
from search.engines.protocol import EngineAway, EngineBusy, Feeding, Sender, Writer
from search.models import OutboxEntry
from search.outbox import sources
from search.schema import SearchDoc

logger = structlog.get_logger(__name__)

BATCH = 50
AFTER_COMMIT_BUDGET_S = 0.05
# A disk or a server that is away is no fault of the document: the batch is undone and tried again later.
CIRCUMSTANCES = (sqlite3.OperationalError, OperationalError, InterfaceError, EngineAway)


class UnknownKind(Exception):  # noqa: N818  # reads as the state it reports
    """A change was recorded for a kind that no room has registered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainReport:
    """What one call did. `waiting` counts entries left; `busy`: somebody else was feeding; `missed`: rebuild needed.

    `away`: the server of a shared index did not answer, or is left alone for a while because it did not.
    """

    indexed: int = 0
    removed: int = 0
    failed: int = 0
    waiting: int = 0
    busy: bool = False
    missed: bool = False
    away: bool = False


@dataclass(slots=True)
class Tally:
    """Counts while entries are fed; `fed` is the last one that was dealt with."""

    indexed: int = 0
    removed: int = 0
    failed: int = 0
    fed: OutboxEntry | None = None
    seen: dict[tuple[str, str], int] = field(default_factory=dict)


def drain(*, limit: int = 1000, budget_s: float = 5.0) -> DrainReport:
    """Bring this node's index up to the log.

    Stops after `limit` entries or `budget_s` seconds (at least one entry is dealt with when there is one). A document
    that cannot be built goes to the dead letters and out of the index; the others go on.
    """
    engine = local_engine()
    deadline = time.monotonic() + budget_s
    tally = Tally()
    try:
        missed = _drain_batches(engine, tally, limit=limit, deadline=deadline)
    except EngineBusy:
        return _report(tally, busy=True)
    return _report(tally, missed=missed)


def _report(tally: Tally, *, busy: bool = False, missed: bool = False) -> DrainReport:
    left = log.waiting(log.position_of(tally.fed)) if tally.fed else 0
    return DrainReport(
        indexed=tally.indexed, removed=tally.removed, failed=tally.failed, waiting=left, busy=busy, missed=missed
    )


def _drain_batches(engine: Feeding, tally: Tally, *, limit: int, deadline: float) -> bool:
    """Feed batch after batch; return True when the index has missed changes and must be rebuilt."""
    fed = 0
    while fed < limit:
        with engine.writing(wait_s=max(0.0, deadline - time.monotonic())) as writer:
            if engine.outdated() or log.missed(writer.position, index=engine.name, node=engine.node()):
                return True
            entries = log.entries_after(writer.position, limit=min(BATCH, limit - fed))
            fed += feed(writer, entries, tally, index=engine.name, deadline=deadline)
            position = writer.position
        if entries:
            log.publish(position, index=engine.name, node=engine.node())
        if len(entries) < BATCH or time.monotonic() >= deadline:
            break
    return False


def feed(
    writer: Writer, entries: Iterable[OutboxEntry], tally: Tally, *, index: str, deadline: float | None = None
) -> int:
    """Deal with entries in order and move the writer's position behind the last; return how many were dealt with.

    An object that changed several times is built once: its state is read after all its entries were.
    """
    entries = list(entries)
    latest = {(entry.kind, entry.object_id): entry.pk for entry in entries}
    dead = dead_objects(index)
    done = 0
    tally.seen = {}
    for entry in entries:
        target = (entry.kind, entry.object_id)
        if target not in tally.seen:
            tally.seen[target] = latest[target]
            feed_one(writer, *target, version=latest[target], tally=tally, index=index, dead=dead)
        tally.fed = entry
        done += 1
        if deadline is not None and time.monotonic() >= deadline:
            break
    if tally.fed and done:
        writer.move_to(log.position_of(tally.fed))
    return done


def feed_one(
    writer: Writer, kind: str, pk: str, *, version: int, tally: Tally, index: str, dead: set[tuple[str, str]]
) -> None:
    """Build one document from the database and put it into the index, or take it out."""
    if error := write_one(writer, kind, pk, version=version, tally=tally):
        bury(kind, pk, f"{type(error).__name__}: {error}", index=index)
    elif (kind, pk) in dead:
        unbury(kind, pk, index=index)


def write_one(writer: Writer | Sender, kind: str, pk: str, *, version: int, tally: Tally) -> Exception | None:
    """Write an object's present document, or take it out; return why it could not be built, where it could not."""
    try:
        doc = build(kind, pk)
        if doc is not None:
            writer.put(replace(doc, version=version))
    except CIRCUMSTANCES:
        raise
    except Exception as error:  # a room's builder may break in any way; the others must go on
        logger.warning("search.document_failed", kind=kind, object_id=pk, exc_info=error)
        # What cannot be built may have been meant to disappear: better not found than found wrongly.
        writer.remove(kind, pk)
        tally.failed += 1
        return error
    if doc is None:
        writer.remove(kind, pk)
        tally.removed += 1
    else:
        tally.indexed += 1
    return None


def build(kind: str, pk: str) -> SearchDoc | None:
    """Return an object's document as the index keeps it, or None where nobody may find it.

    Raises UnknownKind, and whatever the room's builder raises.
    """
    source = sources().get(kind)
    if source is None:
        raise UnknownKind(kind)
    doc = source.document(pk)
    return doc and replace(doc, kind=kind, pk=pk)


def drain_after_commit() -> None:
    """Spend a moment after a commit on the index, so that a machine without a worker finds what was just published."""
    report = drain(budget_s=AFTER_COMMIT_BUDGET_S)
    if report.missed:
        logger.warning("search.rebuild_needed")
