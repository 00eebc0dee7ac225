"""From the log into an index that all nodes share: one feeder at a time, wherever it runs."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import structlog
from django.db import transaction

from search import generations, lease, log
from search.dead_letters import bury, dead_objects, unbury
from search.drain import DrainReport, Tally, write_one
from search.engines.protocol import EngineAway, Position, Refusal, Sender, SharedEngine
from search.models import GenerationState, OutboxEntry
from search.outbox import Key
from search.schema import SearchDoc

logger = structlog.get_logger(__name__)

# A batch ends with whatever comes first. A letter becomes ten bytes or so for each generation, tokens included: a batch
# for two generations is one piece for the server, so that whoever waits for its answers waits no longer than the lease.
BATCH = 200
BATCH_CHARS = 100_000
BATCH_S = 5.0
# Bears the number of the last batch: a mark of nothing that is gone, in no room's kind.
LAST_BATCH = ("", "batch")
# After so many failures in a row a document that is sent alone is left out, if the server takes the mark that it is gone.
PATIENCE = 10


@dataclass(slots=True)
class Feeder:
    """One call's work: whom it feeds, with which right, and what it did."""

    shared: SharedEngine
    hold: lease.Hold
    tally: Tally

    def feed(self, *, limit: int, deadline: float) -> bool:
        """Send batch after batch; return True when a rebuild is needed."""
        fed = 0
        # Smaller each time it fails: what the server chokes on holds up less and less, at last itself alone.
        failures = lease.of(self.shared.name).failures
        while fed < limit:
            # The order matters: see search.lease.
            entries = log.entries_after(self.reached(), limit=min(max(1, BATCH >> failures), limit - fed))
            targets = generations.fed(self.shared.fingerprint())
            stranger = generations.stranger(self.shared.fingerprint())
            if not targets:
                self.take_out_ahead(stranger, deadline=deadline)
                return True
            if not entries:
                self.hold.show_life()
                break
            fed += self.feed_batch(entries, targets, stranger, patient=failures < PATIENCE)
            failures = 0
            if time.monotonic() >= deadline:
                break
        return generations.needs_rebuild(self.shared.fingerprint())

    def reached(self) -> Position:
        """Return where feeding goes on. What the log has no longer only a rebuild can tell; what it has is fed meanwhile."""
        position = self.hold.position
        if not log.missed(position, index=self.shared.name, node=lease.NODE):
            return position
        generations.note_gap()
        # First to where no other life of the database has been: rows of one that has are forgotten.
        self.hold.move_to(Position())
        log.forget_other_life()
        self.hold.move_to(log.floor())
        return log.floor()

    def feed_batch(
        self, entries: Sequence[OutboxEntry], targets: list[str], stranger: str | None, *, patient: bool
    ) -> int:
        """Send what the entries tell of, and move on over what was acknowledged; return how many entries that were."""
        self.hold.keep()
        objects = dict.fromkeys((entry.kind, entry.object_id) for entry in entries)
        try:
            sent = send(self.shared, iter(objects), targets, self.tally, alive=self.hold.keep)
        except EngineAway as error:
            if patient:
                raise
            sent = leave_out(self.shared, list(objects), targets, self.tally, error)
        if stranger:
            self.hold.keep()
            take_out(self.shared, sent.objects, stranger)
        told = _told_of(entries, sent.objects)
        dead = dead_objects(self.shared.name)
        with transaction.atomic():
            self.hold.move_to(log.position_of(entries[told - 1]))
            lease.forget_taken_out(self.shared.name)
            generations.note_left_out(targets)
            keep_letters(self.shared.name, sent, dead)
        self.tally.fed = entries[told - 1]
        return told

    def take_out_ahead(self, stranger: str | None, *, deadline: float) -> None:
        """Have what changed leave an index that other code made and that answers: what was withdrawn must not be found.

        The changes stay in the log for whoever can write them; only how far this went is remembered.
        """
        while stranger:
            entries = log.entries_after(lease.taken_out(self.shared.name), limit=BATCH)
            if not entries:
                break
            self.hold.keep()
            take_out(self.shared, {(entry.kind, entry.object_id) for entry in entries}, stranger)
            lease.note_taken_out(self.shared.name, log.position_of(entries[-1]))
            if time.monotonic() >= deadline:
                break


def _told_of(entries: Sequence[OutboxEntry], done: Iterable[Key]) -> int:
    """Return how many entries from the first on tell of what was sent."""
    sent = set(done)
    return next(
        (count for count, entry in enumerate(entries) if (entry.kind, entry.object_id) not in sent), len(entries)
    )


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
            note_other_life(shared)
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


