"""Times the two ways of a video on generated clips, so that a change of speed is seen on the same machine."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from media_pipeline import engine, plan, probe, samples


def bench(seconds: float) -> dict[str, Any]:
    """Make a copyable clip and a phone clip of some seconds, convert both, and tell how long each step took."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain = samples.make_sample(folder / "plain.mp4", title="测速", seconds=seconds, seed=3)
        phone = samples.make_phone_clip(folder / "phone.mov", title="测速", seconds=seconds, seed=1)
        return {
            "seconds": seconds,
            "remux": _timed(plain, folder / "remux"),
            "ladder": _timed(phone, folder / "ladder"),
        }


def _timed(clip: Path, target: Path) -> dict[str, Any]:
    started = time.monotonic()
    source = probe.probe(clip)
    probed = time.monotonic()
    playable: list[float] = []
    engine.first_play(
        clip,
        target / "first",
        source,
        plan.plan(source),
        on_progress=lambda _fraction: None,
        on_playable=lambda: playable.append(time.monotonic()),
    )
    shown = time.monotonic()
    made = engine.transcode(clip, target / "all")
    return {
        "lane": made.lane,
        "probe_s": round(probed - started, 3),
        "playable_s": round(playable[0] - started, 3),
        "first_play_s": round(shown - started, 3),
        "transcode_s": made.total_s,
        "cpu_s": made.cpu_s,
        "times_real_time": round(source.duration_s / made.total_s, 2),
    }
