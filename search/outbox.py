"""The door through which rooms tell search about themselves: what changed, and how to build a document from it.

A room calls `register` once when it is loaded and `record_change` in the transaction of every change that readers
could notice. The row that is written says only *that* something changed: whoever feeds an index reads the present
state from the database, so that rows may be read late, twice or in bulk.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import translation

from search.models import CurrentTransaction, OutboxEntry
from search.schema import SearchDoc

log = structlog.get_logger(__name__)

AT_ONCE = 200

# Kind and key of an object.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Source:
    """How a kind of document is made: one by its key, or all keys there are."""

    kind: str
    build: Callable[[str], SearchDoc | None]
    iterate: Callable[[], Iterator[str]]

    def document(self, pk: str) -> SearchDoc | None:
        """Return the object's document in the site's language: it is one for all, in whoever's request it is built."""
        with translation.override(settings.LANGUAGE_CODE):
            return self.build(pk)


_sources: dict[str, Source] = {}
_after_commit: list[Callable[[], object]] = []


def register(kind: str, *, build: Callable[[str], SearchDoc | None], iterate: Callable[[], Iterator[str]]) -> None:
    """Say how documents of a kind are made; a room calls it from `AppConfig.ready`.

    `build(pk)` returns the document as it is now, or None when nobody may find it any more (deleted, taken down,
    never published). `iterate()` yields the keys of all objects that have a document. A second registration of a
    kind replaces the first.
    """
    _sources[kind] = Source(kind=kind, build=build, iterate=iterate)


def sources() -> Mapping[str, Source]:
    """Return what is registered, by kind."""
    return MappingProxyType(_sources)


def objects() -> Iterator[Key]:
    """Yield kind and key of all objects that have a document, in no order."""
    for kind, source in sources().items():
        for pk in source.iterate():
            yield kind, str(pk)


def record_change(kind: str, pk: int | str) -> None:
    """Note that an object changed, appeared or went, inside the caller's transaction.

    Nothing is built or sent here; a rollback takes the note back. After the commit the listeners of `when_committed`
    run, and whatever befalls them is logged, never raised: the change itself is already kept.
    """
    OutboxEntry.objects.create(transaction=CurrentTransaction(), kind=kind, object_id=str(pk))
    _call_after_commit()


def record_changes(kind: str, keys: Iterable[int | str]) -> None:
    """Note for each of many objects what `record_change` notes for one: a statement for some hundred of them.

    All of them, however many: who may find a thing stands in its entry, so that one left out would open to others.
    """
    waiting = iter(keys)
    while some := list(islice(waiting, AT_ONCE)):
        OutboxEntry.objects.bulk_create(
            [OutboxEntry(transaction=CurrentTransaction(), kind=kind, object_id=str(pk)) for pk in some]
        )
        _call_after_commit()


def _call_after_commit() -> None:
    """Let the listeners run after the commit, once for a transaction."""
    connection = transaction.get_connection()
    held = set(connection.savepoint_ids)
    # Forty changes in one transaction need one call; one that a rolled back savepoint would take along does not count.
    if not any(call is _tell_listeners and sids <= held for sids, call, _robust in connection.run_on_commit):
        transaction.on_commit(_tell_listeners)


def when_committed(listener: Callable[[], object]) -> None:
    """Call the listener after each commit that recorded a change (the embedded index drains itself this way)."""
    if listener not in _after_commit:
        _after_commit.append(listener)


def _tell_listeners() -> None:
    for listener in tuple(_after_commit):
        try:
            listener()
        except Exception:
            log.exception("search.after_commit_failed")
