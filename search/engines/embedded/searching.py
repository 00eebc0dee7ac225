"""Answering a question from one snapshot of the index."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from search.analysis import Terms, terms
from search.encoding import decode
from search.engines.embedded.expressions import PINYIN, stages
from search.engines.embedded.selection import COUNT_UP_TO, Selection
from search.highlight import best_segment, highlight, snippet, written_as
from search.ranking import WINDOW, Candidate, Ranked, rerank
from search.schema import MAX_PAGE_SIZE, Hit, Query, Result, SearchDoc

# In the order of the table's columns: title, subtitle, tags, people, body, transcript, words, syllables, initials.
WEIGHTS = "8.0, 4.0, 4.0, 6.0, 1.0, 0.7, 2.0, 2.0, 1.0"
# A pair of characters in more than a fifth of all documents tells little and costs most; small indexes keep them all.
COMMON_SHARE = 0.2
COMMON_FROM_DOCS = 200
NEWEST = "d.published_at IS NULL, d.published_at DESC, d.rowid DESC"


@dataclass(frozen=True, slots=True)
class Caught:
    """What the chosen net holds."""

    selection: Selection
    total: int
    exact: bool
    relaxed: str | None = None


class Search:
    """One question on one connection."""

    def __init__(self, connection: sqlite3.Connection, query: Query, *, engine: str) -> None:
        self._connection = connection
        self._query = query
        self._engine = engine
        self._terms = terms(query.text)

    def answer(self) -> Result:
        """Return hits, counts and facets; the time is measured by the caller."""
        if not self._terms.runs and self._query.text.strip():
            return Result(hits=(), total=0, engine=self._engine, facets=dict.fromkeys(self._query.facets, ()))
        caught = self._catch()
        hits = tuple(self._hit(ranked) for ranked in self._page(caught.selection))
        meant = written_as(self._terms, hits[0].title) if caught.relaxed == PINYIN and hits else None
        return Result(
            hits=hits,
            total=caught.total,
            total_exact=caught.exact,
            facets={name: caught.selection.facet(name) for name in self._query.facets},
            suggestion=meant,
            relaxed=caught.relaxed,
            engine=self._engine,
        )

    def _catch(self) -> Caught:
        """Try the nets from the finest to the widest."""
        if not self._terms.runs:
            return self._cast(None, None)
        caught: Caught | None = None
        needed = 1
        for stage in stages(self._terms, self._common):
            if caught and caught.total >= needed:
                break
            wider = self._cast(stage.expression, stage.relaxed)
            caught = wider if caught is None or wider.total > caught.total else caught
            needed = stage.enough
        return caught or self._cast(None, None)

    def _cast(self, expression: str | None, relaxed: str | None) -> Caught:
        selection = Selection(self._connection, self._query, expression)
        total, exact = selection.count()
        return Caught(selection, total, exact, relaxed if total else None)

    def _common(self, pieces: Sequence[str]) -> set[str]:
        """Return the pieces that stand in more than a fifth of the documents of a large index."""
        documents = int(self._connection.execute("SELECT count(*) FROM doc").fetchone()[0])
        if documents < COMMON_FROM_DOCS:
            return set()
        marks = ", ".join("?" * len(pieces))
        rows = self._connection.execute(
            f"SELECT term, doc FROM fts_terms WHERE term IN ({marks})",  # noqa: S608  # only question marks
            tuple(pieces),
        )
        return {str(term) for term, found in rows if found > documents * COMMON_SHARE}

    def _page(self, selection: Selection) -> list[Ranked]:
        size = max(1, min(self._query.page_size, MAX_PAGE_SIZE))
        first = (max(1, self._query.page) - 1) * size
        if first >= COUNT_UP_TO:
            return []
        if self._query.sort == "newest" or not self._terms.runs:
            return self._newest(selection, first, size)
        return self._relevant(selection, first + size)[first : first + size]

    def _newest(self, selection: Selection, first: int, size: int) -> list[Ranked]:
        source, params = selection.source()
        sql = f"SELECT d.rowid {source} ORDER BY {NEWEST} LIMIT {size} OFFSET {first}"
        return [Ranked(rowid, 0.0) for (rowid,) in self._connection.execute(sql, params)]

    def _relevant(self, selection: Selection, last: int) -> list[Ranked]:
        """Return the first `last` documents: a window in the shared order, after it the engine's own order."""
        source, params = selection.source()
        order = f"bm25(fts, {WEIGHTS})"
        sql = (
            f"SELECT d.rowid, -{order} {source} ORDER BY d.title_key = ? DESC, {order}, d.rowid"
            f" LIMIT {max(WINDOW, last)}"
        )
        found = self._connection.execute(sql, (*params, self._terms.key)).fetchall()
        scores = {int(rowid): float(score) for rowid, score in found}
        window = rerank(self._terms, self._candidates(list(scores)[:WINDOW], scores))
        return [*window, *(Ranked(rowid, 0.0) for rowid in list(scores)[WINDOW:])]

    def _candidates(self, rowids: Sequence[int], scores: dict[int, float]) -> list[Candidate]:
        marks = ", ".join("?" * len(rowids))
        rows = self._connection.execute(
            f"SELECT rowid, title_key, title_folded, body_folded, published_at FROM doc WHERE rowid IN ({marks})",  # noqa: S608  # only question marks
            tuple(rowids),
        )
        return [Candidate(rowid, scores[rowid], *rest) for rowid, *rest in rows]

    def _hit(self, ranked: Ranked) -> Hit:
        row = self._connection.execute("SELECT data FROM doc WHERE rowid = ?", (ranked.rowid,)).fetchone()
        return hit(decode(row[0]), self._terms, ranked.score)


def hit(doc: SearchDoc, asked: Terms, score: float) -> Hit:
    """Return a document as it is shown in a list of results."""
    segment = best_segment(doc.segments, asked)
    return Hit(
        kind=doc.kind,
        id=doc.pk,
        url=doc.url,
        title=doc.title,
        title_html=highlight(doc.title, asked),
        snippet_html=snippet(doc, asked, segment),
        score=round(score, 4),
        found_at_s=segment.start_s if segment else None,
        subtitle=doc.subtitle,
        people=doc.people,
        tags=doc.tags,
        published_at=doc.published_at,
        duration_s=doc.duration_s,
        thumbnail=doc.thumbnail,
    )
