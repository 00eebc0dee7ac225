"""Where the files that people sent are kept: private, never served, each alone in a folder of its own."""

import contextlib
import hashlib
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage, storages

from cms.videos.bucket_access import reaching
from cms.videos.store_marks import FOLDER

BLOCK = 1 << 20
# In a bucket, below it lie pieces of uploads that are not complete; no original's name begins with it.
ARRIVING = "arriving"
OTHERS = (f"{FOLDER}/", f"{ARRIVING}/")


def take_in(path: Path, name: str) -> None:
    """Move a file into the private folder under `name`.

    Raises FileNotFoundError when there is no such file (any more).
    """
    target = Path(storages["originals"].path(name))
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        path.replace(target)
    except FileNotFoundError:
        raise
    except OSError:
        copy_beside(path, target)


def copy_beside(path: Path, target: Path) -> None:
    """Copy a file from another disk: beside the target first, so that the name never stands for half a file."""
    # A name of its own for each attempt: two that write into one file would leave a mixture.
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        shutil.copyfile(path, draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def digest(name: str) -> str:
    """Return the SHA-256 of a stored file in hexadecimal, read in blocks.

    Raises FileNotFoundError, StorageAway.
    """
    return hashed(blocks(name))


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file of this machine in hexadecimal, read in blocks.

    Raises FileNotFoundError.
    """
    with path.open("rb") as file:
        return hashed(iter(lambda: file.read(BLOCK), b""))


def hashed(pieces: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()


def blocks(name: str) -> Iterator[bytes]:
    """Yield a stored file from its beginning; no more of it is in memory at once than a block.

    Raises FileNotFoundError, StorageAway.
    """
    storage: Any = storages["originals"]
    with reaching(), storage.open(name, "rb") as file:
        if isinstance(storage, FileSystemStorage):
            yield from iter(lambda: file.read(BLOCK), b"")
        else:
            # To read from the storage's own file would first bring all of it into memory.
            with contextlib.closing(file.obj.get()["Body"]) as body:
                yield from body.iter_chunks(BLOCK)


def size(name: str) -> int:
    """Return how large a stored file is.

    Raises FileNotFoundError, StorageAway.
    """
    with reaching():
        return int(storages["originals"].size(name))


def are_here() -> bool:
    """Return whether originals lie on disks of this machine, so that none has to be fetched."""
    return isinstance(storages["originals"], FileSystemStorage)


def local_file(name: str, folder: Path, alive: Callable[[], object]) -> Path:
    """Return a path from which programs can read the file; fetched into `folder` when it lies elsewhere.

    `alive` is called while it is fetched, and may raise to stop. Raises FileNotFoundError, StorageAway.
    """
    storage = storages["originals"]
    if isinstance(storage, FileSystemStorage):
        path = Path(storage.path(name))
        if not path.is_file():
            raise FileNotFoundError(name)
        return path
    target = folder / "original"
    with reaching():
        if target.is_file() and target.stat().st_size == storage.size(name):
            return target  # an attempt before this one fetched it
        with target.open("wb") as local:
            for block in blocks(name):
                alive()
                local.write(block)
    return target


def delete(name: str) -> None:
    """Remove a file and its folder; nothing there is no error.

    Raises OSError, StorageAway or what the bucket's client raises, when it cannot be removed.
    """
    storage = storages["originals"]
    if isinstance(storage, FileSystemStorage):
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(Path(storage.path(name)).parent)
    else:
        with reaching():
            storage.delete(name)


def names(*, older_than_s: float) -> Iterator[str]:
    """Return every stored file, drafts as well, that came some seconds ago or earlier."""
    limit = time.time() - older_than_s
    storage: Any = storages["originals"]
    if not isinstance(storage, FileSystemStorage):
        for entry in storage.bucket.objects.all():
            if entry.last_modified.timestamp() < limit and not entry.key.startswith(OTHERS):
                yield entry.key
        return
    root = Path(storage.location)
    for folder in sorted(entry for entry in root.iterdir() if entry.is_dir()) if root.is_dir() else ():
        # The folder's time: a file that was moved in keeps the time of its last byte.
        if folder.name != FOLDER and folder.stat().st_mtime < limit:
            yield from sorted(f"{folder.name}/{file.name}" for file in folder.iterdir())


def discard(name: str) -> None:
    """Remove one file, whatever else lies in its folder; nothing there is no error."""
    storage = storages["originals"]
    storage.delete(name)
    if isinstance(storage, FileSystemStorage):
        with contextlib.suppress(OSError):
            Path(storage.path(name)).parent.rmdir()
