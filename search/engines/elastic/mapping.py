"""How an index is laid out: columns of our own tokens, nothing of the server's languages, no field that we did not name."""

from collections.abc import Mapping
from typing import Any

from search.analysis import fingerprint
from search.engines.tokens import LONGEST_WORD

# Raised when the fields or what stands in them change otherwise than by other tokens.
SCHEMA_VERSION = 3
TEXT = ("title", "names", "body")
CHARACTERS = ("title_chars", "name_chars", "chars")
# One field with all tokens of those: whether something stands anywhere is one look instead of three.
PIECES = "pieces"


def made_by() -> str:
    """Return what an index made by this code bears: with another one its fields or tokens may not be those of a question."""
    return f"{SCHEMA_VERSION}-{fingerprint()}"


def layout(*, owner: str = "") -> Mapping[str, Any]:
    """Return settings and mappings of a new index that bears the mark of a site."""
    return {"settings": _settings(), "mappings": _mappings(owner)}


def _settings() -> Mapping[str, Any]:
    return {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        # Named, or the server stops looking for changes where nobody asked for half a minute.
        "refresh_interval": "1s",
        "analysis": {
            "tokenizer": {"blanks": {"type": "whitespace", "max_token_length": 4 * LONGEST_WORD}},
            "analyzer": {"tokens": {"type": "custom", "tokenizer": "blanks"}},
        },
    }


def _mappings(owner: str) -> Mapping[str, Any]:
    tokens = {"type": "text", "analyzer": "tokens"}
    columns = {name: {**tokens, "copy_to": PIECES} for name in (*TEXT, *CHARACTERS)}
    kept = {"type": "keyword", "index": False, "doc_values": False, "store": True}
    return {
        "dynamic": "strict",
        "_meta": {"made_by": made_by(), "owner": owner},
        # What is shown. Tokens are not given back: they are made anew from the database.
        "_source": {"includes": ["data"]},
        "properties": {
            **columns,
            PIECES: {**tokens, "index_options": "docs", "norms": False},
            "syllables": tokens,
            "initials": tokens,
            "kind": {"type": "keyword"},
            "pk": {"type": "keyword"},
            "key": {"type": "keyword"},
            "version": {"type": "long", "index": False},
            "digest": {"type": "keyword", "index": False},
            "deleted": {"type": "boolean"},
            "access": {"type": "keyword"},
            # A field of its own for each name, without a mapping for each.
            "facets": {"type": "flattened"},
            "values": {"type": "keyword", "doc_values": False},
            "published_at": {"type": "double"},
            "ends_at": {"type": "double"},
            "free": {"type": "date_range", "format": "epoch_millis"},
            "title_key": {"type": "keyword", "store": True, "doc_values": False},
            "title_folded": kept,
            "body_folded": kept,
            "title_shown": kept,
            "url": kept,
            "people": kept,
            "data": kept | {"store": False},
        },
    }
