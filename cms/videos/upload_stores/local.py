"""Uploads in a folder: one file each, to which is appended."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cms.videos import original_stores
from cms.videos.models import Upload
from cms.videos.upload_stores.protocol import Block, Stolen, Whereabouts

TOKEN_BYTES = 64
# The disk begins when so much came, so that little is left to wait for at the end of a chunk.
EARLY_BYTES = 2 << 20


class LocalWriter:
    """Writes into one file, asking before each block whether the upload is still ours."""

    def __init__(self, data: int, holder: int, token: str, offset: int) -> None:
        self.data = data
        self.holder = holder
        self.token = token.encode()
        self.written = self.safe = self.flushed = self.begun = offset
        self.forget()

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

    def write(self, block: Block) -> None:
        rest = memoryview(block)
        with self.held():
            while rest:
                rest = rest[os.write(self.data, rest) :]
        self.written += len(block)
        if self.written - self.begun >= EARLY_BYTES:
            self.begin_flushing()

    def begin_flushing(self) -> None:
        """Let the disk begin with what was written, and wait for nothing: this advice starts it on Linux."""
        os.posix_fadvise(self.data, self.begun, self.written - self.begun, os.POSIX_FADV_DONTNEED)
        self.begun = self.written

    def head(self, size: int) -> bytes:
        return os.pread(self.data, size, 0)

    def hasten(self) -> None:
        """Bring what was written to the disk, which tells nobody of it yet."""
        if self.flushed != self.written:
            # The file's length and the places of its bytes go along; only its times may be lost.
            os.fdatasync(self.data)
            self.flushed = self.written

    def sync(self) -> Whereabouts:
        self.hasten()
        self.safe = self.written
        return {}

    def forget(self) -> None:
        with self.held():
            os.ftruncate(self.data, self.safe)
            os.lseek(self.data, self.safe, os.SEEK_SET)
        self.written = self.flushed = self.begun = self.safe


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
    def writer(self, upload: Upload, token: str) -> Iterator[LocalWriter]:
        folder = self.root / upload.pk.hex
        data = os.open(folder / "data", os.O_RDWR | os.O_CLOEXEC)
        holder = os.open(folder / "holder", os.O_RDONLY | os.O_CLOEXEC)
        try:
            yield LocalWriter(data, holder, token, upload.offset)
        finally:
            os.close(holder)
            os.close(data)

    def deliver(self, upload: Upload, name: str) -> None:
        # What is not here was handed over before, by a process that ended right after or by somebody who was faster.
        with contextlib.suppress(FileNotFoundError):
            original_stores.take_in(self.root / upload.pk.hex / "data", name)
        self.delete(upload.pk.hex)

    def delete(self, ref: str) -> None:
        shutil.rmtree(self.root / ref, ignore_errors=True)

    def refs(self) -> Iterator[str]:
        if self.root.is_dir():
            yield from sorted(entry.name for entry in self.root.iterdir() if entry.is_dir())

    def free_bytes(self) -> int:
        return disk_has(self.root)


def disk_has(root: Path) -> int:
    """Return how many bytes the disk of a folder has left."""
    try:
        return shutil.disk_usage(root).free
    except FileNotFoundError:
        root.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(root).free
