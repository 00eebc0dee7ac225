"""Source -> Plan: which sizes, which lane, which frame rate. Pure arithmetic, no file and no process."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from media_pipeline import spec

if TYPE_CHECKING:
    from collections.abc import Sequence

# Upper bounds of the bit rate by short side (capped constant quality: easy pictures stay far below).
MAX_BITRATES = {1080: 4_500_000, 720: 2_500_000, 480: 1_100_000, 360: 600_000, 240: 250_000}
MAX_FPS = Fraction(60)
MIN_FPS = Fraction(5)
ROUND_RATES = tuple(Fraction(rate) for rate in (24, 25, 30, 48, 50, 60, 10, 12, 15, 20))
USUAL_RATES = (*ROUND_RATES, *(Fraction(rate, 1001) for rate in (24_000, 30_000, 60_000)))
USUAL_WITHIN = 0.004
# With uneven distances the average is a guess; what was meant is the round rate nearby.
USUAL_WITHIN_VFR = 0.05
FIRST_PLAY_SIDE = 480
FIRST_PLAY_SIDE_SLOW = 360
HD_SIDE = 720
# A size that is nearly as large, or nearly as heavy, as the next one up gives a player nothing to choose.
CLOSE_SIDE = 0.85
CLOSE_RATE = 0.8


def plan(source: spec.Source, *, max_height: int | None = None) -> spec.Plan:
    """Decide what is made of a source; `max_height` limits the short side of every rung."""
    video = source.video
    copied = source.remux_eligible and (max_height is None or video.short_side <= max_height)
    rungs = ladder(video, max_height=max_height, copied=copied)
    return spec.Plan(
        lane="remux" if copied else "encode",
        rungs=rungs,
        first_play=_first_play(video, rungs),
        fps=choose_fps(video),
        tone_map=video.hdr,
        input_matrix=_matrix_of(video),
        input_primaries=_primaries_of(video),
        deinterlace=video.interlaced,
        audio=source.audio is not None,
    )


def ladder(video: spec.VideoStream, *, max_height: int | None, copied: bool) -> tuple[spec.Rung, ...]:
    """Return the rungs from large to small; none is larger than the picture or, except by a pixel, distorted."""
    short = video.short_side
    limit = min(short, max_height) if max_height else short
    top = (_own_rung(video),) if copied else ()
    sides = [side for side in spec.RUNG_SIDES if side <= limit and not (copied and side > short * CLOSE_SIDE)]
    rungs = top + tuple(_rung(video, side) for side in sides)
    return rungs or (_rung(video, _even(limit)),)


def worth_keeping(rungs: Sequence[spec.Rung], rates: Sequence[int]) -> tuple[bool, ...]:
    """Tell of finished rungs, from large to small with their bit rates, which ones pay.

    The largest, the smallest and the one that is wrapped for old players always do.
    """
    fallback = spec.fallback_of(rungs)
    kept: list[bool] = []
    above = 0
    for rung, rate in zip(rungs, rates, strict=True):
        needed = rung in {rungs[0], rungs[-1], fallback}
        kept.append(needed or rate <= above * CLOSE_RATE)
        above = rate if kept[-1] else above
    return tuple(kept)


def choose_fps(video: spec.VideoStream) -> Fraction:
    """Choose the constant frame rate nearest to what the timestamps show, halved until it is at most 60."""
    vfr = video.fps_mode == "vfr"
    # Uneven but on the beat (a phone): the average tells the beat. With pauses (a screen recording) it tells nothing.
    paused = abs(video.fps - video.fps_nominal) > video.fps_nominal * USUAL_WITHIN_VFR
    rate = Fraction(video.fps_nominal if paused else video.fps).limit_denominator(100_000)
    while rate > MAX_FPS * Fraction(101, 100):
        rate /= 2
    within = USUAL_WITHIN_VFR if vfr else USUAL_WITHIN
    nearest = min(ROUND_RATES if vfr else USUAL_RATES, key=lambda usual: abs(usual - rate))
    if abs(nearest - rate) <= nearest * Fraction(within):
        return nearest
    return min(max(rate.limit_denominator(1001), MIN_FPS), MAX_FPS)


def _rung(video: spec.VideoStream, side: int) -> spec.Rung:
    width, height = video.display_width, video.display_height
    long = max(width, height)
    # Nearest even length, but never beyond the picture's own.
    other = min(round(Fraction(long * side, video.short_side) / 2) * 2, _even(long))
    size = (side, other) if width <= height else (other, side)
    return spec.Rung(name=f"{side}p", width=size[0], height=size[1], max_bitrate=_max_bitrate(side))


def _own_rung(video: spec.VideoStream) -> spec.Rung:
    side = video.short_side
    return spec.Rung(
        name=f"{side}p",
        width=video.display_width,
        height=video.display_height,
        max_bitrate=max(video.peak_bitrate, video.bitrate),
        copied=True,
    )


def _even(pixels: float | Fraction) -> int:
    # Chroma is stored at half size. Down and not to the nearest, so that nothing is ever enlarged.
    return max(2, int(pixels) // 2 * 2)


def _max_bitrate(side: int) -> int:
    return next((rate for known, rate in MAX_BITRATES.items() if side >= known), MAX_BITRATES[240])


def _first_play(video: spec.VideoStream, rungs: tuple[spec.Rung, ...]) -> spec.Rung:
    """Choose what is shown first: the copied picture, else a small rung; the smallest when pictures cost much."""
    if rungs[0].copied:
        return rungs[0]
    slow = video.hdr is not None or video.short_side > HD_SIDE or video.fps > float(MAX_FPS) / 2 + 1
    wanted = FIRST_PLAY_SIDE_SLOW if slow else FIRST_PLAY_SIDE
    return next((rung for rung in rungs if rung.short_side <= wanted), rungs[-1])


def _matrix_of(video: spec.VideoStream) -> str:
    # An unsaid matrix means what players take it for: BT.709 for HD pictures, BT.601 for smaller ones.
    if video.matrix in {"bt709", "bt2020nc", "bt470bg", "smpte170m", "smpte240m", "fcc"}:
        return video.matrix
    if video.hdr:
        return "bt2020nc"
    return "bt709" if video.short_side >= HD_SIDE else "smpte170m"


def _primaries_of(video: spec.VideoStream) -> str:
    if video.primaries != "unknown":
        return video.primaries
    return "bt2020" if video.hdr else "bt709"