@dataclass(slots=True)
class Gathering:
    """What goes through to a sender, and what of it are documents and how many letters they have."""

    sender: Sender
    chars: int = 0
    documents: set[Key] = field(default_factory=set)

    def put(self, doc: SearchDoc) -> None:
        """Write a document. Raises EngineAway."""
        self.chars += len(doc.title) + len(doc.body) + sum(len(segment.text) for segment in doc.segments)
        self.sender.put(doc)
        self.documents.add((doc.kind, doc.pk))

    def remove(self, kind: str, pk: str) -> None:
        """Leave a mark that a document is gone. Raises EngineAway."""
        self.documents.discard((kind, pk))
        self.sender.remove(kind, pk)

    def flush(self) -> tuple[Refusal, ...]:
        """Send the rest and return what was refused. Raises EngineAway."""
        return self.sender.flush()


@dataclass(slots=True)
class Sent:
    """What was sent and acknowledged in one batch, and why those are out of the index that are."""

    objects: list[Key] = field(default_factory=list)
    failed: dict[Key, str] = field(default_factory=dict)


def send(
    shared: SharedEngine,
    objects: Iterator[Key],
    targets: Sequence[str],
    tally: Tally,
    *,
    alive: Callable[[], object],
) -> Sent:
    """Send the present state of the next objects, a batch of them, under a new number.

    Those that cannot be built or were refused are out of the index afterwards. `alive` is called before whatever may
    last. Raises EngineAway.
    """
    version, sender = _next_sender(shared, targets)
    gathering, sent = Gathering(sender), Sent()
    ends_at = time.monotonic() + BATCH_S
    for kind, pk in islice(objects, BATCH):
        alive()
        if error := write_one(gathering, kind, pk, version=version, tally=tally):
            sent.failed[kind, pk] = f"{type(error).__name__}: {error}"
        sent.objects.append((kind, pk))
        if gathering.chars >= BATCH_CHARS or time.monotonic() >= ends_at:
            break
    if sent.objects:
        alive()
        _flush(gathering, sent, tally, alive)
    return sent


def _flush(gathering: Gathering, sent: Sent, tally: Tally, alive: Callable[[], object]) -> None:
    """Send what gathered, and take out what is refused. Raises EngineAway."""
    refused = gathering.flush()
    for each in refused:
        key = each.kind, each.pk
        if key in gathering.documents:
            tally.indexed -= 1
        elif key not in sent.failed:
            tally.removed -= 1
        tally.failed += key not in sent.failed
        sent.failed[key] = _told(each)
    for key in sent.failed if refused else ():
        # What was there before may say what must not be said any more.
        gathering.remove(*key)
    alive()
    gathering.flush()


def _next_sender(shared: SharedEngine, targets: Sequence[str]) -> tuple[int, Sender]:
    """Return a new number and what sends under it; the number goes along, so that the server knows the last one."""
    version = lease.next_batch(shared.name)
    sender = shared.sender(version, generations=targets)
    sender.remove(*LAST_BATCH)
    return version, sender


def note_other_life(shared: SharedEngine) -> None:
    """Remember that the index that answers knows more than the database: a backup was put back. Raises EngineAway."""
    current = generations.in_state(GenerationState.CURRENT)
    # The server is asked first: a number of ours is raised before it goes there.
    if current is None or (known := shared.version_of(current.name, *LAST_BATCH)) <= lease.of(shared.name).batch:
        return
    logger.warning("search.index_ahead", generation=current.name, batch=known)
    generations.note_gap()


def leave_out(
    shared: SharedEngine, objects: list[Key], targets: Sequence[str], tally: Tally, error: EngineAway
) -> Sent:
    """Mark objects as gone, since the server chokes on their documents. Raises EngineAway when it takes nothing at all."""
    _version, sender = _next_sender(shared, targets)
    for kind, pk in objects:
        sender.remove(kind, pk)
    sender.flush()
    tally.indexed, tally.failed = 0, len(objects)
    return Sent(objects, dict.fromkeys(objects, _told(Refusal(*objects[0], str(error)))))


def _told(refusal: Refusal) -> str:
    logger.warning("search.document_refused", kind=refusal.kind, object_id=refusal.pk, error=refusal.reason)
    return f"Refused: {refusal.reason}"


def take_out(shared: SharedEngine, objects: Iterable[Key], generation: str) -> None:
    """Have objects leave a generation of other code, whose fields this one does not know. Raises EngineAway."""
    _version, sender = _next_sender(shared, [generation])
    for key in objects:
        sender.remove(*key)
    for refusal in sender.flush():
        _told(refusal)


def keep_letters(index: str, sent: Sent, dead: set[Key]) -> None:
    """Bury what failed, and forget what failed before and is in the index now."""
    for kind, pk in sent.objects:
        if (kind, pk) in sent.failed:
            bury(kind, pk, sent.failed[kind, pk], index=index)
        elif (kind, pk) in dead:
            unbury(kind, pk, index=index)
