"""A new generation of a shared index beside the one in use, filled from the database, compared, then made to answer.

From the moment it is written down the feeder gives each batch to both, so nothing has to be caught up. Numbers of
batches decide between feeder and copier (`search.lease`); nothing is brought back and nothing lost, whoever is slower.
"""

import random
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from search import generations, lease, log
from search.check import differing
from search.dead_letters import dead_objects
from search.drain import Tally, build
from search.encoding import digest, encode
from search.engines.protocol import EngineAway, Position, SharedEngine
from search.feeder import feed_shared, keep_letters, note_away, require, send
from search.models import IndexGeneration
from search.outbox import Key, objects
from search.rebuild import RebuildReport

logger = structlog.get_logger(__name__)

SAMPLE = 200
# People go on writing, and what is withdrawn must leave what answers: where nobody else feeds, whoever fills does so.
FEED_EVERY_S = 1.0

Item = TypeVar("Item")


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
    renewed_at: float = field(default_factory=time.monotonic)
    fed_at: float = field(default_factory=time.monotonic)

    def keep_up(self) -> None:
        """Show life, and feed what changed meanwhile; called often. Raises EngineBusy when the filling was given up."""
        if lease.is_due(self.renewed_at, generations.LEASE):
            generations.renew(self.row, self.shared)
            self.renewed_at = time.monotonic()
        if time.monotonic() - self.fed_at >= FEED_EVERY_S:
            feed_shared(self.shared, budget_s=FEED_EVERY_S)
            self.fed_at = time.monotonic()

    def kept_up(self, items: Iterable[Item]) -> Iterator[Item]:
        """Pass on what may be many, and keep up between one and the next."""
        for item in items:
            self.keep_up()
            yield item

    def copy(self, keys: Iterator[Key]) -> None:
        """Send the present state of objects, batch after batch. Raises EngineAway, and EngineBusy when given up."""
        while True:
            dead = dead_objects(self.shared.name)
            sent = send(self.shared, keys, [self.row.name], self.tally, alive=self.keep_up)
            if not sent.objects:
                break
            keep_letters(self.shared.name, sent, dead)
            for key in sent.objects:
                self.remember(key)

    def remember(self, key: Key) -> None:
        """Keep a fair sample of all objects, whatever their number."""
        self.seen += 1
        if len(self.sample) < SAMPLE:
            self.sample.append(key)
        elif (place := random.randrange(self.seen)) < SAMPLE:  # noqa: S311  # no secret
            self.sample[place] = key

    def refresh(self) -> None:
        """Let everything be seen that was sent. Raises EngineAway, and EngineBusy when given up."""
        self.keep_up()
        self.shared.refresh()

    def compare(self) -> int:
        """Return how many documents the generation holds.

        Raises RebuildDiffers when that is not what was copied, or one of the sample is not as the database has it; what
        changed meanwhile is left to the feeder.
        """
        self.refresh()
        wanted = set(self.sample)
        held, digests = 0, {}
        for doc in self.kept_up(self.shared.indexed(self.row.name)):
            held += 1
            if (doc.kind, doc.pk) in wanted:
                digests[doc.kind, doc.pk] = doc.digest
        different = {key for key in self.kept_up(wanted) if _digest(key) != digests.get(key)}
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
    # Numbers of batches stand on its row, which keeps the log as well until a first generation is fed.
    lease.of(shared.name)
    with _resting_when_away(shared):
        require(shared)
        generations.refuse_stranger(shared, shared.pointed_to())
        filling = Filling(shared, generations.begin(shared))
        with _given_up_unless_done(filling):
            filling.copy(objects())
            held = filling.compare()
            generations.promote(filling.row, shared)
        generations.bring_in_line(shared)
        generations.drop_strays(shared)
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
        with _given_up_unless_done(filling):
            filling.refresh()
            filling.copy(differing(filling.kept_up(shared.indexed(row.name))))
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
def _given_up_unless_done(filling: Filling) -> Iterator[None]:
    try:
        yield
    except BaseException:
        generations.give_up(filling.row)
        raise
    finally:
        generations.end_reading(filling.shared)
