"""Documents into rows and tokens, inside a transaction that somebody else opened."""

import json
import sqlite3
from collections.abc import Mapping

from search.analysis import fold, key
from search.encoding import digest, encode, storable
from search.engines import tokens
from search.engines.embedded.shapes import access_number, shape_number
from search.engines.protocol import Position
from search.free import merged
from search.schema import SearchDoc

# What only the large table has.
READ = ("body", "chars")


class EmbeddedWriter:
    """Writes into one generation; the caller holds its write lock."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @property
    def position(self) -> Position:
        """How far this file has read the log; stored with the documents, so the two never disagree."""
        meta = dict(self._connection.execute("SELECT name, value FROM meta WHERE name IN ('transaction', 'entry')"))
        return Position(int(meta["transaction"]), int(meta["entry"]))

    def move_to(self, position: Position) -> None:
        """Remember how far the log has been read."""
        values = [(str(position.transaction), "transaction"), (str(position.entry), "entry")]
        self._connection.executemany("UPDATE meta SET value = ? WHERE name = ?", values)

    def remove(self, kind: str, pk: str) -> None:
        """Take a document and everything that points to it out of the index."""
        row = self._connection.execute("SELECT rowid FROM content WHERE kind = ? AND pk = ?", (kind, pk)).fetchone()
        if row:
            for table in ("wide", "named", "slim", "content"):
                self._connection.execute(f"DELETE FROM {table} WHERE rowid = ?", row)  # noqa: S608  # our own tables
            self._connection.execute("DELETE FROM free WHERE doc = ?", row)
            self._count(-1)

    def put(self, doc: SearchDoc) -> None:
        """Write a document in place of the one with its kind and key."""
        self.remove(doc.kind, doc.pk)
        columns = tokens.columns(doc)
        rowid = self._insert_content(doc)
        self._count(1)
        self._insert("wide", columns, rowid=rowid)
        self._insert("named", {name: text for name, text in columns.items() if name not in READ}, rowid=rowid)
        self._insert(
            "slim",
            {
                "access": access_number(self._connection, doc),
                "shape": shape_number(self._connection, doc),
                "ends_at": doc.ends_at.timestamp() if doc.ends_at else None,
                "published_at": doc.published_at.timestamp() if doc.published_at else None,
                "free_until": self._insert_free(rowid, doc),
            },
            rowid=rowid,
        )

    def _insert_free(self, rowid: int, doc: SearchDoc) -> float | None:
        """Write the free times and return the end of the last; most documents have none."""
        spans = [(rowid, start.timestamp(), end.timestamp()) for start, end in merged(doc.free)]
        self._connection.executemany("INSERT INTO free (doc, starts_at, ends_at) VALUES (?, ?, ?)", spans)
        return spans[-1][2] if spans else None

    def _insert_content(self, doc: SearchDoc) -> int:
        title = fold(doc.title)
        data = encode(doc)
        return self._insert(
            "content",
            {
                "kind": doc.kind,
                "pk": doc.pk,
                "version": doc.version,
                "digest": digest(data),
                "title_key": key(title),
                "title": storable(doc.title),
                "url": storable(doc.url),
                "people": storable(json.dumps(doc.people, ensure_ascii=False)),
                "title_folded": title,
                "body_folded": tokens.ranked_body(doc),
                "data": data,
            },
        )

    def _insert(self, table: str, values: Mapping[str, str | float | None], *, rowid: int | None = None) -> int:
        """Write a row and return its number, the next one where none is given."""
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        sql = f"INSERT INTO {table} (rowid, {names}) VALUES (?, {marks})"  # noqa: S608  # our own tables and columns
        return int(self._connection.execute(sql, (rowid, *values.values())).lastrowid or 0)

    def _count(self, more: int) -> None:
        self._connection.execute("UPDATE meta SET value = value + ? WHERE name = 'documents'", (more,))
