"""The index file: where it lies, how it is laid out, how a new one takes the place of the old.

The configured path is a symbolic link to the file in use (`search.sqlite3` → `search.sqlite3.<generation>`). A rebuild
writes another generation beside it and moves the link, which is one atomic step. Moving the file itself would leave
its write-ahead log lying under a name that the next file would take for its own.
"""

import os
import re
import socket
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from search.analysis import fingerprint
from search.engines.protocol import EngineBusy

SCHEMA_VERSION = 2
BUSY_S = 5.0
OPEN_ATTEMPTS = 5
GENERATION = re.compile(r"\.[0-9a-f]{12}(-wal|-shm)?$")

# The ascii tokenizer takes every character beyond ASCII as part of a token, so our tokens stay whole whatever Unicode
# version SQLite was built with.
LAYOUT = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE doc (
    rowid INTEGER PRIMARY KEY, kind TEXT NOT NULL, pk TEXT NOT NULL, version INTEGER NOT NULL, digest TEXT NOT NULL,
    ends_at REAL,
    title_key TEXT NOT NULL, title_folded TEXT NOT NULL, body_folded TEXT NOT NULL, published_at REAL, data TEXT NOT NULL,
    UNIQUE (kind, pk)
);
CREATE INDEX doc_title ON doc (title_key);
CREATE INDEX doc_newest ON doc (published_at DESC);
CREATE TABLE access (token TEXT NOT NULL, doc INTEGER NOT NULL, PRIMARY KEY (doc, token)) WITHOUT ROWID;
CREATE TABLE facet (
    doc INTEGER NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, label TEXT NOT NULL, PRIMARY KEY (doc, field, value)
) WITHOUT ROWID;
CREATE INDEX facet_value ON facet (field, value);
CREATE VIRTUAL TABLE fts USING fts5(
    title, subtitle, tags, people, body, transcript, words, syllables, initials, tokenize = 'ascii'
);
CREATE VIRTUAL TABLE fts_terms USING fts5vocab(fts, row);
"""


def connect(path: Path, *, wait_s: float = BUSY_S) -> sqlite3.Connection:
    """Open a generation that exists; transactions are begun by hand. Raises sqlite3.OperationalError when it is gone."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=wait_s, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA mmap_size = 268435456")
    except BaseException:
        connection.close()
        raise
    return connection


class Storage:
    """The generations of one index."""

    def __init__(self, path: Path) -> None:
        self.path = Path(os.path.abspath(path))  # noqa: PTH100  # resolve() would follow the link

    def current(self) -> Path:
        """Return the generation in use; the first call makes an empty one."""
        for _ in range(OPEN_ATTEMPTS):
            with suppress(FileNotFoundError):
                target = self.path.parent / self.path.readlink()
                if target.exists():
                    return target
                self._forget_dangling(target)
            self._begin()
        raise FileNotFoundError(self.path)

    def _forget_dangling(self, target: Path) -> None:
        """Take away a link whose file was deleted by hand."""
        if not target.exists() and self.path.readlink().name == target.name:
            self.path.unlink(missing_ok=True)

    def _begin(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.create(node=uuid.uuid4().hex)
        try:
            self.path.symlink_to(fresh.name)
        except FileExistsError:
            # Another process was first; its file is as empty as ours.
            remove_files(fresh)

    def create(self, *, node: str) -> Path:
        """Make an empty generation beside the current one and return its path."""
        target = self.path.with_name(f"{self.path.name}.{uuid.uuid4().hex[:12]}")
        with closing(sqlite3.connect(target, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(f"BEGIN; {LAYOUT} COMMIT;")
            facts = {
                "node": node,
                "schema": SCHEMA_VERSION,
                "analysis": fingerprint(),
                "transaction": 0,
                "entry": 0,
            }
            connection.executemany(
                "INSERT INTO meta VALUES (?, ?)", [(name, str(fact)) for name, fact in facts.items()]
            )
        return target

    def replace(self, target: Path) -> None:
        """Make the generation the current one, keep the one before for readers that hold it, drop older ones."""
        before = self.current()
        link = self.path.with_name(f"{self.path.name}.link-{uuid.uuid4().hex[:8]}")
        link.symlink_to(target.name)
        link.replace(self.path)
        for old in self.path.parent.glob(f"{self.path.name}.*"):
            if GENERATION.search(old.name) and not old.name.startswith((before.name, target.name)):
                old.unlink(missing_ok=True)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Open the current generation for one snapshot: every statement inside sees the same state."""
        with closing(self._open_current(BUSY_S)) as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def writing(self, wait_s: float) -> Iterator[sqlite3.Connection]:
        """Hold the one write lock of this node; commit at the end, undo on an exception.

        Raises EngineBusy when the lock is not free within `wait_s` seconds.
        """
        with closing(self._locked(wait_s)) as connection:
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _locked(self, wait_s: float) -> sqlite3.Connection:
        while True:
            path = self.current()
            connection = _begin_immediate(path, wait_s)
            if self.current() == path:
                return connection
            # A rebuild moved the link while we waited: what we hold is the past.
            connection.close()

    def _open_current(self, wait_s: float) -> sqlite3.Connection:
        for _ in range(OPEN_ATTEMPTS):
            with suppress(sqlite3.OperationalError):
                return connect(self.current(), wait_s=wait_s)
        return connect(self.current(), wait_s=wait_s)


def _begin_immediate(path: Path, wait_s: float) -> sqlite3.Connection:
    """Open a generation and take its write lock; opening waits too while a killed process's log is read back."""
    try:
        connection = connect(path, wait_s=wait_s)
    except sqlite3.OperationalError as error:
        raise EngineBusy from error
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        connection.close()
        raise EngineBusy from error
    return connection


def remove_files(generation: Path) -> None:
    """Delete a generation that nobody uses, with its write-ahead log."""
    for suffix in ("", "-wal", "-shm"):
        generation.with_name(generation.name + suffix).unlink(missing_ok=True)


def host() -> str:
    """Return the machine's name: a copied file on a second machine is another node."""
    return socket.gethostname()
