"""Casting the nets of a question into one snapshot of the index."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from search.analysis import Terms, is_cjk
from search.encoding import decode
from search.engines.answering import Catch, is_ranked, page_of
from search.engines.casting import COMMON_FROM_DOCS, cast_all, common_among
from search.engines.embedded.expressions import expression
from search.engines.embedded.matching import Matching, Row, rowid_of
from search.engines.embedded.selection import Selection
from search.engines.embedded.storage import Snapshot
from search.engines.faceting import chosen
from search.ranking import WINDOW, Candidate
from search.recall import Net, Step, Word, piece_of_text
from search.schema import Query, SearchDoc

# How frequent a piece is, is seen from so many documents that were written last.
SAMPLE = 2000


@dataclass(frozen=True, slots=True)
class Caught:
    """What one net holds."""

    step: Step | None
    selection: Selection
    total: int
    exact: bool


class EmbeddedRecall:
    """One question to one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._connection = snapshot.connection

    def common(self, pieces: Sequence[str]) -> tuple[str, ...]:
        """Return the pieces of a large index that are in a fifth of it, or in too many documents together with rarer ones.

        The rarest come first.
        """
        documents = self._documents()
        if documents < COMMON_FROM_DOCS:
            return ()
        sampled = min(SAMPLE, documents)
        sql = "SELECT rowid FROM slim ORDER BY rowid DESC LIMIT 1 OFFSET ?"
        since = self._connection.execute(sql, (sampled - 1,)).fetchone()[0]
        scale = documents / sampled
        return common_among({piece: self._found_since(piece, since) * scale for piece in pieces}, documents)

    def _documents(self) -> int:
        return int(self._connection.execute("SELECT value FROM meta WHERE name = 'documents'").fetchone()[0])

    def _found_since(self, piece: str, rowid: int) -> int:
        """Count the documents with a piece among those written last."""
        net = piece_of_text(piece) if is_cjk(piece) else Word(piece)
        sql = "SELECT count(*) FROM wide WHERE wide MATCH ? AND rowid >= ?"
        return int(self._connection.execute(sql, (expression(net), rowid)).fetchone()[0])

    def catch(self, planned: Iterable[Step], query: Query, asked: Terms) -> Catch:
        """Try the nets from the finest to the widest; read as far as the page reaches."""
        ranked = is_ranked(query, asked)
        caught = cast_all(planned, lambda step: self._cast(step, query, ranked=ranked))
        candidates, rest = self._in_order(caught, query, asked)
        return Catch(
            step=caught.step if caught.total else None,
            total=caught.total,
            exact=caught.exact,
            candidates=candidates,
            rest=rest,
            facets={name: caught.selection.facet(name) for name in query.facets},
        )

    def finds(self, net: Net, query: Query) -> bool:
        """Tell whether the net holds any document that passes the filters."""
        return Matching(self._snapshot, query, net, ranked=True).exists(chosen(query))

    def contents(self, keys: Sequence[str]) -> dict[str, SearchDoc]:
        """Return documents by key."""
        sql = "SELECT data FROM content WHERE kind = ? AND pk = ?"
        rows = {key: self._connection.execute(sql, _kind_and_pk(key)).fetchone() for key in keys}
        return {key: decode(data) for key, (data,) in rows.items()}

    def keys(self, query: Query) -> tuple[str, ...]:
        """Return the keys of all that passes the filters, at most 10,000."""
        numbers = [rowid_of(row) for row in Selection(self._snapshot, query, None, ranked=False).rows()]
        sql = "SELECT pk FROM content WHERE rowid IN (SELECT value FROM json_each(?)) ORDER BY kind, pk"
        return tuple(pk for (pk,) in self._connection.execute(sql, (json.dumps(numbers),)))

    def _cast(self, step: Step | None, query: Query, *, ranked: bool) -> Caught:
        selection = Selection(self._snapshot, query, step.net if step else None, ranked=ranked)
        total, exact = selection.count()
        return Caught(step, selection, total, exact)

    def _in_order(self, caught: Caught, query: Query, asked: Terms) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
        """Return the documents up to the end of the page: a window for the shared order, and keys after it."""
        last = page_of(query).stop
        if not last:
            return (), ()
        if not is_ranked(query, asked):
            return (), self._keys(caught.selection.rows()[:last])
        found = self._connection.execute("SELECT rowid FROM content WHERE title_key = ?", (asked.key,))
        ordered = caught.selection.best_first([int(rowid) for (rowid,) in found], max(WINDOW, last))
        return self._candidates(ordered[:WINDOW]), self._keys(ordered[WINDOW:last])

    def _keys(self, rows: Sequence[Row]) -> tuple[str, ...]:
        sql = "SELECT kind, pk FROM content WHERE rowid = ?"
        return tuple(key_of(*self._connection.execute(sql, (rowid_of(row),)).fetchone()) for row in rows)

    def _candidates(self, rows: Sequence[Row]) -> tuple[Candidate, ...]:
        scores = {rowid: score for rowid, _shape, score in rows}
        sql = (
            "SELECT c.rowid, c.kind, c.pk, c.title_key, c.title_folded, c.body_folded, s.published_at"
            " FROM content c JOIN slim s USING (rowid) WHERE c.rowid IN (SELECT value FROM json_each(?))"
        )
        found = self._connection.execute(sql, (json.dumps(list(scores)),))
        return tuple(Candidate(key_of(kind, pk), scores[rowid], *rest) for rowid, kind, pk, *rest in found)


def key_of(kind: str, pk: str) -> str:
    """Return the key of a document; kinds hold no colon."""
    return f"{kind}:{pk}"


def _kind_and_pk(key: str) -> tuple[str, str]:
    kind, _colon, pk = key.partition(":")
    return kind, pk
