"""One pass over what matches: number, shape and score of each document that the viewer may find."""

import json
import time
from collections.abc import Collection, Mapping, Sequence
from operator import itemgetter

from search.engines.answering import COUNT_UP_TO
from search.engines.casting import is_bare
from search.engines.embedded.expressions import expression, is_of_names
from search.engines.embedded.storage import Snapshot
from search.recall import Net
from search.schema import Query, Span, Viewer

# A document that matches: its number, the number of its shape, and how well (higher is better). Ten thousand of them
# are read at once, so they are plain tuples.
Row = tuple[int, int, float]
rowid_of, shape_of, score_of = itemgetter(0), itemgetter(1), itemgetter(2)
# A piece of SQL with its parameters.
Condition = tuple[str, tuple[str | float, ...]]
# In the order of each table's columns; a question of one character is ranked by where it stands.
WEIGHTS = {"wide": "8, 5, 1, 2, 1, 8, 5, 1", "named": "8, 5, 2, 1, 8, 5"}
NEWEST = "s.published_at DESC, s.rowid DESC"
CURRENT = "(s.ends_at IS NULL OR s.ends_at >= ?)"


def visible(snapshot: Snapshot, viewer: Viewer) -> Condition:
    """Return the condition that the viewer may find a document and that its time is not over."""
    if viewer.all_seeing:
        return CURRENT, (time.time(),)
    audiences = snapshot.shapes.seen_by(snapshot.connection, viewer)
    return f"{CURRENT} AND {_in('s.access')}", (time.time(), json.dumps(audiences))


def free_in(span: Span) -> Condition:
    """Return the condition that a document is free at some instant of the span.

    Its times neither overlap nor touch: the first that ends after the beginning tells. Most documents have none at all.
    """
    starts_at, ends_at = (moment.timestamp() for moment in span)
    if starts_at >= ends_at:
        return "0", ()
    first = "SELECT starts_at FROM free WHERE doc = s.rowid AND ends_at > ? ORDER BY ends_at LIMIT 1"
    return f"s.free_until > ? AND ({first}) < ?", (starts_at, starts_at, ends_at)


class Matching:
    """The documents that match a net (all, when there is none), are free when asked, and that the viewer may find.

    With `ranked` the last written come first, with their scores; without, the last published.
    """

    def __init__(self, snapshot: Snapshot, query: Query, net: Net | None, *, ranked: bool) -> None:
        self._snapshot = snapshot
        self._always = [visible(snapshot, query.viewer), *([free_in(query.free)] if query.free else [])]
        self._net = net
        self._ranked = ranked and net is not None
        # One character tells nothing but where it stands, and half of all documents hold a frequent one.
        self.is_bare = net is not None and is_bare(net)

    def rows(self, chosen: Mapping[str, Collection[str]], *, only: Sequence[int] | None = None) -> list[Row]:
        """Return at most 10,001 that have one of the chosen values in each field, of these documents `only`."""
        return self._read(self._table, chosen, only, scored=not self.is_bare, limit=COUNT_UP_TO + 1)

    def exists(self, chosen: Mapping[str, Collection[str]]) -> bool:
        """Tell whether there is any: one is read, unscored."""
        return bool(self._read(self._table, chosen, None, scored=False, limit=1))

    @property
    def _table(self) -> str:
        return "named" if self._net and is_of_names(self._net) else "wide"

    def titled(self, chosen: Mapping[str, Collection[str]], *, limit: int) -> list[Row]:
        """Return those that match by title and names alone, the best of the newest first."""
        rows = self._read("named", chosen, None, scored=True, limit=limit) if self._ranked else []
        return sorted(rows, key=score_of, reverse=True)

    def _read(
        self,
        table: str,
        chosen: Mapping[str, Collection[str]],
        only: Sequence[int] | None,
        *,
        scored: bool,
        limit: int,
    ) -> list[Row]:
        source, score, order, conditions = "slim s", "0.0", NEWEST, [*self._always]
        if self._net is not None:
            source = f"{table} CROSS JOIN slim s ON s.rowid = {table}.rowid"
            conditions.append((f"{table} MATCH ?", (expression(self._net, of_names=table == "named"),)))
        if self._ranked:
            score, order = f"-bm25({table}, {WEIGHTS[table]})" if scored else score, f"{table}.rowid DESC"
        if only is not None:
            conditions.append((_in(f"{table}.rowid"), (json.dumps(only),)))
        if chosen:
            fitting = self._snapshot.shapes.fitting(self._snapshot.connection, chosen)
            conditions.append((_in("s.shape"), (json.dumps(fitting),)))
        where = " AND ".join(condition for condition, _params in conditions)
        sql = f"SELECT s.rowid, s.shape, {score} FROM {source} WHERE {where} ORDER BY {order} LIMIT {limit}"  # noqa: S608
        params = [param for _condition, some in conditions for param in some]
        return self._snapshot.connection.execute(sql, params).fetchall()


def _in(column: str) -> str:
    return f"{column} IN (SELECT value FROM json_each(?))"  # noqa: S608  # our own columns
