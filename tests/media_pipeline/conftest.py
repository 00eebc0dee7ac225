"""Small clips, each made once a session, and what the engine makes of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from media_pipeline import engine, probe, run, samples, spec
from tests.media_pipeline.ugly import Kit

Clip = Callable[..., Path]
Made = tuple[Path, spec.Result]


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="session")
def kit(clips: Path) -> Kit:
    folder = clips / "ugly"
    folder.mkdir()
    return Kit(folder)


@pytest.fixture(scope="session")
def raw_clip(clips: Path) -> Clip:
    """Write a clip with plain ffmpeg arguments; the last argument is the file's name."""

    def make(*arguments: str) -> Path:
        target = clips / arguments[-1]
        if not target.exists():
            run.run(["-hide_banner", "-nostdin", "-y", *arguments[:-1], str(target)], duration_s=1)
        return target

    return make


@pytest.fixture(scope="session")
def plain_clip(clips: Path) -> Path:
    """A clip that can be copied: H.264, constant rate, square pixels, upright."""
    return samples.make_sample(clips / "plain.mp4", title="田埂上的党课", seconds=2.5, width=854, height=480, seed=2)


@pytest.fixture(scope="session")
def phone_clip(clips: Path) -> Path:
    """A small real phone clip: portrait by rotation, HEVC 10-bit HLG, uneven frame rate, place and device."""
    return samples.make_phone_clip(clips / "phone.mov", title="红船精神", seconds=2.5, seed=1, short_side=486)


@pytest.fixture(scope="session")
def mute_clip(raw_clip: Clip) -> Path:
    return raw_clip(
        "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1", "-pix_fmt", "yuv420p", "-preset", "ultrafast", "mute.mp4"
    )


@pytest.fixture(scope="session")
def plain_source(plain_clip: Path) -> spec.Source:
    return probe.probe(plain_clip)


@pytest.fixture(scope="session")
def phone_source(phone_clip: Path) -> spec.Source:
    return probe.probe(phone_clip)


@pytest.fixture(scope="session")
def plain_made(plain_clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    target = tmp_path_factory.mktemp("made") / "plain"
    return target, engine.transcode(plain_clip, target)


@pytest.fixture(scope="session")
def phone_made(phone_clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    target = tmp_path_factory.mktemp("made") / "phone"
    return target, engine.transcode(phone_clip, target)
