"""Which documents a question may see: one FROM and WHERE for hits, counts, facets and suggestions alike."""

import json
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass

from search.encoding import storable
from search.engines.answering import COUNT_UP_TO
from search.schema import FacetCount, Query, Viewer

MAX_FACET_VALUES = 100
KIND = "kind"


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL with its parameters; `field` names the filter it stands for, if any."""

    sql: str
    params: tuple[str, ...]
    field: str = ""


def _one_of(values: Sequence[str]) -> str:
    return json.dumps([storable(value) for value in values])


def visible(viewer: Viewer) -> list[Condition]:
    """Return the condition that the viewer may find the document."""
    if viewer.all_seeing:
        return []
    sql = "EXISTS (SELECT 1 FROM access WHERE doc = d.rowid AND token IN (SELECT value FROM json_each(?)))"
    return [Condition(sql, (_one_of(viewer.tokens()),))]


def current() -> Condition:
    """Return the condition that the document's time is not over: what ends leaves the answers at that instant."""
    return Condition("(d.ends_at IS NULL OR d.ends_at >= ?)", (str(time.time()),))


def _filtered(field: str, values: Sequence[str]) -> Condition:
    if field == KIND:
        return Condition("d.kind IN (SELECT value FROM json_each(?))", (_one_of(values),), field)
    sql = (
        "EXISTS (SELECT 1 FROM facet WHERE doc = d.rowid AND field = ? AND value IN (SELECT value FROM json_each(?)))"
    )
    return Condition(sql, (storable(field), _one_of(values)), field)


def chosen(query: Query) -> dict[str, tuple[str, ...]]:
    """Return the filters with values, the kinds among them."""
    filters = {field: tuple(values) for field, values in query.filters.items() if values}
    if query.kinds:
        filters[KIND] = query.kinds
    return filters


class Selection:
    """The documents that match an expression (or all, when there is none), are visible and pass the filters."""

    def __init__(self, connection: sqlite3.Connection, query: Query, expression: str | None) -> None:
        self._connection = connection
        self._chosen = chosen(query)
        self._expression = expression
        filters = [_filtered(field, values) for field, values in self._chosen.items()]
        self._conditions = [current(), *visible(query.viewer), *filters]

    def source(self, *, without: str = "", join: str = "") -> tuple[str, tuple[str, ...]]:
        """Return FROM and WHERE with parameters; `without` leaves one field's filter out."""
        conditions = [each for each in self._conditions if not without or each.field != without]
        tables = "doc d" if self._expression is None else "fts JOIN doc d ON d.rowid = fts.rowid"
        if self._expression is not None:
            conditions.insert(0, Condition("fts MATCH ?", (self._expression,)))
        where = " AND ".join(each.sql for each in conditions) or "1"
        return f"FROM {tables} {join} WHERE {where}", tuple(param for each in conditions for param in each.params)

    def count(self) -> tuple[int, bool]:
        """Return how many documents there are, and whether that is exact (counting stops at 10,000)."""
        source, params = self.source()
        sql = f"SELECT count(*) FROM (SELECT 1 {source} LIMIT {COUNT_UP_TO + 1})"  # noqa: S608
        total = int(self._connection.execute(sql, params).fetchone()[0])
        return min(total, COUNT_UP_TO), total <= COUNT_UP_TO

    def facet(self, field: str) -> tuple[FacetCount, ...]:
        """Count the values of a field, its own filter left out, so that a choice still shows its siblings."""
        selected = self._chosen.get(field, ())
        rows = self._facet_rows(field)
        counted = {str(value) for value, _label, _count in rows}
        counts = [FacetCount(str(value), str(label), int(count), value in selected) for value, label, count in rows]
        absent = [FacetCount(value, value, 0, selected=True) for value in selected if value not in counted]
        return (*counts, *absent)

    def _facet_rows(self, field: str) -> list[tuple[str, str, int]]:
        if field == KIND:
            source, params = self.source(without=KIND)
            sql = f"SELECT d.kind, d.kind, count(*) AS found {source} GROUP BY d.kind"
        else:
            # CROSS keeps SQLite from starting at the facet table, which has a row for every document.
            source, params = self.source(without=field, join="CROSS JOIN facet f ON f.doc = d.rowid AND f.field = ?")
            params = (storable(field), *params)
            sql = f"SELECT f.value, min(f.label), count(*) AS found {source} GROUP BY f.value"
        sql += f" ORDER BY found DESC, 1 LIMIT {MAX_FACET_VALUES}"
        return list(self._connection.execute(sql, params))
