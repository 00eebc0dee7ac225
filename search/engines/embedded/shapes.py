"""What many documents have alike, kept once: who may find them, and their kind with its facets.

Rows of either kind are written and never changed, so what was read of a file stays true as long as the file is.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from search.encoding import storable
from search.engines.faceting import facets_of
from search.schema import SearchDoc, Viewer

# Beyond that a process forgets what it has read of one file and begins again.
MOST_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind and its facets: field → value → label. The kind is a field like any other."""

    facets: Mapping[str, Mapping[str, str]]

    def fits(self, chosen: Mapping[str, frozenset[str]]) -> bool:
        """Tell whether the shape has one of the values of each field: thousands of them, where lecturers are named."""
        return not any(self.facets.get(field, {}).keys().isdisjoint(values) for field, values in chosen.items())


def shape_number(connection: sqlite3.Connection, doc: SearchDoc) -> int:
    """Return the number of a document's shape, a new one where nothing had it before."""
    return _number(connection, "shape", "facets", json.dumps(facets_of(doc), ensure_ascii=False, sort_keys=True))


def access_number(connection: sqlite3.Connection, doc: SearchDoc) -> int:
    """Return the number of those who may find the document."""
    tokens = json.dumps(sorted(set(doc.visibility.tokens())), ensure_ascii=False)
    return _number(connection, "access", "tokens", tokens)


def _number(connection: sqlite3.Connection, table: str, column: str, text: str) -> int:
    value = (storable(text),)
    found = connection.execute(f"SELECT id FROM {table} WHERE {column} = ?", value).fetchone()  # noqa: S608  # ours
    if found is None:
        return int(connection.execute(f"INSERT INTO {table} ({column}) VALUES (?)", value).lastrowid or 0)  # noqa: S608
    return int(found[0])


class Shapes:
    """What was read of one file so far. Threads share it: what is known is replaced as a whole, never changed."""

    def __init__(self) -> None:
        self._shapes: dict[int, Shape] = {}
        self._access: dict[int, frozenset[str]] = {}

    def seen_by(self, connection: sqlite3.Connection, viewer: Viewer) -> list[int]:
        """Return the numbers of the audiences that the viewer belongs to."""
        known = self._access
        read = connection.execute("SELECT id, tokens FROM access WHERE id > ?", (max(known, default=0),)).fetchall()
        if read:
            known = known | {number: frozenset(json.loads(tokens)) for number, tokens in read}
            self._access = known
        own = {storable(token) for token in viewer.tokens()}
        return [number for number, tokens in known.items() if tokens & own]

    def of(self, connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, Shape]:
        """Return the shapes by number."""
        known, wanted = self._shapes, set(numbers)
        if missing := wanted - known.keys():
            sql = "SELECT id, facets FROM shape WHERE id IN (SELECT value FROM json_each(?))"
            read = connection.execute(sql, (json.dumps(sorted(missing)),))
            kept = known if len(known) < MOST_REMEMBERED else {number: known[number] for number in wanted - missing}
            known = kept | {number: Shape(json.loads(facets)) for number, facets in read}
            self._shapes = known
        return {number: known[number] for number in wanted}

    def fitting(self, connection: sqlite3.Connection, chosen: Mapping[str, Iterable[str]]) -> list[int]:
        """Return the numbers of all shapes that have one of the values of each field."""
        numbers = [int(number) for (number,) in connection.execute("SELECT id FROM shape")]
        wanted = {field: frozenset(values) for field, values in chosen.items()}
        return [number for number, shape in self.of(connection, numbers).items() if shape.fits(wanted)]
