"""Casting the nets of a question into one snapshot of the index."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from search.analysis import terms
from search.encoding import decode
from search.engines.answering import Catch, is_ranked, page_of
from search.engines.embedded.expressions import expression
from search.engines.embedded.selection import Selection
from search.ranking import WINDOW, Candidate
from search.recall import Step
from search.schema import Query, SearchDoc

# In the order of the table's columns: title, subtitle, tags, people, body, transcript, words, syllables, initials.
WEIGHTS = "8.0, 4.0, 4.0, 6.0, 1.0, 0.7, 2.0, 2.0, 1.0"
# A pair of characters in more than a fifth of all documents tells little and costs most; small indexes keep them all.
COMMON_SHARE = 0.2
COMMON_FROM_DOCS = 200
# As `Candidate` names them.
RANKED_BY = "title_key, title_folded, body_folded, published_at"
NEWEST = "d.published_at IS NULL, d.published_at DESC, d.rowid DESC"


@dataclass(frozen=True, slots=True)
class Caught:
    """What one net holds."""

    step: Step | None
    selection: Selection
    total: int
    exact: bool


class EmbeddedRecall:
    """One question on one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def common(self, pieces: Sequence[str]) -> frozenset[str]:
        """Return the pieces that stand in more than a fifth of the documents of a large index."""
        documents = int(self._connection.execute("SELECT count(*) FROM doc").fetchone()[0])
        if documents < COMMON_FROM_DOCS:
            return frozenset()
        marks = ", ".join("?" * len(pieces))
        rows = self._connection.execute(
            f"SELECT term, doc FROM fts_terms WHERE term IN ({marks})",  # noqa: S608  # only question marks
            tuple(pieces),
        )
        return frozenset(str(term) for term, found in rows if found > documents * COMMON_SHARE)

    def catch(self, planned: Sequence[Step], query: Query) -> Catch:
        """Try the nets from the finest to the widest; read as far as the page reaches."""
        caught = self._cast_all(planned, query)
        candidates, rest = self._in_order(caught.selection, query)
        return Catch(
            step=caught.step if caught.total else None,
            total=caught.total,
            exact=caught.exact,
            candidates=candidates,
            rest=rest,
            facets={name: caught.selection.facet(name) for name in query.facets},
        )

    def contents(self, keys: Sequence[str]) -> dict[str, SearchDoc]:
        """Return documents by key."""
        sql = "SELECT data FROM doc WHERE kind = ? AND pk = ?"
        rows = {key: self._connection.execute(sql, _kind_and_pk(key)).fetchone() for key in keys}
        return {key: decode(data) for key, (data,) in rows.items()}

    def _cast_all(self, planned: Sequence[Step], query: Query) -> Caught:
        caught: Caught | None = None
        for step in planned:
            wider = self._cast(step, query)
            caught = wider if caught is None or wider.total > caught.total else caught
            if caught.total >= step.enough:
                break
        return caught or self._cast(None, query)

    def _cast(self, step: Step | None, query: Query) -> Caught:
        selection = Selection(self._connection, query, expression(step.net) if step else None)
        total, exact = selection.count()
        return Caught(step, selection, total, exact)

    def _in_order(self, selection: Selection, query: Query) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
        """Return the documents up to the end of the page: a window for the shared order, and keys after it."""
        last = page_of(query).stop
        if not last:
            return (), ()
        asked = terms(query.text)
        if is_ranked(query, asked):
            return self._relevant(selection, asked.key, last)
        source, params = selection.source()
        sql = f"SELECT d.kind, d.pk {source} ORDER BY {NEWEST} LIMIT {last}"
        return (), tuple(key_of(*row) for row in self._connection.execute(sql, params))

    def _relevant(
        self, selection: Selection, title_key: str, last: int
    ) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
        source, params = selection.source()
        order = f"bm25(fts, {WEIGHTS})"
        sql = (
            f"SELECT d.rowid, d.kind, d.pk, -{order} {source} ORDER BY d.title_key = ? DESC, {order}, d.rowid"
            f" LIMIT {max(WINDOW, last)}"
        )
        found = self._connection.execute(sql, (*params, title_key)).fetchall()
        candidates = self._candidates({int(rowid): float(score) for rowid, _kind, _pk, score in found[:WINDOW]})
        return candidates, tuple(key_of(kind, pk) for _rowid, kind, pk, _score in found[WINDOW:])

    def _candidates(self, scores: dict[int, float]) -> tuple[Candidate, ...]:
        marks = ", ".join("?" * len(scores))
        rows = self._connection.execute(
            f"SELECT rowid, kind, pk, {RANKED_BY} FROM doc WHERE rowid IN ({marks})",  # noqa: S608  # only question marks
            tuple(scores),
        )
        return tuple(Candidate(key_of(kind, pk), scores[rowid], *rest) for rowid, kind, pk, *rest in rows)


def key_of(kind: str, pk: str) -> str:
    """Return the key of a document; kinds hold no colon."""
    return f"{kind}:{pk}"


def _kind_and_pk(key: str) -> tuple[str, str]:
    kind, _colon, pk = key.partition(":")
    return kind, pk
