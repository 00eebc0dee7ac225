"""A document as the server keeps it, and the mark that stays of one that is gone."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from search.analysis import fold, key
from search.encoding import digest, encode, storable
from search.engines import tokens
from search.engines.faceting import facets_of
from search.free import merged
from search.schema import SearchDoc

# The server takes no longer ids.
LONGEST_ID = 512
# Nobody asks for more, and a keyword has an end.
LONGEST_TITLE_KEY = 1000


def id_of(kind: str, pk: str) -> str:
    """Return the key of a document; kinds hold no colon."""
    return storable(f"{kind}:{pk}")


def fields_of(doc: SearchDoc) -> Mapping[str, Any]:
    """Return a document's fields."""
    data = encode(doc)
    title = fold(doc.title)
    facets = facets_of(doc)
    return {
        **tokens.columns(doc),
        **_names(doc.kind, doc.pk),
        "version": doc.version,
        "digest": digest(data),
        "deleted": False,
        "access": [storable(token) for token in doc.visibility.tokens()],
        "facets": {storable(field): [labelled(*each) for each in values.items()] for field, values in facets.items()},
        "values": [value_of(field, value) for field, values in facets.items() for value in values],
        "published_at": doc.published_at.timestamp() if doc.published_at else None,
        "ends_at": doc.ends_at.timestamp() if doc.ends_at else None,
        "free": [{"gte": millis(start), "lt": millis(end)} for start, end in merged(doc.free)],
        "title_key": key(title)[:LONGEST_TITLE_KEY],
        "title_folded": title,
        "body_folded": tokens.ranked_body(doc),
        "title_shown": storable(doc.title),
        "url": storable(doc.url),
        "people": [storable(name) for name in doc.people],
        "data": data,
    }


def gone(kind: str, pk: str) -> Mapping[str, Any]:
    """Return the fields of the mark that a document is gone: the server forgets versions of what it deletes itself."""
    return {**_names(kind, pk), "deleted": True}


def _names(kind: str, pk: str) -> Mapping[str, Any]:
    return {"kind": storable(kind), "pk": storable(pk), "key": id_of(kind, pk)}


def millis(moment: datetime) -> int:
    """Return thousandths of a second since 1970."""
    return round(moment.timestamp() * 1000)


def value_of(field: str, value: str) -> str:
    """Return what a filter asks for."""
    return storable(json.dumps([field, value], ensure_ascii=False))


def labelled(value: str, label: str) -> str:
    """Return what is counted of a facet: one text, whatever characters stand in its parts."""
    return storable(json.dumps([value, label], ensure_ascii=False))
