"""Casting the nets of a question into the index of a server."""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from search.analysis import Terms, is_cjk
from search.encoding import decode
from search.engines.answering import COUNT_UP_TO, Catch, is_ranked, page_of
from search.engines.casting import COMMON_FROM_DOCS, cast_all, common_among, is_bare
from search.engines.elastic import queries
from search.engines.elastic.door import Door
from search.engines.faceting import chosen, counts_of, facets_of, listed
from search.ranking import WINDOW, Candidate
from search.recall import Net, Step, Word, piece_of_text
from search.schema import FacetCount, Query, SearchDoc, Viewer

BY_WORTH = ({"_score": "desc"}, {"key": "asc"})
BY_DATE = ({"published_at": {"order": "desc", "missing": "_last"}}, {"key": "asc"})
# One character tells nothing but where it stands, and half of all documents hold a frequent one.
BY_PLACE = ({"_score": "desc"}, *BY_DATE)
RANKED: Mapping[str, Any] = {
    "_source": False,
    "stored_fields": ["title_key", "title_folded", "body_folded"],
    "docvalue_fields": ["published_at"],
}
UNRANKED: Mapping[str, Any] = {"_source": False}


@dataclass(frozen=True, slots=True)
class Caught:
    """What one net holds: the question that was asked, and the answer."""

    step: Step | None
    asked: Mapping[str, Any]
    answer: Mapping[str, Any]

    @property
    def total(self) -> int:
        """How many documents, at most 10,000."""
        return int(self.answer["hits"]["total"]["value"])

    @property
    def exact(self) -> bool:
        """Whether that is all."""
        return bool(self.answer["hits"]["total"]["relation"] == "eq")

    @property
    def hits(self) -> Sequence[Mapping[str, Any]]:
        """The first documents."""
        found: Sequence[Mapping[str, Any]] = self.answer["hits"]["hits"]
        return found


