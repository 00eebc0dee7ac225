"""A new generation of a shared index beside the one in use, filled from the database, compared, then made to answer.

From the moment it is written down the feeder gives each batch to both, so nothing has to be caught up. Numbers of
batches decide between feeder and copier (`search.lease`); nothing is brought back and nothing lost, whoever is slower.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

import structlog

from search import generations, lease, log
from search.check import differing
from search.dead_letters import dead_objects
from search.drain import Tally, build
from search.encoding import digest, encode
from search.engines.protocol import EngineAway, Position, SharedEngine
from search.feeder import keep_letters, note_away, require, send
from search.models import GenerationState, IndexGeneration
from search.outbox import Key, objects
from search.rebuild import RebuildReport

logger = structlog.get_logger(__name__)

BATCH = 200
SAMPLE = 200


class RebuildDiffers(Exception):  # noqa: N818  # reads as the state it reports
    """What was filled is not what the database holds; it was thrown away and the old generation answers on."""


class NothingToGoBackTo(Exception):  # noqa: N818  # reads as the state it reports
    """There is no former generation that this version of the code made."""


@dataclass(slots=True)
class Filling:
    """A generation while it is filled, with what is remembered of what went in: a count and some objects."""

    shared: SharedEngine
    row: IndexGeneration
    tally: Tally = field(default_factory=Tally)
    sample: list[Key] = field(default_factory=list)
    seen: int = 0

    def copy(self, keys: Iterator[Key]) -> None:
        """Send the present state of objects, batch after batch. Raises EngineAway, and EngineBusy when given up."""
        while batch := list(islice(keys, BATCH)):
            generations.renew(self.row)
            dead = dead_objects(self.shared.name)
            failed = send(self.shared, batch, [self.row.name], self.tally)
            keep_letters(self.shared.name, batch, failed, dead)
            for key in batch:
                self.remember(key)

    def remember(self, key: Key) -> None:
        """Keep a fair sample of all objects, whatever their number."""
        self.seen += 1
        if len(self.sample) < SAMPLE:
            self.sample.append(key)
        elif (place := random.randrange(self.seen)) < SAMPLE:  # noqa: S311  # no secret
            self.sample[place] = key

    def compare(self) -> int:
        """Return how many documents the generation holds.

        Raises RebuildDiffers when that is not what was copied, or one of the sample is not as the database has it; what
        changed meanwhile is left to the feeder.
        """
        self.shared.refresh()
        wanted = set(self.sample)
        held, digests = 0, {}
        for doc in self.shared.indexed(self.row.name):
            held += 1
            if (doc.kind, doc.pk) in wanted:
                digests[doc.kind, doc.pk] = doc.digest
        different = {key for key in wanted if _digest(key) != digests.get(key)}
        changed = log.changed_after(Position(self.row.transaction, self.row.entry))
        different -= changed
        if different or abs(held - self.tally.indexed) > len(changed):
            logger.error(
                "search.rebuild_differs", documents=held, indexed=self.tally.indexed, different=len(different)
            )
            raise RebuildDiffers(f"{held} documents instead of {self.tally.indexed}, {len(different)} different")
        return held


def _digest(key: Key) -> str | None:
    try:
        doc = build(*key)
    except Exception:  # noqa: BLE001  # what cannot be built is in no index
        return None
    return digest(encode(doc)) if doc else None


def rebuild_shared(shared: SharedEngine) -> RebuildReport:
    """Fill a new generation from the database and let it answer; the one before is kept.

    Raises EngineBusy while another one is filled, EngineAway, and RebuildDiffers. The old one answers on in each case.
    """
    log.forget_other_life()
    # As a reader of the log it keeps what comes from now on, also before the first generation answers.
    lease.of(shared.name)
    with _resting_when_away(shared):
        require(shared)
        filling = Filling(shared, generations.begin(shared))
        with _given_up_unless_done(filling, to=GenerationState.LEAVING):
            filling.copy(objects())
            held = filling.compare()
            generations.promote(filling.row, shared)
        generations.bring_in_line(shared)
    logger.info("search.rebuilt", documents=held, failed=filling.tally.failed)
    return RebuildReport(documents=held, failed=filling.tally.failed)


def go_back(shared: SharedEngine) -> RebuildReport:
    """Let the former generation answer again, after what it missed was sent to it; the present one becomes the former.

    Raises NothingToGoBackTo, EngineBusy while another generation is filled, and EngineAway.
    """
    with _resting_when_away(shared):
        require(shared)
        row = generations.take_former(shared)
        if row is None:
            raise NothingToGoBackTo
        filling = Filling(shared, row)
        with _given_up_unless_done(filling, to=GenerationState.FORMER):
            shared.refresh()
            filling.copy(differing(shared.indexed(row.name)))
            generations.promote(row, shared)
    shared.refresh()
    held = sum(1 for _ in shared.indexed(row.name))
    return RebuildReport(documents=held, failed=filling.tally.failed)


@contextmanager
def _resting_when_away(shared: SharedEngine) -> Iterator[None]:
    try:
        yield
    except EngineAway as error:
        note_away(shared, error)
        raise


@contextmanager
def _given_up_unless_done(filling: Filling, *, to: GenerationState) -> Iterator[None]:
    try:
        yield
    except BaseException:
        generations.give_up(filling.row, to=to)
        raise
