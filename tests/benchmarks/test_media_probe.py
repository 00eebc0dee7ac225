"""How long it takes to know what a recording is: fifty of them as phones make them, and two gigabytes of each container."""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from media_pipeline import probe, run, sniff
from media_pipeline.samples import make_phone_clip, make_sample
from tests.benchmarks.figures import Figures

pytestmark = [pytest.mark.ffmpeg, pytest.mark.timeout(1800)]
MIB = 2**20
# A process counts what its parent had in memory as its own until it begins, so a small one starts the one that is measured.
WATCHED = """
import json, os, subprocess, sys, time
started = time.monotonic()
child = subprocess.Popen([sys.argv[1], "-s", "-P", "-m", "media_pipeline.probe_child", *sys.argv[2:]])
_, status, used = os.wait4(child.pid, 0)
print("", json.dumps([time.monotonic() - started, used.ru_maxrss]), sep="\\n")
sys.exit(os.waitstatus_to_exitcode(status))
"""
COPY = ("-hide_banner", "-nostdin", "-y", "-stream_loop", "-1", "-i")
# The containers of a large file, and how each is named in words.
LARGE = {
    "large.mp4": ("MP4", ()),
    "pieces.mp4": ("fragmented MP4", ("-movflags", "frag_keyframe+empty_moov")),
    "large.mkv": ("Matroska", ()),
    "large.avi": ("AVI", ()),
    "large.ts": ("transport stream", ()),
}


def test_recordings_of_phones_are_known_at_once(figures: Figures, tmp_path: Path) -> None:
    number, seconds = (50, 6) if figures.full_size else (4, 0.5)
    recorded = recordings(tmp_path, seconds, side=1080 if figures.full_size else 180)
    taken = []
    for n in range(number):
        clip = looped(recorded[n % len(recorded)], tmp_path / f"clip{n}.mov", "-t", str(seconds * (1 + n)))
        started = time.monotonic()
        source = probe.probe(clip)
        taken.append(time.monotonic() - started)
        assert source.duration_s == pytest.approx(seconds * (1 + n), abs=0.5)
        clip.unlink()
    longest = f"{number} recordings of up to {seconds * number:g} s"
    figures.at_most(0.5, f"probe of {longest}, 95th percentile", statistics.quantiles(taken, n=20)[-1], "s")
    figures.at_most(0.5, f"probe of {longest}, median", statistics.median(taken), "s")


def test_a_large_file_takes_hardly_longer_and_no_more_memory(figures: Figures, tmp_path: Path) -> None:
    size = 2_000_000_000 if figures.full_size else 2_000_000
    seed = tmp_path / "seed.mp4"
    if figures.full_size:
        film_with_grain(seed)
    else:
        make_sample(seed, title="大", seconds=0.5, width=320, height=180)
    _, small = child(seed)
    for name, (container, options) in LARGE.items():
        clip = looped(seed, tmp_path / name, "-fs", str(size), *options)
        assert clip.stat().st_size > size * 0.9
        measured = [child(clip) for _ in range(3 if figures.full_size else 1)]
        clip.unlink()
        told = f"{size / 1e9:g} GB of {container}"
        figures.at_most(1.5, f"probe of {told}", statistics.median(seconds for seconds, _ in measured), "s")
        room = max(room for _, room in measured)
        figures.at_most(120, f"memory for {told}", room, "MiB")
        figures.at_most(20, f"memory for {told} beyond that for six seconds", room - small, "MiB")


def recordings(folder: Path, seconds: float, *, side: int) -> list[Path]:
    """Make what two kinds of phone record: HEVC in HLG upright by rotation, and plain H.264."""
    newer, older = folder / "newer.mov", folder / "older.mp4"
    make_phone_clip(newer, title="手机", seconds=seconds, short_side=side)
    make_sample(older, title="手机", seconds=seconds, width=side * 16 // 9 // 2 * 2, height=side, phone=True)
    return [newer, older]


def film_with_grain(path: Path) -> None:
    """Make six seconds of 1080p at the bit rate of a phone."""
    picture = ("-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=30:d=6,noise=alls=30:allf=t")
    sound = ("-f", "lavfi", "-i", "sine=d=6", "-c:a", "aac")
    coding = ("-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-bf", "2", "-b:v", "17M")
    run.run(["-hide_banner", "-nostdin", "-y", *picture, *sound, *coding, str(path)], duration_s=6)


def looped(clip: Path, target: Path, *options: str) -> Path:
    """Repeat a clip without encoding it again."""
    run.run([*COPY, str(clip), "-c", "copy", *options, str(target)], duration_s=1, wall_s=600)
    return target


def child(clip: Path) -> tuple[float, float]:
    """Examine a file as `probe` does; return seconds and the most memory in MiB."""
    demuxer = sniff.DEMUXERS[str(sniff.sniff(head(clip)))]
    argv = [sys.executable, "-I", "-S", "-c", WATCHED, sys.executable, str(clip), demuxer]
    told = subprocess.run(argv, capture_output=True, check=True, env={"PYTHONPATH": str(Path.cwd())}).stdout
    facts, used = told.decode().splitlines()
    assert json.loads(facts)["cut_short"] is False
    seconds, kilobytes = json.loads(used)
    return seconds, kilobytes * 1024 / MIB


def head(clip: Path) -> bytes:
    """Return the first bytes, which tell the container."""
    with clip.open("rb") as file:
        return file.read(sniff.SNIFF_BYTES)