class ElasticRecall:
    """One question of one viewer; `now` in seconds since 1970. All its requests together have the door's time."""

    def __init__(self, door: Door, index: str, viewer: Viewer, *, now: float) -> None:
        self._door = door
        self._index = index
        self._visible = queries.visible(viewer, now=now)
        self._until = time.monotonic() + door.timeout_s

    def _ask(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._door.search(self._index, body, within_s=self._until - time.monotonic())

    def common(self, pieces: Sequence[str]) -> tuple[str, ...]:
        """Return the pieces of a large index that are in a fifth of it, or in too many documents together with rarer ones.

        The rarest come first.
        """
        nets = [piece_of_text(piece) if is_cjk(piece) else Word(piece) for piece in pieces]
        counted = {str(place): queries.matching(net) for place, net in enumerate(nets)}
        # Marks of what is gone are no documents.
        there = {"bool": {"filter": [queries.THERE]}}
        counting = {"pieces": {"filters": {"filters": counted}}}
        answer = self._ask({"size": 0, "track_total_hits": True, "query": there, "aggs": counting})
        documents = int(answer["hits"]["total"]["value"])
        if documents < COMMON_FROM_DOCS:
            return ()
        buckets = answer["aggregations"]["pieces"]["buckets"]
        found = {piece: float(buckets[str(place)]["doc_count"]) for place, piece in enumerate(pieces)}
        return common_among(found, documents)

    def catch(self, planned: Iterable[Step], query: Query, asked: Terms) -> Catch:
        """Try the nets from the finest to the widest; read as far as the page reaches."""
        caught = cast_all(planned, lambda step: self._cast(step, query, asked))
        candidates, rest = self._in_order(caught, query, asked)
        return Catch(
            step=caught.step if caught.total else None,
            total=caught.total,
            exact=caught.exact,
            candidates=candidates,
            rest=rest,
            facets={name: _facet(caught.answer, place, query) for place, name in enumerate(query.facets)},
        )

    def finds(self, net: Net, query: Query) -> bool:
        """Tell whether the net holds any document that passes the filters."""
        filters = [queries.having(*each) for each in chosen(query).items()]
        conditions = [*self._always(query), *filters, queries.matching(net)]
        asked = {"size": 0, "track_total_hits": 1, "query": {"bool": {"filter": conditions}}}
        return bool(self._ask(asked)["hits"]["total"]["value"])

    def contents(self, keys: Sequence[str]) -> dict[str, SearchDoc]:
        """Return documents by key; what was taken from the viewer in between is not among them."""
        if not keys:
            return {}
        conditions = [{"ids": {"values": keys}}, *self._visible]
        asked = {"size": len(keys), "track_total_hits": False, "query": {"bool": {"filter": conditions}}}
        found = self._ask(asked)["hits"]["hits"]
        return {hit["_id"]: decode(hit["_source"]["data"]) for hit in found}

    def keys(self, query: Query) -> tuple[str, ...]:
        """Return the keys of all that passes the filters, at most 10,000."""
        conditions = [*self._always(query), *(queries.having(*each) for each in chosen(query).items())]
        listed = {"size": COUNT_UP_TO, "sort": [{"kind": "asc"}, {"pk": "asc"}], "docvalue_fields": ["pk"]}
        asked = {"query": {"bool": {"filter": conditions}}, "track_total_hits": False, **listed, **UNRANKED}
        return tuple(hit["fields"]["pk"][0] for hit in self._ask(asked)["hits"]["hits"])

    def _always(self, query: Query) -> list[Mapping[str, Any]]:
        return [*self._visible, *([queries.free_in(query.free)] if query.free else [])]

    def _cast(self, step: Step | None, query: Query, asked: Terms) -> Caught:
        ranked = is_ranked(query, asked)
        question = self._question(step, query, asked if ranked else None)
        last = page_of(query).stop
        first = min(last, WINDOW if ranked else COUNT_UP_TO)
        page = {"size": first, "track_total_hits": COUNT_UP_TO, **(RANKED if ranked else UNRANKED)}
        counted = {"aggs": _counting(query)} if query.facets else {}
        return Caught(step, question, self._ask({**question, **page, **counted}))

    def _question(self, step: Step | None, query: Query, asked: Terms | None) -> Mapping[str, Any]:
        """Return what is looked for and in which order; filters of counted facets come after the counting."""
        filters = chosen(query)
        before = [queries.having(*each) for each in filters.items() if each[0] not in query.facets]
        after = [queries.having(*each) for each in filters.items() if each[0] in query.facets]
        conditions = [*self._always(query), *before, *([queries.matching(step.net)] if step else [])]
        worth, order = _worth(step.net, asked) if step and asked else ([], BY_DATE)
        question = {"bool": {"filter": conditions, **({"should": worth} if worth else {})}}
        return {
            "query": question,
            "sort": order,
            **({"post_filter": {"bool": {"filter": after}}} if after else {}),
        }

    def _in_order(self, caught: Caught, query: Query, asked: Terms) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
        """Return the documents up to the end of the page: a window for the shared order, and keys after it."""
        last = min(page_of(query).stop, COUNT_UP_TO)
        if not is_ranked(query, asked):
            return (), tuple(hit["_id"] for hit in caught.hits)
        if last <= WINDOW or caught.total <= WINDOW:
            return _candidates(caught), ()
        page = {"from": WINDOW, "size": last - WINDOW, "track_total_hits": False, **UNRANKED}
        rest = self._ask({**caught.asked, **page})["hits"]["hits"]
        return _candidates(caught), tuple(hit["_id"] for hit in rest)


def _worth(net: Net, asked: Terms) -> tuple[list[queries.Clause], Sequence[Mapping[str, Any]]]:
    """Return what documents are worth to a net, and the order that follows from it."""
    same = queries.same_title(asked)
    return ([*queries.standing(net), same], BY_PLACE) if is_bare(net) else ([*queries.scoring(net), same], BY_WORTH)


def _candidates(caught: Caught) -> tuple[Candidate, ...]:
    """Return what the order depends on; a document with the same title is worth as much as the best of the others."""
    if caught.step and is_bare(caught.step.net):
        return tuple(_candidate(hit, 0.0) for hit in caught.hits)
    worth = [float(hit["_score"]) for hit in caught.hits if queries.SAME_TITLE not in hit.get("matched_queries", ())]
    best = max(worth, default=1.0)
    return tuple(_candidate(hit, min(float(hit["_score"]), best)) for hit in caught.hits)


def _candidate(hit: Mapping[str, Any], worth: float) -> Candidate:
    fields = hit["fields"]
    title_key, title, body = (fields.get(name, [""])[0] for name in RANKED["stored_fields"])
    return Candidate(hit["_id"], worth, title_key, title, body, fields.get("published_at", [None])[0])


def _counting(query: Query) -> Mapping[str, Any]:
    """Return the counts of all facets, by place: names may hold anything."""
    filters = {name: values for name, values in chosen(query).items() if name in query.facets}
    counted = {}
    for place, name in enumerate(query.facets):
        others = [queries.having(*each) for each in filters.items() if each[0] != name]
        counted[str(place)] = queries.counting(name, filters.get(name, ()), others)
    return counted


def _facet(answer: Mapping[str, Any], place: int, query: Query) -> tuple[FacetCount, ...]:
    counted, name = answer["aggregations"][str(place)], query.facets[place]
    selected = chosen(query).get(name, ())
    labelled: dict[tuple[str, str], int] = {}
    for bucket in counted["values"]["buckets"]:
        value, label = json.loads(bucket["key"])
        labelled[value, label] = bucket["doc_count"]
    counts = counts_of(labelled)
    for number, value in enumerate(selected[: queries.MOST_CHOSEN]):
        own = counted[f"chosen{number}"]
        if value not in counts and own["doc_count"]:
            counts[value] = (own["doc_count"], _label(own["one"]["hits"]["hits"][0], name, value))
    return listed(counts, selected)


def _label(hit: Mapping[str, Any], name: str, value: str) -> str:
    return facets_of(decode(hit["_source"]["data"]))[name][value]
