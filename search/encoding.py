"""Documents as JSON: how engines keep them, read them back, and tell whether two are the same."""

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from search.free import merged
from search.schema import Facet, SearchDoc, Segment, Visibility


def encode(doc: SearchDoc) -> str:
    """Write a document as JSON, the same text for the same content; the version is kept apart."""
    fields = asdict(doc) | {"version": 0, "free": merged(doc.free)}
    return storable(json.dumps(fields, default=_encode_date, sort_keys=True, ensure_ascii=False))


def _encode_date(value: datetime) -> str:
    return value.isoformat()


def decode(data: str) -> SearchDoc:
    """Read a document back."""
    fields: dict[str, Any] = json.loads(data)
    published, ends = fields["published_at"], fields["ends_at"]
    return SearchDoc(
        **fields
        | {
            "tags": tuple(fields["tags"]),
            "people": tuple(fields["people"]),
            "facets": {name: tuple(Facet(**each) for each in values) for name, values in fields["facets"].items()},
            "published_at": datetime.fromisoformat(published) if published else None,
            "ends_at": datetime.fromisoformat(ends) if ends else None,
            "segments": tuple(Segment(**each) for each in fields["segments"]),
            # A file of the layout before knows no free times; it answers until it is made anew.
            "free": tuple(
                (datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in fields.get("free", ())
            ),
            "visibility": Visibility(**{name: _tuple(value) for name, value in fields["visibility"].items()}),
        },
    )


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def digest(encoded: str) -> str:
    """Return a fingerprint of an encoded document."""
    return hashlib.blake2b(encoded.encode(), digest_size=16).hexdigest()


def storable(text: str) -> str:
    """Return text that can be stored: halves of surrogate pairs become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")
