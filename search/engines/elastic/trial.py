"""Indexes on a server for trials: ours, and beside it the server's own analyzers as they come."""

import time
from collections.abc import Iterable, Mapping
from itertools import chain, islice
from typing import Any

from search.engines.elastic.documents import id_of
from search.engines.elastic.door import Door
from search.engines.elastic.engine import ElasticIndex
from search.engines.protocol import EngineAway
from search.schema import FacetCount, Hit, Query, Result, SearchDoc, Suggestion, SuggestionGroup, Viewer

BATCH = 500


def index_of_trial(url: str, *, name: str, prefix: str, timeout_s: float) -> "OwnTrial | BareTrial":
    """Return an index for trials: ours for `elasticsearch`, else one with the server's analyzer of that name."""
    if name == ElasticIndex.name:
        return OwnTrial(url, prefix=prefix, timeout_s=timeout_s)
    return BareTrial(url, prefix=prefix, timeout_s=timeout_s, analyzer=name)


class OwnTrial(ElasticIndex):
    """The engine of the site. A version is the time in billionths of a second, so that several may write."""

    def fill(self, docs: Iterable[SearchDoc]) -> int:
        """Build a generation and let it answer. Raises EngineAway when a document is refused, and leaves nothing."""
        before, made = self.pointed_to(), str(time.time_ns())
        self.create(made)
        try:
            written = self._send(docs, made)
            self.refresh()
            self.point_to(made)
        except BaseException:
            self.drop(made)
            raise
        if before:
            self.drop(before)
        return written

    def _send(self, docs: Iterable[SearchDoc], generation: str) -> int:
        sender = self.sender(time.time_ns(), generations=[generation])
        written = 0
        for doc in docs:
            sender.put(doc)
            written += 1
        if refused := sender.flush():
            raise EngineAway(f"{len(refused)} documents were refused, the first of them: {refused[0]}")
        return written

    def write(self, doc: SearchDoc) -> None:
        """Write one document."""
        self._send([doc], self.pointed_to() or "")

    def documents(self) -> int:
        """Return how many documents there are."""
        generation = self.pointed_to()
        if generation is None or self.fingerprint_of(generation) != self.fingerprint():
            return 0
        return sum(1 for _doc in self.indexed())

    def megabytes(self) -> float:
        """Return what the server keeps."""
        return self._door.size(self._prefix) / 1e6

    def throw_away(self) -> None:
        """Delete what answers."""
        if generation := self.pointed_to():
            self.drop(generation)


class BareTrial:
    """Title and text under one of the server's analyzers, any word of the question in either: what one gets for nothing."""

    def __init__(self, url: str, *, prefix: str, timeout_s: float, analyzer: str) -> None:
        self.name = analyzer
        self._door = Door(url, timeout_s=timeout_s)
        self._alias = prefix
        self._index = f"{prefix}-bare"

    def search(self, query: Query) -> Result:
        """Return what the server finds, in its order."""
        began = time.perf_counter()
        matched = {"multi_match": {"query": query.text, "fields": ["title", "body"]}}
        asked = {
            "query": {"bool": {"must": [matched], "filter": [{"terms": {"access": [*query.viewer.tokens()]}}]}},
            "size": query.page_size,
            "from": (query.page - 1) * query.page_size,
            "aggs": {name: {"terms": {"field": f"facets.{name}"}} for name in query.facets},
        }
        answer = self._door.search(self._alias, asked)
        return Result(
            hits=tuple(map(_hit, answer["hits"]["hits"])),
            total=answer["hits"]["total"]["value"],
            total_exact=answer["hits"]["total"]["relation"] == "eq",
            facets={name: tuple(map(_count, answer["aggregations"][name]["buckets"])) for name in query.facets},
            engine=self.name,
            took_ms=round((time.perf_counter() - began) * 1000, 2),
        )

    def keys(self, query: Query) -> tuple[str, ...]:
        """Return the keys of the first page."""
        return tuple(hit.id for hit in self.search(query).hits)

    def suggest(self, text: str, viewer: Viewer, *, limit: int = 6) -> tuple[SuggestionGroup, ...]:
        """Return titles with the words as a phrase whose last one may go on."""
        matched = {"match_phrase_prefix": {"title": text}}
        shown = {"terms": {"access": [*viewer.tokens()]}}
        asked = {"query": {"bool": {"must": [matched], "filter": [shown]}}, "size": limit}
        hits = self._door.search(self._alias, asked)["hits"]["hits"]
        items = tuple(Suggestion(hit["_source"]["title"], "/") for hit in hits)
        return (SuggestionGroup("title", items),) if items else ()

    def fill(self, docs: Iterable[SearchDoc]) -> int:
        """Build the index anew."""
        self._door.delete(self._index)
        self._door.create(self._index, {**_bare_layout(self.name), "aliases": {self._alias: {}}})
        written, rest = 0, iter(docs)
        while batch := list(islice(rest, BATCH)):
            self._send(batch)
            written += len(batch)
        self._door.refresh(self._index)
        return written

    def _send(self, docs: Iterable[SearchDoc]) -> None:
        for name, reason in self._door.send([self._action(doc) for doc in docs]):
            raise EngineAway(f"{name}: {reason}")

    def _action(self, doc: SearchDoc) -> dict[str, Any]:
        place = {"_op_type": "index", "_index": self._alias, "_id": id_of(doc.kind, doc.pk)}
        texts = chain([doc.subtitle, *doc.tags, *doc.people, doc.body], (each.text for each in doc.segments))
        facets = {name: [facet.value for facet in values] for name, values in doc.facets.items()}
        fields = {
            "kind": doc.kind,
            "pk": doc.pk,
            "title": doc.title,
            "body": "\n".join(filter(None, texts)),
            "access": doc.visibility.tokens(),
            "facets": {**facets, "kind": [doc.kind]},
        }
        return {**place, "_source": fields}

    def write(self, doc: SearchDoc) -> None:
        """Write one document."""
        self._send([doc])

    def documents(self) -> int:
        """Return how many documents there are."""
        if self._door.behind(self._alias) is None:
            return 0
        counted = {"size": 0, "track_total_hits": True}
        return int(self._door.search(self._alias, counted)["hits"]["total"]["value"])

    def megabytes(self) -> float:
        """Return what the server keeps."""
        return self._door.size(self._alias) / 1e6

    def throw_away(self) -> None:
        """Delete the index."""
        self._door.delete(self._index)

    def ping(self) -> bool:
        """Tell whether the server answers."""
        return self._door.answers(self._alias)


def _bare_layout(analyzer: str) -> Mapping[str, Any]:
    text = {"type": "text", "analyzer": analyzer}
    words = {"words": {"match_mapping_type": "string", "mapping": {"type": "keyword"}}}
    return {
        "settings": {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "1s"},
        "mappings": {"dynamic_templates": [words], "properties": {"title": text, "body": text}},
    }


def _hit(found: Mapping[str, Any]) -> Hit:
    fields = found["_source"]
    title = fields["title"]
    return Hit(
        kind=fields["kind"],
        id=fields["pk"],
        url="/",
        title=title,
        title_html="",
        snippet_html="",
        score=found["_score"],
    )


def _count(bucket: Mapping[str, Any]) -> FacetCount:
    return FacetCount(bucket["key"], bucket["key"], bucket["doc_count"], selected=False)
