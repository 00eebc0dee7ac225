"""Completing what is being typed, from titles and names that the viewer may find."""

import sqlite3

from search.analysis import Terms, fold, terms
from search.encoding import decode
from search.engines.embedded.expressions import expression
from search.engines.embedded.searching import WEIGHTS
from search.engines.embedded.selection import Selection
from search.pinyin import syllable_spans
from search.recall import completion
from search.schema import Query, SearchDoc, Suggestion, SuggestionGroup, Viewer

PEOPLE = "people"
LOOK_AT = 60


def suggest(connection: sqlite3.Connection, text: str, viewer: Viewer, *, limit: int) -> tuple[SuggestionGroup, ...]:
    """Return groups of at most `limit` completions: one for each kind of document, then names."""
    asked = terms(text)
    if not asked.runs:
        return ()
    groups: dict[str, dict[str, Suggestion]] = {}
    names: dict[str, Suggestion] = {}
    for doc in _documents(connection, asked, viewer):
        if _fits(doc.title, asked):
            groups.setdefault(doc.kind, {}).setdefault(doc.title, Suggestion(doc.title, doc.url))
        names |= {name: Suggestion(name, "") for name in doc.people if name not in names and _fits(name, asked)}
    if names:
        groups[PEOPLE] = names
    return tuple(SuggestionGroup(kind, _best(items, asked, limit)) for kind, items in groups.items())


def _documents(connection: sqlite3.Connection, asked: Terms, viewer: Viewer) -> list[SearchDoc]:
    selection = Selection(connection, Query(text="", viewer=viewer), expression(completion(asked)))
    source, params = selection.source()
    sql = f"SELECT d.data {source} ORDER BY bm25(fts, {WEIGHTS}), d.rowid LIMIT {LOOK_AT}"
    return [decode(data) for (data,) in connection.execute(sql, params)]


def _fits(text: str, asked: Terms) -> bool:
    """Tell whether the title or name itself holds what was typed; its document may match by another part."""
    folded = fold(text)
    return all(run in folded or syllable_spans(folded, run) for run in asked.runs)


def _best(items: dict[str, Suggestion], asked: Terms, limit: int) -> tuple[Suggestion, ...]:
    """Put those first that begin with what was typed."""
    begins = sorted(items.values(), key=lambda item: not fold(item.text).startswith(asked.runs[0]))
    return tuple(begins[:limit])
