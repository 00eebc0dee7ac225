"""Room is asked for before anything is made, for all that lies there at once."""

import math
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from media_pipeline import making
from media_pipeline.errors import PipelineError
from media_pipeline.plan import plan
from tests.media_pipeline.test_plan import shown


@pytest.mark.parametrize("size", [(1920, 1080), (320, 240)])
def test_room_is_asked_for_the_single_files_and_for_what_they_are_made_of(size: tuple[int, int]) -> None:
    source = shown(*size)
    made = plan(source)

    asked = making.room_bytes(source, made) * 8 / source.duration_s

    smaller = min(made.rungs[0].max_bitrate, 1_100_000)
    least = sum(rung.max_bitrate for rung in made.rungs) + 2 * smaller + 4 * 128_000 + 48_000
    assert least < asked < 1.2 * least


@pytest.mark.parametrize(("missing", "there", "refusal"), [(0, 0, None), (1, 0, "out_of_space"), (1, 1, None)])
def test_what_an_earlier_attempt_left_counts_as_room(
    missing: int, there: int, refusal: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = shown(1280, 720)
    made = plan(source)
    free = math.ceil(making.room_bytes(source, made)) - missing
    (tmp_path / "left").write_bytes(b"1" * there)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=free))

    code = None
    try:
        making.require_room(tmp_path, source, made)
    except PipelineError as error:
        code = error.code

    assert code == refusal
