"""Where the renditions lie: one place for each generation of a video, replaced as a whole, in files or in a bucket."""

import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import structlog
from django.core.files.storage import FileSystemStorage, storages

from cms.videos.errors import StorageAway
from cms.videos.rendition_buckets import BLOCK, BucketStore

log = structlog.get_logger("weike.videos")
UNFINISHED = shutil.ignore_patterns("*.tmp")


class StoredFile(Protocol):
    """One file as it was when it was opened: bytes, and seconds since 1970."""

    size: int
    changed: float

    def blocks(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from `start` up to and without `end`."""


class Growth(Protocol):
    """A generation that is shown while it grows: the folder in which it is made."""

    folder: Path

    def refresh(self, alive: Callable[[], object]) -> None:
        """Show what is there by now; `alive` is called between files and may raise to stop."""


class RenditionStore(Protocol):
    """Keeps generations; (uuid, generation) names one. In a bucket, every act may raise StorageAway."""

    def grow(self, uuid: str, generation: str, work: Path, *, before: str = "") -> Growth:
        """Return a generation to be shown while it grows, beginning with what there is of the one `before`.

        `work` is a folder of the caller's that may be used.
        """

    def publish(self, made: Path, uuid: str, generation: str, alive: Callable[[], object]) -> None:
        """Show a finished folder, all at once; the folder itself stays with its owner, who may have to try again.

        `alive` is called between files and while one is sent, and may raise to stop.
        """

    def copy(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        """Make a second generation of the same files; each can be deleted without harming the other."""

    def open(self, uuid: str, generation: str, name: str) -> StoredFile:
        """Return one file.

        Raises FileNotFoundError.
        """

    def fetch(self, uuid: str, generation: str, folder: Path, alive: Callable[[], object]) -> Path:
        """Return a folder of this machine with all files of a generation, only for reading; `folder` may be used.

        `alive` is called while they are brought, and may raise to stop. Raises PipelineError out_of_space.
        """

    def internal_address(self, uuid: str, generation: str, name: str) -> str:
        """Return the address of docker/nginx.conf at which nginx, and nobody else, finds the file."""

    def delete(self, uuid: str, generation: str) -> None:
        """Remove one generation; nothing there is no error."""

    def delete_all(self, uuid: str) -> None:
        """Remove every generation of a video."""

    def generations(self, *, older_than_s: float) -> Iterator[tuple[str, str]]:
        """Return every generation that was not touched for some seconds."""

    def free_bytes(self) -> int:
        """Return how many bytes there is room for."""


class FolderFile:
    """A file on this machine."""

    def __init__(self, path: Path) -> None:
        facts = path.stat()
        if not path.is_file():
            raise FileNotFoundError(path)
        self.path, self.size, self.changed = path, facts.st_size, facts.st_mtime

    def blocks(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes of a range; the file is only opened when somebody reads."""
        with self.path.open("rb") as file:
            file.seek(start)
            while start < end and (block := file.read(min(BLOCK, end - start))):
                start += len(block)
                yield block


class FolderGrowth:
    """A generation that is made where it is served."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def refresh(self, alive: Callable[[], object]) -> None:
        """Nothing is in the way: what is written is there."""


class FolderStore:
    """Keeps generations in `uuid/generation` below one folder of this machine or of a shared disk."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def grow(self, uuid: str, generation: str, work: Path, *, before: str = "") -> FolderGrowth:
        """Begin with the segments of `before`, shared by hard links: whoever still writes there changes nothing here."""
        folder = self.root / uuid / generation
        if before:
            share_folder(self.root / uuid / before, folder)
        return FolderGrowth(folder)

    def publish(self, made: Path, uuid: str, generation: str, alive: Callable[[], object]) -> None:
        target = self.root / uuid / generation
        draft = target.with_name(f".{generation}.part")
        try:
            copy_living(made, draft, alive)
            draft.rename(target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def copy(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        """Share the files by hard links."""
        shutil.copytree(self.root.joinpath(*source), self.root.joinpath(*target), copy_function=os.link)

    def open(self, uuid: str, generation: str, name: str) -> FolderFile:
        try:
            return FolderFile(self.root / uuid / generation / name)
        except OSError as error:
            raise FileNotFoundError(name) from error

    def fetch(self, uuid: str, generation: str, folder: Path, alive: Callable[[], object]) -> Path:
        """Return where the files lie."""
        return self.root / uuid / generation

    def internal_address(self, uuid: str, generation: str, name: str) -> str:
        return f"/protected/renditions/{uuid}/{generation}/{name}"

    def delete(self, uuid: str, generation: str) -> None:
        shutil.rmtree(self.root / uuid / generation, ignore_errors=True)
        remove_if_empty(self.root / uuid)

    def delete_all(self, uuid: str) -> None:
        shutil.rmtree(self.root / uuid, ignore_errors=True)

    def generations(self, *, older_than_s: float) -> Iterator[tuple[str, str]]:
        if not self.root.is_dir():
            return
        limit = time.time() - older_than_s
        for folder in sorted(entry for entry in self.root.iterdir() if entry.is_dir()):
            for entry in sorted(folder.iterdir()):
                if entry.is_dir() and entry.stat().st_mtime < limit:
                    yield folder.name, entry.name

    def free_bytes(self) -> int:
        self.root.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.root).free


def copy_living(source: Path, target: Path, alive: Callable[[], object]) -> None:
    """Give the files of a folder second names in a new one.

    `alive` is called before each, and while one has to be copied, and may raise to stop.
    """

    def link(file: str, second: str) -> None:
        alive()
        try:
            os.link(file, second)
        except OSError:
            # Another disk: its files get no second name there.
            copy_file(file, second, alive)

    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, copy_function=link)


def copy_file(file: str, second: str, alive: Callable[[], object]) -> None:
    """Copy a file with its times; `alive` is called before each block: a whole film takes longer than a stop may."""
    with Path(file).open("rb") as source, Path(second).open("wb") as target:
        while block := source.read(BLOCK):
            alive()
            target.write(block)
    shutil.copystat(file, second)


def share_folder(source: Path, target: Path) -> bool:
    """Make `target` hold what `source` holds, all at once; return whether there was anything.

    Whoever still writes in `source` changes nothing in `target`: lists and notes are copied, other files get a second
    name and are only ever replaced.
    """
    draft = target.with_name(f".{target.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        shutil.copytree(source, draft, copy_function=share, ignore=UNFINISHED)
        draft.rename(target)
    except OSError:
        # Nothing is there, or it went meanwhile: what was made is then made again.
        shutil.rmtree(draft, ignore_errors=True)
        return False
    return True


def share(source: str, target: str) -> None:
    """Give a file a second name; copy it when its content may be rewritten in place."""
    if source.endswith((".m3u8", ".json", ".mp4")):
        shutil.copyfile(source, target)
    else:
        os.link(source, target)


def remove_if_empty(folder: Path) -> None:
    """Remove a folder that holds nothing."""
    try:
        folder.rmdir()
    except OSError:
        return


def new_generation() -> str:
    """Return a fresh name that nobody can guess."""
    return secrets.token_hex(12)


def rendition_store() -> RenditionStore:
    """Return the store that the settings name."""
    storage = storages["renditions"]
    return FolderStore(Path(storage.location)) if isinstance(storage, FileSystemStorage) else BucketStore(storage)


def forget(uuid: str, generation: str = "") -> None:
    """Remove a generation, or without one all of a video, that no row names; what cannot be reached is left to the sweep."""
    store = rendition_store()
    try:
        if generation:
            store.delete(uuid, generation)
        else:
            store.delete_all(uuid)
    except StorageAway:
        log.warning("videos.left_to_the_sweep", video=uuid, generation=generation)
