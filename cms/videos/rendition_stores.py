"""Where the renditions lie: one folder for each generation of a video, replaced as a whole."""

import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from django.core.files.storage import FileSystemStorage, storages


def new_generation() -> str:
    """Return a fresh name that nobody can guess."""
    return secrets.token_hex(12)


def root() -> Path:
    """Return the folder of all renditions on this machine.

    Raises TypeError when the renditions do not lie in files.
    """
    storage = storages["renditions"]
    if not isinstance(storage, FileSystemStorage):
        raise TypeError("Renditions need a storage in the file system.")
    return Path(storage.location)


def folder_of(uuid: str, generation: str) -> Path:
    """Return the folder of one generation."""
    return root() / uuid / generation


def publish(made: Path, uuid: str, generation: str) -> Path:
    """Move a finished folder to where it is served; nobody sees half of it."""
    target = folder_of(uuid, generation)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        made.rename(target)
    except OSError:
        # Another disk: copy beside the target, then one rename.
        draft = target.with_name(f".{generation}.part")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(made, draft)
        draft.rename(target)
    return target


def delete(uuid: str, generation: str) -> None:
    """Remove one generation; nothing there is no error."""
    shutil.rmtree(folder_of(uuid, generation), ignore_errors=True)
    remove_if_empty(root() / uuid)


def delete_all(uuid: str, *, but: str = "") -> None:
    """Remove every generation of a video except one."""
    folder = root() / uuid
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        if entry.name != but:
            shutil.rmtree(entry, ignore_errors=True)
    remove_if_empty(folder)


def remove_if_empty(folder: Path) -> None:
    """Remove a folder that holds nothing."""
    try:
        folder.rmdir()
    except OSError:
        return


def generations(*, older_than_s: float) -> Iterator[tuple[str, str]]:
    """Return (uuid, generation) of every folder that was not touched for some seconds."""
    if not root().is_dir():
        return
    limit = time.time() - older_than_s
    for folder in sorted(entry for entry in root().iterdir() if entry.is_dir()):
        for entry in sorted(folder.iterdir()):
            if entry.is_dir() and entry.stat().st_mtime < limit:
                yield folder.name, entry.name
