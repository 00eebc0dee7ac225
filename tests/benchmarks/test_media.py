"""What converting costs beside other structures, and how soon a film plays."""

import contextlib
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from media_pipeline import bench, engine, package
from media_pipeline.probe import probe
from media_pipeline.samples import make_phone_clip
from tests.benchmarks.figures import Figures

pytestmark = [pytest.mark.ffmpeg, pytest.mark.timeout(3600)]


def test_ours_beside_the_structures_of_others(figures: Figures) -> None:
    found = bench.bench(bench.FULL if figures.full_size else bench.QUICK)
    assert json.loads(json.dumps(found)) == found
    assert bench.report.table(found).count("ours") == 5
    ratios, waits, vmaf = found["ratios"], found["first_playable_s"], found["vmaf"]
    assert set(vmaf) >= {"360p", "240p"}
    per_rung = "processor time of all sizes, poster and preview, of one process per size"
    figures.at_most(0.65, f"{per_rung}: 1080p SDR", ratios["sdr_per_rung"], "×")
    figures.at_most(0.65, f"{per_rung} that scales before tone mapping: 1080p HLG", ratios["hlg_scale_first"], "×")
    figures.at_most(0.40, f"{per_rung} that tone-maps first: 1080p HLG", ratios["hlg_tone_map_first"], "×")
    figures.at_most(1.0, "of the largest size first and the others from it: 1080p SDR", ratios["sdr_chain"], "×")
    figures.at_most(1.0, "of one command that scales separately: 1080p SDR", ratios["sdr_one_command"], "×")
    by_hand = f"of our own ffmpeg commands by hand, for a film of {found['by_hand_s']:g} s"
    figures.at_most(1.03, f"{by_hand}: 1080p SDR", ratios["sdr_bare"], "×")
    figures.at_most(1.03, f"{by_hand}: 1080p HLG", ratios["hlg_bare"], "×")
    for name, scores in vmaf.items():
        figures.at_most(1.0, f"VMAF lost by scaling in steps: {name}", scores["direct"] - scores["ours"], "points")
    for kind, limit in (("fit", 2), ("hlg", 12)):
        each = {name: seconds for name, seconds in waits.items() if name.startswith(kind)}
        for name, seconds in each.items():
            figures.at_most(limit, f"first play after the last byte: {name}", seconds, "s")
        spread = max(each.values()) / min(each.values())
        figures.at_most(1.2, f"first play, the longest wait of the shortest: {kind}", spread, "×")


def test_a_phone_s_recording_is_probed_and_converted_in_time(figures: Figures, tmp_path: Path) -> None:
    clip = make_phone_clip(tmp_path / "phone.mov", title="测速", seconds=60 if figures.full_size else 1, seed=1)
    started = time.monotonic()
    source = probe(clip)
    figures.at_most(0.5, "probe of a phone's clip", time.monotonic() - started, "s")
    with ThreadPoolExecutor(1) as pool:
        making = pool.submit(engine.transcode, clip, tmp_path / "out")
        most = 0
        while not making.done():
            most = max(most, held(tmp_path))
    made = making.result()
    kept = held(tmp_path) - clip.stat().st_size
    figures.at_most(1.3, "disk used while converting, of what is kept", (most - clip.stat().st_size) / kept, "×")
    speed = source.duration_s / made.total_s
    figures.at_most(
        600, "what is loaded of 360p before its first picture", start_up_bytes(tmp_path / "out") / 1000, "KB"
    )
    figures.at_least(0.2, "all sizes of a phone's 1080p HLG clip, seconds of film per second", speed, "×")


def held(folder: Path) -> int:
    """Return how many bytes lie in a folder, looking a few times a second."""
    time.sleep(0.05)
    sizes = 0
    for place, _folders, names in os.walk(folder):  # which passes over what goes away meanwhile
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                sizes += (Path(place) / name).stat().st_size
    return sizes


def start_up_bytes(out: Path, rung: str = "360p") -> int:
    """Return how many bytes a player needs before it can begin: the lists, and what they name first."""
    pieces = [out / package.MASTER]
    for folder in (out / rung, out / "audio"):
        first = package.read_playlist(folder / package.PLAYLIST).names[0]
        pieces += [folder / name for name in (package.PLAYLIST, "init.mp4", first)]
    return sum(piece.stat().st_size for piece in pieces)
