"""Where the bytes of an upload lie until they are complete, behind a protocol that a bucket can keep as well."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from django.conf import settings

from cms.videos import original_stores

TOKEN_BYTES = 64


class Stolen(Exception):  # noqa: N818  # reads as the fact it states
    """A newer request took this upload over; not one more byte of the older one may be written."""


class Writer(Protocol):
    """Takes bytes in order."""

    def write(self, block: bytes) -> None:
        """Append a block.

        Raises Stolen, OSError.
        """

    def sync(self) -> None:
        """Return only when everything written will survive a power cut."""

    def cut(self, length: int) -> None:
        """Forget everything beyond `length` bytes."""


class UploadStore(Protocol):
    """Keeps the received part of files; `ref` is a name of our own making."""

    def create(self, ref: str) -> None:
        """Make room for a new upload."""

    def take_over(self, ref: str, token: str) -> None:
        """Make `token` the only one under which may be written from now on."""

    def is_held_by(self, ref: str, token: str) -> bool:
        """Return whether `token` is still that one; nothing there is nobody's."""

    def writer(self, ref: str, token: str, offset: int) -> contextlib.AbstractContextManager[Writer]:
        """Open the upload for writing at `offset`; what lies beyond is an unacknowledged rest and is dropped."""

    def head(self, ref: str, size: int) -> bytes:
        """Return the first bytes."""

    def deliver(self, ref: str, name: str) -> str:
        """Hand the complete file to the originals under `name` and return its SHA-256; again, it changes nothing.

        Raises FileNotFoundError when it is neither here nor there.
        """

    def delete(self, ref: str) -> None:
        """Remove everything of the upload; nothing there is no error."""

    def refs(self) -> Iterator[str]:
        """Return the names of all uploads that lie here."""


class LocalWriter:
    """Writes into one file, asking before each block whether the upload is still ours."""

    def __init__(self, data: int, holder: int, token: str) -> None:
        self.data = data
        self.holder = holder
        self.token = token.encode()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep others from taking over while one block is written."""
        fcntl.flock(self.holder, fcntl.LOCK_EX)
        try:
            if os.pread(self.holder, TOKEN_BYTES, 0) != self.token:
                raise Stolen
            yield
        finally:
            fcntl.flock(self.holder, fcntl.LOCK_UN)

    def write(self, block: bytes) -> None:
        rest = memoryview(block)
        with self.held():
            while rest:
                rest = rest[os.write(self.data, rest) :]

    def sync(self) -> None:
        os.fsync(self.data)

    def cut(self, length: int) -> None:
        with self.held():
            os.ftruncate(self.data, length)
            os.lseek(self.data, length, os.SEEK_SET)


class LocalStore:
    """One folder for each upload: `data`, and `holder` with the token of the newest request."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def create(self, ref: str) -> None:
        folder = self.root / ref
        folder.mkdir(parents=True, mode=0o700)
        (folder / "data").touch()
        (folder / "holder").touch()

    def take_over(self, ref: str, token: str) -> None:
        with (self.root / ref / "holder").open("r+b", buffering=0) as holder:
            fcntl.flock(holder, fcntl.LOCK_EX)
            holder.write(token.encode())
            holder.truncate()

    def is_held_by(self, ref: str, token: str) -> bool:
        # Without the lock: what is being replaced at this moment is not ours either.
        with contextlib.suppress(FileNotFoundError):
            return (self.root / ref / "holder").read_bytes() == token.encode()
        return False

    @contextmanager
    def writer(self, ref: str, token: str, offset: int) -> Iterator[LocalWriter]:
        data = os.open(self.root / ref / "data", os.O_RDWR | os.O_CLOEXEC)
        holder = os.open(self.root / ref / "holder", os.O_RDONLY | os.O_CLOEXEC)
        try:
            writer = LocalWriter(data, holder, token)
            writer.cut(offset)
            yield writer
        finally:
            os.close(holder)
            os.close(data)

    def head(self, ref: str, size: int) -> bytes:
        with (self.root / ref / "data").open("rb") as data:
            return data.read(size)

    def deliver(self, ref: str, name: str) -> str:
        data = self.root / ref / "data"
        try:
            # Read here, beside us: a bucket would send all of it back for that.
            sha256 = original_stores.digest_of(data)
            original_stores.take_in(data, name)
        except FileNotFoundError:
            # It was handed over before, by a process that ended right after or by somebody who was faster.
            sha256 = original_stores.digest(name)
        self.delete(ref)
        return sha256

    def delete(self, ref: str) -> None:
        shutil.rmtree(self.root / ref, ignore_errors=True)

    def refs(self) -> Iterator[str]:
        if self.root.is_dir():
            yield from sorted(entry.name for entry in self.root.iterdir() if entry.is_dir())


def upload_store() -> UploadStore:
    """Return the store that the settings name."""
    return LocalStore(Path(settings.UPLOAD_ROOT))


def free_bytes() -> int:
    """Return how many bytes the disk of the uploads has left."""
    root = Path(settings.UPLOAD_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(root).free
