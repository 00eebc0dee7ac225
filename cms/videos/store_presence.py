"""Whether a store is there at all: a disk that is not mounted looks like one from which everything was lost."""

from collections.abc import Callable, Collection
from typing import Any

import structlog
from django.db import DatabaseError

from cms.videos import original_stores, store_marks
from cms.videos.errors import StorageAway
from cms.videos.queries import named_generations, named_originals
from cms.videos.rendition_stores import rendition_store

log = structlog.get_logger("weike.videos")
Names = Callable[[], Collection[Any]]


def require_renditions() -> None:
    """Raise StorageAway unless the store of what was made is there, and is this site's."""
    require("renditions", lambda: set(rendition_store().generations(older_than_s=0)), named_generations)


def require_originals() -> None:
    """Raise StorageAway unless the store of what people sent is there, and is this site's."""
    require("originals", lambda: set(original_stores.names(older_than_s=0)), named_originals)


def require(alias: str, lying: Names, named: Names) -> None:
    """Raise StorageAway unless our mark can be read in a store; one that was never marked is looked through."""
    try:
        marked = store_marks.is_marked(alias)
        there = store_marks.adopt(alias, lying(), named()) if marked is None else marked
    except DatabaseError:
        raise
    except Exception as error:
        # Whatever is in the way of a file of our own is in the way of all.
        log.exception("videos.store_away", store=alias)
        raise StorageAway from error
    if not there:
        log.error("videos.store_away", store=alias)
        raise StorageAway
