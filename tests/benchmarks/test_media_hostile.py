"""Files as strangers send them, at full size: memory of large pictures, long films with uneven clocks, and random damage."""

import contextlib
import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from media_pipeline import engine, probe, resident
from media_pipeline.errors import PipelineError
from tests.benchmarks.figures import Figures
from tests.media_pipeline.looking import loudest
from tests.media_pipeline.test_sounds import flashing, parted
from tests.media_pipeline.ugly import Kit

pytestmark = [pytest.mark.ffmpeg, pytest.mark.timeout(3600)]
MIB = 2**20


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    folder = tmp_path / "kit"
    folder.mkdir()
    return Kit(folder)


@pytest.fixture
def weighed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What the programs that were started held, look by look."""
    looks = [0]

    def note(pid: int) -> int:
        looks.append(resident.resident_bytes(pid))
        return looks[-1]

    monkeypatch.setattr("media_pipeline.run.resident_bytes", note)
    return looks


def test_the_largest_clips_of_phones_fit_into_memory(
    figures: Figures, kit: Kit, weighed: list[int], tmp_path: Path
) -> None:
    size, seconds = ("3840x2160", 4.0) if figures.full_size else ("640x360", 0.4)
    tags = "log-level=error:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc"
    lying = kit.ffmpeg(
        "-f", "lavfi", "-i", f"testsrc2=s={size}:r=30:d={seconds},format=yuv420p10le", "-f", "lavfi", "-i", f"sine=d={seconds}",
        "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", tags, "-tag:v", "hvc1", "-c:a", "aac", "lying.mov",
    )  # fmt: skip
    upright = kit.ffmpeg("-display_rotation", "-90", "-i", str(lying), "-c", "copy", "upright.mov")
    weighed.clear()
    for place, clip in enumerate((lying, upright)):
        engine.transcode(clip, tmp_path / f"out{place}")
    figures.at_most(900, "memory of the programs that convert 4K HLG, lying and upright", max(weighed) / MIB, "MB")


@pytest.mark.parametrize("late", [0.0, 0.7])
def test_sound_stays_with_the_lips_of_a_long_film(late: float, figures: Figures, kit: Kit, tmp_path: Path) -> None:
    seconds = 180 if figures.full_size else 2
    clip = flashing(kit, "lips.mp4", late=late, seconds=seconds)
    engine.transcode(clip, tmp_path / "out")
    furthest = max(abs(moved) for moved in parted(clip, tmp_path / "out/fallback.mp4", late=late))
    what = f"sound from the lips: uneven pictures, 44.1 kHz, begun {late:g} s late, {seconds} s"
    figures.at_most(40, what, furthest * 1000, "ms")


def test_a_pause_of_both_is_shown_as_it_was(figures: Figures, kit: Kit, weighed: list[int], tmp_path: Path) -> None:
    pause = 90 if figures.full_size else 3
    weighed.clear()
    for container in ("mp4", "mkv", "ts") if figures.full_size else ("mp4",):
        made = engine.transcode(kit.jumping(container, pause), tmp_path / container)
        assert made.duration_s == pytest.approx(pause + 1, abs=0.1)
        assert loudest(tmp_path / container / "audio.m4a", 0.7, pause + 0.3) < 0.01
    figures.at_most(900, f"memory for {pause} s in which nothing came", max(weighed) / MIB, "MB")


def test_random_damage_ends_in_a_code_or_in_a_film(figures: Figures, kit: Kit, tmp_path: Path) -> None:
    """Bits turned anywhere in any container: no other exception, and never long. As many at once as there are processors."""
    rounds = 1000 if figures.full_size else 8
    clips = [kit.base, *(kit.as_a(container) for container in ("mp4", "mkv", "ts", "avi"))]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        taken = pool.map(lambda number: survive(clips[number % len(clips)], number, tmp_path), range(rounds))
        longest = max(taken)
    figures.at_most(20, f"the longest of {rounds} files with turned bits, every twentieth converted", longest, "s")


def survive(clip: Path, number: int, folder: Path) -> float:
    """Examine a damaged copy of a clip, and convert every twentieth; return how many seconds that took."""
    chance = random.Random(number)  # noqa: S311  # damage is no secret
    damaged = bytearray(clip.read_bytes())
    for _ in range(chance.choice((1, 10, 100))):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    target = folder / f"damaged{number}{clip.suffix}"
    target.write_bytes(damaged)
    started = time.monotonic()
    with contextlib.suppress(PipelineError):
        probe.probe(target)
        if number % 20 == 0:
            engine.transcode(target, folder / f"out{number}")
    target.unlink()
    return time.monotonic() - started
