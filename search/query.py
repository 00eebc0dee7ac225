"""The door for questions; only the portal opens it."""

import sqlite3

import structlog

from search import log
from search.configured import answering_engine
from search.models import Cursor
from search.schema import Query, Result, SuggestionGroup, Viewer

logger = structlog.get_logger(__name__)

SUGGESTIONS_PER_GROUP = 6


def search(query: Query) -> Result:
    """Answer a question with what its viewer may find.

    Never raises for anything that a person can type. When the index cannot be read the result is empty and
    `degraded` is True.
    """
    engine = answering_engine()
    try:
        return engine.search(query)
    except (sqlite3.Error, OSError):
        logger.exception("search.failed")
        return Result(hits=(), total=0, total_exact=False, engine=engine.name, degraded=True)


def keys(query: Query) -> tuple[str, ...]:
    """Return the keys of all that its viewer may find and that passes the filters of a question about one kind.

    The words are left aside. At most 10,000; none when the index cannot be read.
    """
    try:
        return answering_engine().keys(query)
    except (sqlite3.Error, OSError):
        logger.exception("search.keys_failed")
        return ()


def suggest(text: str, viewer: Viewer, *, limit: int = SUGGESTIONS_PER_GROUP) -> tuple[SuggestionGroup, ...]:
    """Complete what is being typed, at most `limit` items for each kind; empty when the index cannot be read."""
    try:
        return answering_engine().suggest(text, viewer, limit=limit)
    except (sqlite3.Error, OSError):
        logger.exception("search.suggest_failed")
        return ()


def is_answering() -> bool:
    """Tell whether the index can be read; `/readyz` asks."""
    return not search(Query(text="", page_size=1)).degraded


def backlog() -> int:
    """Return how many changes the slowest living reader of the log has not seen yet."""
    return log.waiting(log.position_of(Cursor.objects.order_by("transaction", "entry").first()))
