"""The films that are converted: what a phone makes of somebody who speaks, with the grain of a small sensor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ffmpeg

from media_pipeline import run, samples
from media_pipeline.commands import GLOBAL

if TYPE_CHECKING:
    from pathlib import Path

# Strength of ffmpeg's `noise` filter: a 1080p picture at CRF 23 then takes 2 to 3 Mb/s, as filmed ones do.
GRAIN = 5
# What phones spend on 1080p, in bit/s (reference/media.md, section 7).
SDR_RATE, HLG_RATE = 17_000_000, 12_000_000


def talking_head(path: Path, seconds: float, short_side: int, *, hlg: bool = False) -> Path:
    """Write a landscape film of 30 pictures a second: HEVC and HLG as recent phones record, or rich H.264."""
    return samples.make_sample(
        path,
        title="微党课",
        seconds=seconds,
        width=short_side * 16 // 9,
        height=short_side,
        codec="hevc" if hlg else "h264",
        hlg=hlg,
        vfr=True,  # as phones do; it also keeps the film from being copied
        grain=GRAIN,
        bitrate=round((HLG_RATE if hlg else SDR_RATE) * (short_side / 1080) ** 2),
        seed=4,
    )


def fit(path: Path, seconds: float, short_side: int) -> Path:
    """Write a film that can be copied."""
    return samples.make_sample(
        path, title="微党课", seconds=seconds, width=short_side * 16 // 9, height=short_side, seed=5
    )


def repeated(clip: Path, path: Path, *, seconds: float, of: float) -> Path:
    """Write a long film without coding it anew: the clip of `of` seconds again and again."""
    opened = ffmpeg.input(str(clip), stream_loop=max(0, round(seconds / of) - 1))
    made = ffmpeg.output(opened, str(path), c="copy", map="0", movflags="+faststart", t=seconds)
    run.run([*GLOBAL, *ffmpeg.get_args(made)], duration_s=seconds)
    return path
