"""The second engine's public face: search, suggest, send, generations."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from search.engines.answering import answer
from search.engines.elastic.documents import LONGEST_ID, fields_of, gone, id_of
from search.engines.elastic.door import CHUNK_BYTES, CHUNK_DOCUMENTS, Door
from search.engines.elastic.mapping import layout, made_by
from search.engines.elastic.searching import ElasticRecall
from search.engines.elastic.suggesting import suggest
from search.engines.protocol import EngineAway, IndexedDoc, Refusal
from search.schema import Query, Result, SearchDoc, SuggestionGroup, Viewer

NAME = "elasticsearch"


class ElasticIndex:
    """One index on a server, in generations: `{prefix}-{generation}` are indexes, `{prefix}` is the alias that answers.

    `ca` is a file of the authority that vouches for an https server which no public one does.
    A question is given up after `timeout_s` seconds, however many requests it takes, work on the index after half a minute.
    """

    name = NAME

    def __init__(self, url: str, *, prefix: str, timeout_s: float = 2.0, ca: str = "") -> None:
        self._door = Door(url, timeout_s=timeout_s, ca=ca)
        self._prefix = prefix

    def search(self, query: Query) -> Result:
        """Answer a question. Raises EngineAway."""
        began, now = time.perf_counter(), datetime.now(UTC)
        result = answer(self._recall(query, now), query, engine=NAME, now=now)
        return replace(result, took_ms=round((time.perf_counter() - began) * 1000, 2))

    def keys(self, query: Query) -> tuple[str, ...]:
        """Return the keys of all that passes the filters, at most 10,000. Raises EngineAway."""
        return self._recall(query, datetime.now(UTC)).keys(query)

    def _recall(self, query: Query, now: datetime) -> ElasticRecall:
        return ElasticRecall(self._door, self._prefix, query.viewer, now=now.timestamp())

    def prepare(self) -> None:
        """Make ready what the first question would wait for."""
        self._door.prepare()

    def suggest(self, text: str, viewer: Viewer, *, limit: int = 6) -> tuple[SuggestionGroup, ...]:
        """Complete what is being typed. Raises EngineAway."""
        return suggest(self._door, self._prefix, text, viewer, limit=limit, now=time.time())

    def sender(self, version: int, *, generations: Sequence[str]) -> "ElasticSender":
        """Start a batch that goes to each of these generations; one that is not there is not made."""
        return ElasticSender(self._door, version, [self._entrance(each) for each in generations])

    def create(self, generation: str, *, owner: str = "") -> None:
        """Make an empty generation; one that is there already stays as it is."""
        body = {**layout(owner=owner), "aliases": {self._entrance(generation): {}}}
        self._door.create(self._index(generation), body)

    def drop(self, generation: str) -> None:
        """Delete a generation; one that is not there is no error."""
        self._door.delete(self._index(generation))

    def point_to(self, generation: str) -> None:
        """Let this generation answer from now on, in one step."""
        self._door.point(self._prefix, among=self._index("*"), to=self._index(generation))

    def pointed_to(self) -> str | None:
        """Return the generation that answers, or None when none does."""
        index = self._door.behind(self._prefix)
        return None if index is None else index.removeprefix(self._index(""))

    def fingerprint(self) -> str:
        """Return what generations made by this code bear."""
        return made_by()

    def fingerprint_of(self, generation: str) -> str | None:
        """Return what a generation bears, or None when there is no such generation."""
        mapping = self._door.mapping(self._index(generation))
        return None if mapping is None else str(mapping.get("_meta", {}).get("made_by", ""))

    def owners(self) -> Mapping[str, str]:
        """Return the generations on the server, each with the mark of the site that made it, "" where none did."""
        found = self._door.mappings(self._index("*"))
        return {
            index.removeprefix(self._index("")): str(mapping.get("_meta", {}).get("owner", ""))
            for index, mapping in found.items()
        }

    def version_of(self, generation: str, kind: str, pk: str) -> int:
        """Return the version under which a document, or the mark that it is gone, was written last; 0 when it never was."""
        return self._door.version(self._index(generation), id_of(kind, pk))

    def indexed(self, generation: str | None = None) -> Iterator[IndexedDoc]:
        """Yield what a generation (else the one that answers) holds, ordered by kind and key, without what is gone.

        What is sent meanwhile may be among it or not. Raises EngineAway, also when the generation is dropped meanwhile.
        """
        fields = ["kind", "pk", "version", "digest"]
        asked: dict[str, Any] = {
            "query": {"term": {"deleted": False}},
            "sort": [{"kind": "asc"}, {"pk": "asc"}],
            "source": False,
            "docvalue_fields": fields,
            "track_total_hits": False,
        }
        generation = generation or self.pointed_to()
        if generation is None:
            raise EngineAway("No generation answers")
        for hit in self._door.listing(self._index(generation), asked):
            kind, pk, version, digest = (hit["fields"][name][0] for name in fields)
            yield IndexedDoc(kind, pk, version, digest)

    def refresh(self) -> None:
        """Let searches and `indexed` see everything that was sent, in all generations."""
        self._door.refresh(self._index("*"))

    def ping(self) -> bool:
        """Tell whether the server answers; never raises."""
        return self._door.answers(self._prefix)

    def _index(self, generation: str) -> str:
        return f"{self._prefix}-{generation}"

    def _entrance(self, generation: str) -> str:
        """Return the name that documents are sent to: an alias, since the server makes an index of any other name."""
        return f"{self._index(generation)}.in"


class ElasticSender:
    """One batch: everything in it bears one version. What gathers is sent in pieces."""

    def __init__(self, door: Door, version: int, entrances: Sequence[str]) -> None:
        self._door = door
        self._version = version
        self._entrances = entrances
        self._actions: list[dict[str, Any]] = []
        self._size = 0
        self._names: dict[str, tuple[str, str]] = {}
        self._refused: dict[tuple[str, str], Refusal] = {}

    def put(self, doc: SearchDoc) -> None:
        """Write a document in place of the one with its kind and key. Raises EngineAway."""
        self._gather(doc.kind, doc.pk, fields_of(doc))

    def remove(self, kind: str, pk: str) -> None:
        """Leave a mark that the document is gone. Raises EngineAway."""
        self._gather(kind, pk, gone(kind, pk))

    def flush(self) -> tuple[Refusal, ...]:
        """Send the rest and return what was refused since the last call, each document once. Raises EngineAway."""
        self._send()
        refused, self._refused = tuple(self._refused.values()), {}
        return refused

    def _gather(self, kind: str, pk: str, fields: Any) -> None:
        name = id_of(kind, pk)
        if len(name.encode()) > LONGEST_ID:
            self._refuse(kind, pk, f"The key is longer than {LONGEST_ID} bytes")
            return
        self._names[name] = (kind, pk)
        self._size += sum(len(value) for value in fields.values() if isinstance(value, str))
        for entrance in self._entrances:
            place = {"_op_type": "index", "_index": entrance, "_id": name}
            self._actions.append(
                {**place, "version": self._version, "version_type": "external_gte", "_source": fields}
            )
        # Whole books may follow one another: a batch of them would not find room in memory.
        if len(self._actions) >= CHUNK_DOCUMENTS or self._size >= CHUNK_BYTES:
            self._send()

    def _send(self) -> None:
        actions, self._actions, self._size = self._actions, [], 0
        for name, reason in self._door.send(actions):
            self._refuse(*self._names[name], reason)
        self._names = {}

    def _refuse(self, kind: str, pk: str, reason: str) -> None:
        self._refused.setdefault((kind, pk), Refusal(kind, pk, reason))
