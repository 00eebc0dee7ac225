"""Publishing into a folder: all at once, or not at all."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from cms.jobs.runner import Cancelled
from cms.videos.publication import fingerprint
from cms.videos.rendition_stores import FolderStore
from tests.cms.videos.conftest import files_below


@pytest.fixture
def made(tmp_path: Path) -> Path:
    folder = tmp_path / "made"
    (folder / "360p").mkdir(parents=True)
    for name in ("master.m3u8", "360p/init.mp4", "360p/seg0.m4s"):
        (folder / name).write_text(name)
    return folder


def test_publishing_shows_what_was_made_and_leaves_it_where_it_is(made: Path, tmp_path: Path) -> None:
    FolderStore(tmp_path / "store").publish(made, "uuid", "generation", lambda: None)
    assert files_below(tmp_path / "store") == sorted(f"uuid/generation/{name}" for name in files_below(made))
    assert fingerprint(made) == fingerprint(tmp_path / "store/uuid/generation")


def test_publishing_that_is_stopped_between_two_files_leaves_nothing(made: Path, tmp_path: Path) -> None:
    asked: list[bool] = []

    def alive() -> None:
        asked.append(True)
        if len(asked) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        FolderStore(tmp_path / "store").publish(made, "uuid", "generation", alive)
    assert (len(asked), files_below(tmp_path / "store")) == (2, [])


@pytest.fixture
def _another_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the store on another disk than what was made."""

    def refuse(*_names: Any) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(os, "link", refuse)


@pytest.mark.usefixtures("_another_disk")
def test_on_another_disk_what_was_made_is_copied_with_its_times(made: Path, tmp_path: Path) -> None:
    os.utime(made / "master.m3u8", (1_700_000_000, 1_700_000_000))
    FolderStore(tmp_path / "store").publish(made, "uuid", "generation", lambda: None)
    assert fingerprint(made) == fingerprint(tmp_path / "store/uuid/generation")
    assert (tmp_path / "store/uuid/generation/master.m3u8").stat().st_mtime == 1_700_000_000


@pytest.mark.usefixtures("_another_disk")
def test_on_another_disk_a_long_file_is_stopped_in_its_middle(made: Path, tmp_path: Path) -> None:
    size = 50 << 20
    with (made / "original.mp4").open("wb") as film:
        film.truncate(size)
    copied: list[int] = []

    def alive() -> None:
        copied.extend(file.stat().st_size for file in (tmp_path / "store").rglob("original.mp4"))
        if copied and copied[-1]:
            raise Cancelled

    with pytest.raises(Cancelled):
        FolderStore(tmp_path / "store").publish(made, "uuid", "generation", alive)
    assert (0 < copied[-1] < size / 10, files_below(tmp_path / "store")) == (True, [])
