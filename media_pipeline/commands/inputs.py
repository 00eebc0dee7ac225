"""How every ffmpeg of ours is begun: strangers' files behind bars, our own names for what is written."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import ffmpeg

from media_pipeline import spec
from media_pipeline.sniff import DEMUXERS

if TYPE_CHECKING:
    from pathlib import Path

Options = dict[str, Any]

NOWHERE = Fraction(0)
SPARE_S = 60

GLOBAL = (
    "-hide_banner",
    "-nostdin",  # a worker has no keyboard; without it ffmpeg may stop and ask
    "-loglevel",
    "info",  # the loudness meter reports at this level
    "-max_alloc",
    str(256 << 20),  # for one thing at once: the largest picture that is taken, in 16 bits, has 216 MB
    "-dts_delta_threshold",
    str(spec.MAX_DURATION_S),  # pauses stay: closing them would move sound and pictures by different amounts
    "-max_error_rate",
    "0.3",  # a few damaged pictures pass, a damaged film does not
    "-y",
)


def source_input(
    source_file: Path,
    source: spec.Source,
    *,
    seconds: float | None = None,
    from_s: Fraction = NOWHERE,
    lightly: bool = False,
) -> Any:
    """Open a stranger's file: one forced demuxer, no other format, no protocol but files, no huge pictures.

    Read `lightly`, large pictures are decoded one after the other.
    """
    options: Options = {
        "format": DEMUXERS[source.container],  # chosen from the first bytes, never guessed by ffmpeg
        "protocol_whitelist": "file,pipe",  # no network, no playlists of addresses
        "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,avi",  # nothing nested either
        "max_pixels": spec.MAX_PIXELS,
        "max_streams": 32,
        # A size or format that changes in the middle is left to the scaler: built anew, the rest would begin at zero again.
        "reinit_filter": 0,
        # Each thread holds pictures of its own, and those of more than 1080p are large.
        "threads": (1 if lightly else 2) if source.video.is_large else 4,
        "t": seconds if seconds is not None else spec.MAX_DURATION_S + SPARE_S,
    }
    if from_s:
        options["ss"] = exact(from_s)
        # The picture before that instant may be the one that still stands at it: `fps` chooses, the opening does not.
        options["noaccurate_seek"] = None
    return ffmpeg.input(str(source_file), **options)


def opened_at(
    start: spec.Start, source_file: Path, source: spec.Source, plan: spec.Plan, *, lightly: bool = False
) -> Any:
    return source_input(source_file, source, from_s=run_up(start, plan) / plan.fps, lightly=lightly)


def run_up(start: spec.Start, plan: spec.Plan) -> Fraction:
    """Return the frame with which decoding begins: a second before the start, where the pictures are surely whole."""
    return Fraction(max(0, start.frame - round(plan.fps)))


def exact(seconds: Fraction) -> str:
    return f"{float(seconds):.6f}"


def nameless() -> Options:
    return {
        "map_metadata": -1,  # no place, no device, no owner
        "map_chapters": -1,
        "fflags": "+bitexact",  # no encoder version, no date
        "flags:v": "+bitexact",
    }


def argv(*outputs: Any) -> list[str]:
    merged = ffmpeg.merge_outputs(*outputs) if len(outputs) > 1 else outputs[0]
    return [*GLOBAL, *(str(part) for part in ffmpeg.get_args(merged))]
