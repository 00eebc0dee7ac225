"""What the cascade costs in picture quality: VMAF of each size against the size scaled from the full picture."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import ffmpeg

from media_pipeline import engine, package, run, spec
from media_pipeline.bench import structures
from media_pipeline.commands import GLOBAL
from media_pipeline.plan import plan as make_plan
from media_pipeline.probe import probe

if TYPE_CHECKING:
    from pathlib import Path

# Trained on 1080p seen at three times the picture's height (Netflix): smaller sizes are enlarged as a player does.
MODEL = "version=vmaf_v0.6.1"


def compare(clip: Path, folder: Path, *, every_nth: int) -> dict[str, dict[str, float]]:
    """Return for each size the VMAF of ours and of one that was scaled from the full picture, both beside the film."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    made = engine.transcode(clip, folder / "ours")
    direct = folder / "direct"
    direct.mkdir()
    structures.one_command(clip, direct)
    source = probe(clip)
    plan, size = make_plan(source), (source.video.display_width, source.video.display_height)
    found: dict[str, dict[str, float]] = {}
    for rung in made.rungs:
        package.close_playlist(direct / rung.name)
        found[rung.name] = {
            "ours": _vmaf(folder / "ours" / rung.name, clip, folder, plan=plan, size=size, every_nth=every_nth),
            "direct": _vmaf(direct / rung.name, clip, folder, plan=plan, size=size, every_nth=every_nth),
        }
    return found


def _vmaf(rung: Path, clip: Path, folder: Path, *, plan: spec.Plan, size: tuple[int, int], every_nth: int) -> float:
    """Return the mean over every nth picture, 0 to 100."""
    joined, log = package.join(rung, folder / "joined.mp4"), folder / "vmaf.json"
    shown = ffmpeg.input(str(joined), format="mov")["0"].filter("scale", *size, flags="bicubic")
    film = ffmpeg.input(str(clip))["v:0"].filter("fps", fps=str(plan.fps), start_time=0).filter("format", "yuv420p")
    judged = ffmpeg.filter(
        [shown, film], "libvmaf", model=MODEL, log_fmt="json", log_path=str(log), n_threads=2, n_subsample=every_nth
    )
    run.run([*GLOBAL, *ffmpeg.get_args(ffmpeg.output(judged, "-", format="null"))], duration_s=1, wall_s=3600)
    return round(float(json.loads(log.read_text())["pooled_metrics"]["vmaf"]["mean"]), 2)
