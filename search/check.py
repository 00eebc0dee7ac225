"""Comparing the indexes with the database, object by object, in the order of their names: memory does not grow with them."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from heapq import merge
from itertools import groupby
from operator import itemgetter

from search import lease, log
from search.configured import local_engine, shared_engine
from search.drain import build, drain
from search.encoding import digest, encode
from search.engines.protocol import EngineAway, IndexedDoc, SharedEngine
from search.feeder import feed_shared
from search.models import Cursor, DeadLetter
from search.outbox import Key, objects, record_change

# Where the database stands among the indexes, and its digest of what cannot be built: that should be in none.
DATABASE = -1
BROKEN = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """Differences of one index as "kind:key".

    `waiting` counts changes that it has not read, `dead` what cannot be built or is refused; `away`: it could not be asked.
    """

    documents: int = 0
    missing: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    orphaned: tuple[str, ...] = ()
    dead: tuple[str, ...] = ()
    waiting: int = 0
    away: bool = False

    @property
    def ok(self) -> bool:
        """Tell whether nothing differs and nothing waits."""
        return not (self.missing or self.stale or self.orphaned or self.dead or self.waiting or self.away)

    @property
    def different(self) -> set[str]:
        """Return what would be right after it was fed again."""
        return {*self.missing, *self.stale, *self.orphaned}


@dataclass(slots=True)
class Findings:
    """What is found about one index on the way through."""

    documents: int = 0
    missing: list[Key] = field(default_factory=list)
    stale: list[Key] = field(default_factory=list)
    orphaned: list[Key] = field(default_factory=list)
    broken: list[Key] = field(default_factory=list)

    def note(self, row: "Row", held: str | None) -> None:
        """Take down one object."""
        self.documents += held is not None
        if row.broken:
            self.broken.append(row.key)
        if row.wanted == held:
            return
        if held is None:
            self.missing.append(row.key)
        elif row.wanted is None:
            self.orphaned.append(row.key)
        else:
            self.stale.append(row.key)

    def report(self, index: "Index", changed: set[Key]) -> CheckReport:
        """Return what differs, without what changed meanwhile: that is the feeder's."""
        cursor = Cursor.objects.filter(index=index.name, node=index.node).first()
        letters = DeadLetter.objects.filter(index=index.name).values_list("kind", "object_id")
        return CheckReport(
            documents=self.documents,
            missing=_names(set(self.missing) - changed),
            stale=_names(set(self.stale) - changed),
            orphaned=_names(set(self.orphaned) - changed),
            dead=_names({*self.broken, *letters}),
            waiting=log.waiting(log.position_of(cursor)),
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One object: the digest of the document that should be there, and what each index holds; None for nothing."""

    key: Key
    wanted: str | None
    broken: bool
    held: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """One index to be compared; `held` begins anew each time."""

    name: str
    node: str
    held: Callable[[], Iterator[IndexedDoc]]


def check_indexes() -> dict[str, CheckReport]:
    """Compare every document of the database with the index of this node, and with the shared one where there is one.

    The reports stand by the names of the engines, this node's first.
    """
    local, shared = local_engine(), shared_engine()
    own = Index(local.name, local.node(), local.indexed)
    if shared is None:
        return _compared(own)
    try:
        return _compared(own, Index(shared.name, lease.NODE, partial(_held_by, shared)))
    except EngineAway:
        return {**_compared(own), shared.name: CheckReport(away=True)}


def _held_by(shared: SharedEngine) -> Iterator[IndexedDoc]:
    shared.refresh()
    if shared.pointed_to() is not None:
        yield from shared.indexed()


def _compared(*indexes: Index) -> dict[str, CheckReport]:
    mark = log.newest()
    found = [Findings() for _ in indexes]
    for row in side_by_side(*(index.held() for index in indexes)):
        for findings, held in zip(found, row.held, strict=True):
            findings.note(row, held)
    changed = log.changed_after(mark)
    return {index.name: each.report(index, changed) for index, each in zip(indexes, found, strict=True)}


def repair_indexes(reports: Mapping[str, CheckReport]) -> int:
    """Record a change for each object that differs anywhere and feed; return how many were recorded."""
    different = sorted({name for report in reports.values() for name in report.different})
    for name in different:
        record_change(*name.split(":", 1))
    while (done := drain()).waiting and done.indexed + done.removed + done.failed:
        pass
    shared = shared_engine()
    while shared and (done := feed_shared(shared)).waiting and done.indexed + done.removed + done.failed:
        pass
    return len(different)


def differing(held: Iterable[IndexedDoc]) -> Iterator[Key]:
    """Yield each object whose document is not held as the database has it, or held though it should not be."""
    for row in side_by_side(held):
        if row.held[0] != row.wanted:
            yield row.key


def side_by_side(*indexes: Iterable[IndexedDoc]) -> Iterator[Row]:
    """Yield each object that the database or one of the indexes has, in order of kind and key."""
    streams = [_wanted(), *(_marked(held, place) for place, held in enumerate(indexes))]
    for key, several in groupby(merge(*streams), key=itemgetter(0)):
        by_place = {place: found for _key, place, found in several}
        wanted = by_place.get(DATABASE) or None
        held = tuple(by_place.get(place) for place in range(len(indexes)))
        yield Row(key, wanted, by_place.get(DATABASE) == BROKEN, held)


def _marked(held: Iterable[IndexedDoc], place: int) -> Iterator[tuple[Key, int, str]]:
    for doc in held:
        yield (doc.kind, doc.pk), place, doc.digest


def _wanted() -> Iterator[tuple[Key, int, str]]:
    """Yield the digest of every document that should be there, in order; a mark for what cannot be built."""
    for kind, pk in _in_order(objects()):
        try:
            doc = build(kind, pk)
        except Exception:  # noqa: BLE001  # a check lists whatever breaks and goes on
            yield (kind, pk), DATABASE, BROKEN
            continue
        if doc is not None:
            yield (kind, pk), DATABASE, digest(encode(doc))


def _in_order(keys: Iterable[Key]) -> Iterator[Key]:
    """Sort any number of keys as Python sorts text, on disk where they are many."""
    with closing(sqlite3.connect("")) as room:
        room.execute("CREATE TABLE object (kind TEXT, pk TEXT, PRIMARY KEY (kind, pk)) WITHOUT ROWID")
        room.executemany("INSERT OR IGNORE INTO object VALUES (?, ?)", keys)
        yield from room.execute("SELECT kind, pk FROM object ORDER BY kind, pk")


def _names(keys: Iterable[Key]) -> tuple[str, ...]:
    return tuple(f"{kind}:{pk}" for kind, pk in sorted(keys))
