"""Coded pictures in segments that every size has at the same instants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ffmpeg

from media_pipeline import spec
from media_pipeline.commands.inputs import Options, exact, nameless

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

RAW_PLAYLIST = "growing.m3u8"
INIT = "init.mp4"
INIT_AGAIN = "again.mp4"
SEGMENTS = "seg%05d.m4s"
# Notes beside the pictures (SEI, unit type 6): the recorder's or the coder's name and settings. Nobody needs them.
NO_SIDE_NOTES = "filter_units=remove_types=6"


def encoded(
    picture: Any,
    rung: spec.Rung,
    plan: spec.Plan,
    out_dir: Path,
    *,
    cuts: Sequence[float],
    start: spec.Start,
    preset: str = "veryfast",
) -> Any:
    options: Options = {
        "c:v": "libx264",
        "preset": preset,
        "profile:v": "high",
        "crf": 23,  # constant quality …
        "maxrate": rung.max_bitrate,  # … capped, so that easy pictures cost little and hard ones do not stall a phone
        "bufsize": rung.max_bitrate * 2,
        "force_key_frames": _key_frames(
            plan, cuts, start
        ),  # the same instants in all rungs, so that players can switch
        "sc_threshold": 0,  # no key frames of its own at scene cuts
        "g": int(plan.fps * 12),
        "x264-params": "open-gop=0",
        "bsf:v": NO_SIDE_NOTES,
        "r": str(plan.fps),
        "fps_mode": "cfr",
        **nameless(),
    }
    # With cuts given every key frame starts a segment; else the grid of two seconds does, and key frames thin it out.
    seconds = 0.1 if cuts else spec.FIRST_SEGMENT_S
    folder = out_dir / rung.name
    if start.segment:
        options |= {"output_ts_offset": exact(start.frame / plan.fps), "start_number": start.segment}
        # Numbered and timed as if one run had made them all (movenc counts fragments from one).
        options["hls_segment_options"] = f"movflags=+frag_discont:fragment_index={start.segment + 1}"
    return ffmpeg.output(picture, str(folder / RAW_PLAYLIST), **options, **hls(folder, seconds, start))


def _key_frames(plan: spec.Plan, cuts: Sequence[float], start: spec.Start) -> str:
    before = float(start.frame / plan.fps)
    if cuts:
        # Half a frame early: the frame that carries the instant is the first at or after it.
        half = float(1 / plan.fps / 2)
        return ",".join(f"{max(0.0, cut - before - half):.6f}" for cut in cuts[start.segment :])
    first, usual, number = spec.FIRST_SEGMENT_S, spec.SEGMENT_S, f"(n_forced+{start.segment})"
    return f"expr:gte(t+{before:.6f},if(lt({number},2),{number}*{first},({number}-1)*{usual})-0.001)"


def copied(opened: Any, source: spec.Source, rung: spec.Rung, out_dir: Path) -> Any:
    options: Options = {
        "c:v": "copy",
        "bsf:v": NO_SIDE_NOTES,
        **nameless(),
    }
    folder = out_dir / rung.name
    return ffmpeg.output(
        opened[str(source.video.index)], str(folder / RAW_PLAYLIST), **options, **hls(folder, spec.FIRST_SEGMENT_S)
    )


def hls(folder: Path, seconds: float, start: spec.Start = spec.BEGINNING) -> Options:
    return {
        "format": "hls",
        "hls_time": seconds,
        "hls_playlist_type": "event",  # a list of kind "vod" is only written at the end: nobody could see it grow
        "hls_segment_type": "fmp4",
        # One that players hold already is compared, not written over: it stands empty until a segment is complete.
        "hls_fmp4_init_filename": INIT_AGAIN if start.segment else INIT,
        "hls_segment_filename": str(folder / SEGMENTS),
        "hls_flags": "temp_file+independent_segments",  # a segment that is listed is complete
        "hls_list_size": 0,
        # Reordered pictures and the coder's run-in start below zero. Moving each stream up by its own amount would part
        # sound from lips by 50 ms and more; left alone, the edit list in the init segment says where zero is.
        "avoid_negative_ts": "disabled",
    }
