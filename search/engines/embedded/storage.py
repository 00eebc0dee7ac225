"""The index file: where it lies, how it is laid out, how a new one takes the place of the old.

The configured path is a symbolic link to the file in use (`search.sqlite3` → `search.sqlite3.<generation>`). A rebuild
writes another generation beside it and moves the link, which is one atomic step. Moving the file itself would leave
its write-ahead log lying under a name that the next file would take for its own.
"""

import os
import re
import socket
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from search.analysis import fingerprint
from search.engines.embedded.shapes import Shapes
from search.engines.protocol import EngineBusy

SCHEMA_VERSION = 5
BUSY_S = 5.0
OPEN_ATTEMPTS = 5
GENERATION = re.compile(r"\.[0-9a-f]{12}(-wal|-shm)?$")

# The ascii tokenizer takes every character beyond ASCII as part of a token, so our tokens stay whole whatever Unicode
# version SQLite was built with. What a question passes over row by row (slim) lies apart from what it shows (content).
LAYOUT = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
CREATE TABLE slim (
    rowid INTEGER PRIMARY KEY, access INTEGER NOT NULL, shape INTEGER NOT NULL, ends_at REAL, published_at REAL,
    free_until REAL
);
CREATE INDEX slim_newest ON slim (published_at);
CREATE TABLE content (
    rowid INTEGER PRIMARY KEY, kind TEXT NOT NULL, pk TEXT NOT NULL, version INTEGER NOT NULL, digest TEXT NOT NULL,
    title_key TEXT NOT NULL, title TEXT NOT NULL, url TEXT NOT NULL, people TEXT NOT NULL,
    title_folded TEXT NOT NULL, body_folded TEXT NOT NULL, data TEXT NOT NULL, UNIQUE (kind, pk)
);
CREATE INDEX content_title ON content (title_key);
CREATE TABLE free (
    doc INTEGER NOT NULL, starts_at REAL NOT NULL, ends_at REAL NOT NULL, PRIMARY KEY (doc, ends_at)
) WITHOUT ROWID;
CREATE TABLE access (id INTEGER PRIMARY KEY, tokens TEXT NOT NULL UNIQUE);
CREATE TABLE shape (id INTEGER PRIMARY KEY, facets TEXT NOT NULL UNIQUE);
CREATE VIRTUAL TABLE wide USING fts5(
    title, names, body, syllables, initials, title_chars, name_chars, chars, tokenize = 'ascii'
);
CREATE VIRTUAL TABLE named USING fts5(
    title, names, syllables, initials, title_chars, name_chars, tokenize = 'ascii'
);
"""


def connect(path: Path, *, wait_s: float = BUSY_S) -> sqlite3.Connection:
    """Open a generation that exists; transactions are begun by hand. Raises sqlite3.OperationalError when it is gone."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=wait_s, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        connection.close()
        raise
    return connection


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of one generation, and what is known of its shapes."""

    connection: sqlite3.Connection
    shapes: Shapes


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
                "documents": 0,
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
    def reading(self) -> Iterator[Snapshot]:
        """Read one snapshot of the current generation: every statement inside sees the same state."""
        reader = self._reader()
        try:
            reader.connection.execute("BEGIN")
            yield Snapshot(reader.connection, _shapes_of(reader.path, reader.inode))
            reader.connection.execute("ROLLBACK")
        except BaseException:
            reader.connection.close()
            raise
        _give_back(reader)

    def _reader(self) -> "Reader":
        """Return this thread's connection when it leads to the current generation, else a new one."""
        for _ in range(OPEN_ATTEMPTS):
            with suppress(sqlite3.OperationalError, FileNotFoundError):
                path = self.current()
                return _taken(path) or _opened(path)
        return _opened(self.current())

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


@lru_cache(maxsize=4)
def _shapes_of(_path: Path, _inode: int) -> Shapes:
    """Return what this process has read of a generation; no two are the same file."""
    return Shapes()


@dataclass(frozen=True, slots=True)
class Reader:
    """An open connection for reading, and the file and process it belongs to."""

    connection: sqlite3.Connection
    path: Path
    inode: int
    process: int


# Opening and closing costs as much as a question: each thread keeps one connection from question to question.
_kept = threading.local()
# A connection must not be used, nor closed, on the other side of a fork.
_of_parents: list[Reader] = []


def _opened(path: Path) -> Reader:
    connection = connect(path)
    try:
        connection.execute("PRAGMA query_only = ON")
        return Reader(connection, path, path.stat().st_ino, os.getpid())
    except BaseException:
        connection.close()
        raise


def _taken(path: Path) -> Reader | None:
    """Take what this thread has kept, if it leads to this generation."""
    reader: Reader | None = getattr(_kept, "reader", None)
    _kept.reader = None
    if reader is None:
        return None
    if reader.process != os.getpid():
        _of_parents.append(reader)
        return None
    if (reader.path, reader.inode) == (path, path.stat().st_ino):
        return reader
    reader.connection.close()
    return None


def _give_back(reader: Reader) -> None:
    if getattr(_kept, "reader", None) is None and reader.process == os.getpid():
        _kept.reader = reader
    else:
        reader.connection.close()


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
