"""A new index beside the old one, filled from the database, then put in its place in one step.

The old one answers, and is fed, until the swap. Changes made meanwhile stand in the log after the mark that was taken
first; they are fed into the new index too, the last of them while feeding of the old is held.
"""

from dataclasses import dataclass
from itertools import islice

import structlog

from search import log
from search.configured import local_engine
from search.dead_letters import dead_objects
from search.drain import BATCH, Tally, feed, feed_one
from search.engines.protocol import Building, Feeding, Position, Writer
from search.outbox import objects

logger = structlog.get_logger(__name__)

# What the swap may wait for a drainer in the middle of a batch.
SWAP_WAIT_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildReport:
    """How many documents the new index holds and how many could not be built."""

    documents: int
    failed: int


def rebuild() -> RebuildReport:
    """Rebuild this node's index from the database.

    Raises EngineBusy when a rebuild runs already. On any other failure the old index stays as it was.
    """
    engine = local_engine()
    log.forget_other_life()
    builder = {"index": f"{engine.name}-rebuild", "node": engine.node()}
    with engine.building() as building:
        mark = log.newest()
        # As a reader of its own it keeps the log from being purged under its feet.
        log.publish(mark, **builder)
        tally = Tally()
        try:
            _copy(building, mark, tally, index=engine.name)
            _catch_up(building, index=engine.name)
            _swap(engine, building)
        finally:
            log.retire(**builder)
    documents = sum(1 for _ in engine.indexed())
    logger.info("search.rebuilt", documents=documents, failed=tally.failed)
    return RebuildReport(documents=documents, failed=tally.failed)


def _copy(building: Building, mark: Position, tally: Tally, *, index: str) -> None:
    """Write every document there is, in batches."""
    dead = dead_objects(index)
    keys = objects()
    while batch := list(islice(keys, BATCH)):
        with building.writing() as writer:
            for kind, pk in batch:
                feed_one(writer, kind, pk, version=mark.entry, tally=tally, index=index, dead=dead)
    with building.writing() as writer:
        writer.move_to(mark)


def _catch_up(building: Building, *, index: str) -> None:
    """Feed what changed meanwhile until little is left."""
    fed = BATCH
    while fed == BATCH:
        with building.writing() as writer:
            fed = _feed_next(writer, index=index)


def _feed_next(writer: Writer, *, index: str) -> int:
    return feed(writer, log.entries_after(writer.position, limit=BATCH), Tally(), index=index)


def _swap(engine: Feeding, building: Building) -> None:
    """Hold the old index, feed the rest, swap, and let readers of the log know where the new index stands."""
    with engine.writing(wait_s=SWAP_WAIT_S):
        with building.writing() as writer:
            while _feed_next(writer, index=engine.name):
                pass
            position = writer.position
        building.swap()
    log.publish(position, index=engine.name, node=engine.node())
