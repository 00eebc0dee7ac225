"""Documents into rows and tokens, inside a transaction that somebody else opened."""

import sqlite3
from collections.abc import Iterable

from search.analysis import fold, index_tokens, key, words
from search.encoding import digest, encode, storable
from search.engines.protocol import Position
from search.pinyin import initials, syllable_text
from search.schema import SearchDoc

# Re-ranking reads the folded body of a hundred documents: long ones count by their beginning.
RANKED_BODY_CHARS = 20_000


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
        row = self._connection.execute("SELECT rowid FROM doc WHERE kind = ? AND pk = ?", (kind, pk)).fetchone()
        if row:
            for statement in (
                "DELETE FROM fts WHERE rowid = ?",
                "DELETE FROM access WHERE doc = ?",
                "DELETE FROM facet WHERE doc = ?",
                "DELETE FROM doc WHERE rowid = ?",
            ):
                self._connection.execute(statement, row)

    def put(self, doc: SearchDoc) -> None:
        """Write a document in place of the one with its kind and key."""
        self.remove(doc.kind, doc.pk)
        rowid = self._insert_doc(doc)
        self._connection.executemany(
            "INSERT OR IGNORE INTO access (token, doc) VALUES (?, ?)",
            [(storable(token), rowid) for token in doc.visibility.tokens()],
        )
        self._connection.executemany(
            "INSERT OR IGNORE INTO facet (doc, field, value, label) VALUES (?, ?, ?, ?)",
            [
                (rowid, name, storable(facet.value), storable(facet.label))
                for name, facets in doc.facets.items()
                for facet in facets
            ],
        )
        marks = ", ".join("?" * (len(columns := fts_columns(doc)) + 1))
        names = ", ".join(columns)
        self._connection.execute(
            f"INSERT INTO fts (rowid, {names}) VALUES ({marks})",  # noqa: S608  # names are our own columns
            (rowid, *columns.values()),
        )

    def _insert_doc(self, doc: SearchDoc) -> int:
        title = fold(doc.title)
        body = fold(_joined([doc.subtitle, *doc.tags, *doc.people, doc.body, *(each.text for each in doc.segments)]))
        data = encode(doc)
        cursor = self._connection.execute(
            "INSERT INTO doc (kind, pk, version, digest, ends_at, title_key, title_folded, body_folded, published_at,"
            " data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                doc.kind,
                doc.pk,
                doc.version,
                digest(data),
                doc.ends_at.timestamp() if doc.ends_at else None,
                key(title),
                title,
                body[:RANKED_BODY_CHARS],
                doc.published_at.timestamp() if doc.published_at else None,
                data,
            ),
        )
        return int(cursor.lastrowid or 0)


def _joined(texts: Iterable[str]) -> str:
    return "\n".join(text for text in texts if text)


def fts_columns(doc: SearchDoc) -> dict[str, str]:
    """Return what each column of the full-text table holds: tokens with a space between."""
    texts = {
        "title": doc.title,
        "subtitle": doc.subtitle,
        "tags": _joined(doc.tags),
        "people": _joined(doc.people),
        "body": doc.body,
        "transcript": _joined(segment.text for segment in doc.segments),
    }
    folded = {name: fold(text) for name, text in texts.items()}
    named = "\n".join((folded["title"], folded["tags"], folded["people"]))
    return {
        **{name: " ".join(index_tokens(text)) for name, text in folded.items()},
        "words": " ".join(word for text in folded.values() for word in words(text)),
        "syllables": syllable_text(named),
        "initials": " ".join(token for each in initials(named) for token in index_tokens(each)),
    }
