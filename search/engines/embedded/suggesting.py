"""Completing what is being typed, from titles and names that the viewer may find."""

import json

from search.analysis import Terms, terms
from search.engines.completing import Named, completions
from search.engines.embedded.expressions import expression
from search.engines.embedded.matching import WEIGHTS, visible
from search.engines.embedded.storage import Snapshot
from search.recall import completion
from search.schema import SuggestionGroup, Viewer

LOOK_AT = 40
# So many are put in order, the newest that match; those whose title begins so are looked for beside them.
MOST_MATCHED = 400
LAST_CHARACTER = "\U0010ffff"


def suggest(snapshot: Snapshot, text: str, viewer: Viewer, *, limit: int) -> tuple[SuggestionGroup, ...]:
    """Return groups of at most `limit` completions: one for each kind of document, then names."""
    asked = terms(text)
    if not asked.runs:
        return ()
    return completions(_documents(snapshot, asked, viewer), asked, limit=limit)


def _documents(snapshot: Snapshot, asked: Terms, viewer: Viewer) -> list[Named]:
    matched = _matching(snapshot, asked, viewer)
    best = [rowid for rowid, _score in sorted(matched, key=lambda each: (-each[1], each[0]))[:LOOK_AT]]
    if len(matched) == MOST_MATCHED:
        best = list(dict.fromkeys([*_beginning(snapshot, asked, viewer), *best]))[:LOOK_AT]
    sql = "SELECT kind, title, url, people FROM content WHERE rowid = ?"
    rows = [snapshot.connection.execute(sql, (rowid,)).fetchone() for rowid in best]
    return [Named(kind, title, url, tuple(json.loads(people))) for kind, title, url, people in rows]


def _matching(snapshot: Snapshot, asked: Terms, viewer: Viewer) -> list[tuple[int, float]]:
    condition, params = visible(snapshot, viewer)
    sql = (
        f"SELECT s.rowid, -bm25(named, {WEIGHTS['named']})"  # noqa: S608  # the condition is ours
        " FROM named CROSS JOIN slim s ON s.rowid = named.rowid"
        f" WHERE named MATCH ? AND {condition} ORDER BY named.rowid DESC LIMIT {MOST_MATCHED}"
    )
    return snapshot.connection.execute(sql, (expression(completion(asked), of_names=True), *params)).fetchall()


def _beginning(snapshot: Snapshot, asked: Terms, viewer: Viewer) -> list[int]:
    """Return documents whose title begins with what was typed, whatever their age."""
    condition, params = visible(snapshot, viewer)
    sql = (
        "SELECT s.rowid FROM content c CROSS JOIN slim s ON s.rowid = c.rowid"  # noqa: S608  # the condition is ours
        f" WHERE c.title_key >= ? AND c.title_key < ? AND {condition} ORDER BY c.title_key LIMIT {LOOK_AT}"
    )
    found = snapshot.connection.execute(sql, (asked.key, asked.key + LAST_CHARACTER, *params))
    return [int(rowid) for (rowid,) in found]
