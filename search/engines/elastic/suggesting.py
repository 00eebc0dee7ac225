"""Completing what is being typed, from titles and names that the viewer may find."""

from collections.abc import Mapping
from typing import Any

from search.analysis import Terms, terms
from search.engines.completing import Named, completions
from search.engines.elastic import queries
from search.engines.elastic.door import Door
from search.recall import completion
from search.schema import SuggestionGroup, Viewer

LOOK_AT = 40


def suggest(
    door: Door, index: str, text: str, viewer: Viewer, *, limit: int, now: float
) -> tuple[SuggestionGroup, ...]:
    """Return groups of at most `limit` completions: one for each kind of document, then names."""
    asked = terms(text)
    if not asked.runs:
        return ()
    hits = door.search(index, _question(asked, viewer, now))["hits"]["hits"]
    return completions(map(_named, hits), asked, limit=limit)


def _question(asked: Terms, viewer: Viewer, now: float) -> Mapping[str, Any]:
    net = completion(asked)
    conditions = [*queries.visible(viewer, now=now), queries.matching(net)]
    worth = [*queries.scoring(net, columns=queries.NAME_COLUMNS), queries.begins_so(asked)]
    return {
        "query": {"bool": {"filter": conditions, "should": worth}},
        "size": LOOK_AT,
        "track_total_hits": False,
        "_source": False,
        "stored_fields": ["title_shown", "url", "people"],
        "docvalue_fields": ["kind"],
    }


def _named(hit: Mapping[str, Any]) -> Named:
    fields = hit["fields"]
    [kind], [title], [url] = fields["kind"], fields.get("title_shown", [""]), fields.get("url", [""])
    return Named(kind, title, url, tuple(fields.get("people", ())))
