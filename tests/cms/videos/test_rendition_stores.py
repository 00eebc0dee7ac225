"""Publishing into a folder: all at once, or not at all."""

from pathlib import Path

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
