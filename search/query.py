"""The door for questions; only the portal opens it."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import structlog

from search import generations, log
from search.breaker import Breaker
from search.configured import local_engine, shared_engine
from search.engines.protocol import SharedEngine
from search.models import Cursor
from search.schema import Query, Result, SuggestionGroup, Viewer

logger = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

SUGGESTIONS_PER_GROUP = 6
# What a breaker's thread asks: as much work as a person's question. And what is asked to know that there are answers.
PROBE, ANYTHING = Query(text="党员学习", page_size=1), Query(text="", page_size=1)
# By the engine's number, which holds as long as the engine is kept beside.
_breakers: dict[int, tuple[SharedEngine, Breaker]] = {}


def search(query: Query) -> Result:
    """Answer a question with what its viewer may find.

    Never raises for anything that a person can type. When the configured engine does not answer, this node's own index
    does, and `degraded` is True; when that cannot be read either, the result is empty and `unanswered` True.
    """
    answered = _from_shared(lambda shared: shared.search(query))
    if answered is not None:
        return answered
    result = _locally(query)
    return replace(result, degraded=True) if shared_engine() else result


def _from_shared(question: Callable[[SharedEngine], Answer]) -> Answer | None:
    """Return what the shared index says, or None where there is none or it does not answer."""
    shared = shared_engine()
    if shared is None or not generations.is_one_answering():
        return None
    return breaker_of(shared).ask(lambda: question(shared))


def _locally(query: Query) -> Result:
    engine = local_engine()
    try:
        return engine.search(query)
    except (sqlite3.Error, OSError):
        logger.exception("search.failed")
        return Result(hits=(), total=0, total_exact=False, engine=engine.name, degraded=True, unanswered=True)


def keys(query: Query) -> tuple[str, ...]:
    """Return the keys of all that its viewer may find and that passes the filters of a question about one kind.

    The words are left aside. At most 10,000; none when no index can be read.
    """
    answered = _from_shared(lambda shared: shared.keys(query))
    if answered is not None:
        return answered
    try:
        return local_engine().keys(query)
    except (sqlite3.Error, OSError):
        logger.exception("search.keys_failed")
        return ()


def suggest(text: str, viewer: Viewer, *, limit: int = SUGGESTIONS_PER_GROUP) -> tuple[SuggestionGroup, ...]:
    """Complete what is being typed, at most `limit` items for each kind; empty when no index can be read."""
    answered = _from_shared(lambda shared: shared.suggest(text, viewer, limit=limit))
    if answered is not None:
        return answered
    try:
        return local_engine().suggest(text, viewer, limit=limit)
    except (sqlite3.Error, OSError):
        logger.exception("search.suggest_failed")
        return ()


def breaker_of(shared: SharedEngine) -> Breaker:
    """Return this process's fuse before the shared index."""
    # A process that was forked has an engine of its own, and so another fuse.
    return _breakers.setdefault(id(shared), (shared, Breaker(lambda: shared.search(PROBE))))[1]


def is_answering() -> bool:
    """Tell whether questions are answered, by whatever engine; `/readyz` asks."""
    return not search(ANYTHING).unanswered


def open_breakers() -> dict[str, bool]:
    """Tell for the shared index, where there is one, whether this process leaves it alone because it did not answer."""
    shared = shared_engine()
    return {} if shared is None else {shared.name: breaker_of(shared).is_open}


def backlog() -> dict[str, int]:
    """Return for each index how many changes its slowest living copy has not seen yet."""
    shared = shared_engine()
    names = [local_engine().name, *([shared.name] if shared else [])]
    rows = Cursor.objects.filter(index__in=names).order_by("-transaction", "-entry")
    slowest = {row.index: row for row in rows}
    return {name: log.waiting(log.position_of(slowest.get(name))) for name in names}
