"""The pictures: upright, BT.709, at the plan's rate, and the stills among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ffmpeg

from media_pipeline import spec
from media_pipeline.commands.inputs import Options, nameless, run_up

if TYPE_CHECKING:
    from pathlib import Path

# HDR reference white in nits (ITU-R BT.2408) and how many times brighter the brightest light is (1000 nits).
REFERENCE_WHITE = 203
PEAK_ABOVE_WHITE = 5
TILE_SIDE = 90
POSTER_SIDE = 720
WIDE_PRIMARIES = frozenset({"bt2020", "smpte431", "smpte432"})


def poster_step(source: spec.Source, plan: spec.Plan) -> int:
    """Return the distance of poster candidates in frames: about twelve of them."""
    return max(1, int(source.duration_s * plan.fps / 12))


def tile_step(source: spec.Source, plan: spec.Plan) -> int:
    """Return the distance of preview tiles in frames: one a second, fewer in long films, at most a hundred."""
    seconds = max(1.0, source.duration_s / 99)
    return max(1, round(seconds * plan.fps))


def stills_before(frame: int, *, every: int, first: int) -> int:
    """Return how many of the frames `first`, `first + every`, … come before a frame."""
    return max(0, -(-(frame - first) // every))


def tile_size(rung: spec.Rung) -> tuple[int, int]:
    """Return the size of a preview tile, in the picture's own shape."""
    side = min(TILE_SIDE, rung.short_side)
    return (
        round(rung.width * side / rung.short_side / 2) * 2,
        round(rung.height * side / rung.short_side / 2) * 2,
    )


def film_of(opened: Any, source: spec.Source) -> Any:
    return opened[str(source.video.index)]


def upright(picture: Any, source: spec.Source, plan: spec.Plan, rung: spec.Rung, start: spec.Start) -> Any:
    """Decode to upright BT.709 pictures at the rung's size and the plan's rate (ffmpeg itself undoes rotation)."""
    if plan.deinterlace:
        picture = picture.filter("bwdif", mode="send_frame", deint="interlaced")
    # Frames are dropped or doubled before anything costly; start_time=0 holds the first picture if sound starts earlier.
    picture = picture.filter("fps", fps=str(plan.fps), start_time=0)
    if start.frame:
        skipped = start.frame - int(run_up(start, plan))
        picture = picture.filter("trim", start_frame=skipped).filter("setpts", "PTS-STARTPTS")
    if plan.tone_map:
        picture = _tone_mapped(picture, plan, rung)
    else:
        picture = picture.filter(
            "scale",
            rung.width,
            rung.height,
            flags="bicubic",
            in_color_matrix=plan.input_matrix.replace("bt2020nc", "bt2020"),
            out_color_matrix="bt709",
            out_range="tv",
        )
        if plan.input_primaries in WIDE_PRIMARIES:
            same = {"tin": "bt709", "t": "bt709", "min": "bt709", "m": "bt709"}
            picture = picture.filter("zscale", pin=plan.input_primaries, p="bt709", **same)
    return (
        picture.filter("format", "yuv420p")
        .filter("setsar", 1)
        .filter("setparams", color_primaries="bt709", color_trc="bt709", colorspace="bt709", range="tv")
    )


def _tone_mapped(picture: Any, plan: spec.Plan, rung: spec.Rung) -> Any:
    transfer = {"hlg": "arib-std-b67", "pq": "smpte2084"}[plan.tone_map or "hlg"]
    said = {"color_primaries": plan.input_primaries, "color_trc": transfer, "colorspace": "bt2020nc", "range": "tv"}
    # Scale before tone mapping: zscale works in float and costs several times more at full size.
    scaled = picture.filter("scale", rung.width, rung.height, flags="bicubic").filter("format", "yuv420p10le")
    return (
        scaled.filter("setparams", **said)
        .filter("zscale", t="linear", npl=REFERENCE_WHITE)
        .filter("format", "gbrpf32le")
        .filter("zscale", p="bt709")
        # Straight up to half of reference white, so that faces keep their tone; a soft shoulder for the lights above.
        .filter("tonemap", "mobius", param=0.5, desat=0, peak=PEAK_ABOVE_WHITE)
        .filter("zscale", t="bt709", m="bt709", r="tv")
    )


def stills(
    picture: Any, target: Path, *, every: int, first: int, start: spec.Start, size: tuple[int, int] | None = None
) -> Any:
    chosen = picture.filter("select", f"eq(mod(n+{start.frame},{every}),{first})")
    if size:
        chosen = chosen.filter("scale", *size, flags="bilinear")
    # JPEG readers expect the BT.601 matrix in full range whatever the film had.
    jpeg = chosen.filter("scale", out_color_matrix="bt601", out_range="full").filter("format", "yuvj420p")
    options: Options = {"format": "image2", "c:v": "mjpeg", "q:v": 2, "fps_mode": "passthrough", **nameless()}
    options["start_number"] = stills_before(start.frame, every=every, first=first) + 1
    return ffmpeg.output(jpeg, str(target), **options)
