"""Plan -> ffmpeg arguments, built with ffmpeg-python's graph compiler. Pure: no process, no file.

All paths are absolute, so that none can be taken for an option. Binary and progress flags are added by `run`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ffmpeg

from media_pipeline import spec
from media_pipeline.sniff import DEMUXERS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Options = dict[str, Any]

RAW_PLAYLIST = "growing.m3u8"
INIT = "init.mp4"
SEGMENTS = "seg%05d.m4s"
AUDIO_FOLDER = "audio"
AUDIO_BITRATE = 128_000
AUDIO_RATE = 48_000
# Encoders overshoot the limiter by up to a decibel; -2 dBFS before them keeps true peaks below -1 dBTP.
PEAK_CEILING = 0.79
# Notes beside the pictures (SEI, unit type 6): the recorder's or the coder's name and settings. Nobody needs them.
NO_SIDE_NOTES = "filter_units=remove_types=6"
# HDR reference white in nits (ITU-R BT.2408) and how many times brighter the brightest light is (1000 nits).
REFERENCE_WHITE = 203
PEAK_ABOVE_WHITE = 5
TILE_SIDE = 90
POSTER_SIDE = 720
WIDE_PRIMARIES = frozenset({"bt2020", "smpte431", "smpte432"})

GLOBAL = (
    "-hide_banner",
    "-nostdin",  # a worker has no keyboard; without it ffmpeg may stop and ask
    "-loglevel",
    "info",  # the loudness meter reports at this level
    "-max_error_rate",
    "0.3",  # a few damaged pictures pass, a damaged film does not
    "-y",
)


def source_input(source_file: Path, source: spec.Source, *, seconds: float | None = None) -> Any:
    """Open a stranger's file: one forced demuxer, no other format, no protocol but files, no huge pictures."""
    options: Options = {
        "format": DEMUXERS[source.container],  # chosen from the first bytes, never guessed by ffmpeg
        "protocol_whitelist": "file,pipe",  # no network, no playlists of addresses
        "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,avi",  # nothing nested either
        "max_pixels": spec.MAX_PIXELS,
        "max_streams": 32,
    }
    if seconds is not None:
        options["t"] = seconds
    return ffmpeg.input(str(source_file), **options)


def measure_argv(source_file: Path, source: spec.Source, *, seconds: float | None = None) -> list[str]:
    """Decode only the sound and let the meter report its loudness and peak."""
    sound = _even_sound(source_input(source_file, source, seconds=seconds), source)
    metered = sound.filter("ebur128", framelog="quiet", peak="true")
    return _argv(ffmpeg.output(metered, "-", format="null"))


def copy_argv(source_file: Path, source: spec.Source, plan: spec.Plan, out_dir: Path) -> list[str]:
    """Repackage the picture of the top rung without touching it."""
    return _argv(_copied(source_input(source_file, source), source, plan.rungs[0], out_dir))


def first_play_argv(
    source_file: Path, source: spec.Source, plan: spec.Plan, out_dir: Path, loudness: spec.Loudness
) -> list[str]:
    """Make one rung and the sound as growing playlists."""
    rung = plan.first_play
    opened = source_input(source_file, source)
    if rung.copied:
        outputs = [_copied(opened, source, rung, out_dir)]
    else:
        picture = _upright(opened, source, plan, rung)
        outputs = [_encoded(picture, rung, plan, out_dir, cuts=(), preset="superfast")]
    if plan.audio:
        sound = _levelled(opened, source, loudness)
        outputs.append(_sound(sound, out_dir, seconds=spec.FIRST_SEGMENT_S))
    return _argv(*outputs)


def ladder_argv(
    source_file: Path,
    source: spec.Source,
    plan: spec.Plan,
    out_dir: Path,
    *,
    stills_dir: Path,
    loudness: spec.Loudness,
    cuts: Sequence[float] = (),
) -> list[str]:
    """Decode once and make from it every rung that is encoded, the poster candidates, the tiles and the sound.

    `cuts` are the instants at which the copied rung's segments start; without them two segments of two seconds come
    first and four seconds each after that.
    """
    opened = source_input(source_file, source)
    outputs: list[Any] = []
    # A copied picture takes part only for its stills: as large as a poster needs, or when there is no other.
    rungs = plan.rungs if plan.rungs[0].short_side <= POSTER_SIDE else plan.encoded or plan.rungs
    picture = _upright(opened, source, plan, rungs[0])
    poster_from = next((rung for rung in rungs if rung.short_side <= POSTER_SIDE), rungs[-1])
    for place, rung in enumerate(rungs):
        if place:
            # Each rung from the one above: 20 % less work than from the full picture, at no visible cost.
            picture = picture.filter("scale", rung.width, rung.height, flags="bicubic").filter("setsar", 1)
        takers = (not rung.copied) + (rung == poster_from) + 1
        branches = picture.filter_multi_output("split", takers)
        taken = iter(range(takers))
        if not rung.copied:
            outputs.append(_encoded(branches[next(taken)], rung, plan, out_dir, cuts=cuts))
        if rung == poster_from:
            outputs.append(
                _stills(branches[next(taken)], stills_dir / "poster%03d.jpg", every=poster_step(source, plan))
            )
        picture = branches[next(taken)]
    tile = tile_size(rungs[-1])
    tiles = picture.filter("scale", *tile, flags="bilinear")
    outputs.append(_stills(tiles, stills_dir / "tile%05d.jpg", every=tile_step(source, plan), first=0))
    if plan.audio:
        outputs.append(_sound(_levelled(opened, source, loudness), out_dir, seconds=spec.SEGMENT_S))
    return _argv(*outputs)


def wrap_argv(inputs: Sequence[Path], target: Path, *, form: str) -> list[str]:
    """Put streams we made ourselves into one file whose index comes first, so that it plays while it loads."""
    streams = [ffmpeg.input(str(path), format="mov", protocol_whitelist="file,pipe")["0"] for path in inputs]
    options = {"c": "copy", "movflags": "+faststart", "format": form, **_nameless()}
    return _argv(ffmpeg.output(*streams, str(target), **options))


def poster_step(source: spec.Source, plan: spec.Plan) -> int:
    """Return the distance of poster candidates in frames: about twelve of them."""
    return max(1, int(source.duration_s * plan.fps / 12))


def tile_step(source: spec.Source, plan: spec.Plan) -> int:
    """Return the distance of preview tiles in frames: one a second, fewer in long films, at most a hundred."""
    seconds = max(1.0, source.duration_s / 99)
    return max(1, round(seconds * plan.fps))


def tile_size(rung: spec.Rung) -> tuple[int, int]:
    """Return the size of a preview tile, in the picture's own shape."""
    side = min(TILE_SIDE, rung.short_side)
    return (
        round(rung.width * side / rung.short_side / 2) * 2,
        round(rung.height * side / rung.short_side / 2) * 2,
    )


def _upright(opened: Any, source: spec.Source, plan: spec.Plan, rung: spec.Rung) -> Any:
    """Decode to upright BT.709 pictures at the rung's size and the plan's rate (ffmpeg itself undoes rotation)."""
    picture = opened[str(source.video.index)]
    if plan.deinterlace:
        picture = picture.filter("bwdif", mode="send_frame", deint="interlaced")
    # Frames are dropped or doubled before anything costly; start_time=0 holds the first picture if sound starts earlier.
    picture = picture.filter("fps", fps=str(plan.fps), start_time=0)
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


def _encoded(
    picture: Any,
    rung: spec.Rung,
    plan: spec.Plan,
    out_dir: Path,
    *,
    cuts: Sequence[float],
    preset: str = "veryfast",
) -> Any:
    options: Options = {
        "c:v": "libx264",
        "preset": preset,
        "profile:v": "high",
        "crf": 23,  # constant quality …
        "maxrate": rung.max_bitrate,  # … capped, so that easy pictures cost little and hard ones do not stall a phone
        "bufsize": rung.max_bitrate * 2,
        "force_key_frames": _key_frames(plan, cuts),  # the same instants in all rungs, so that players can switch
        "sc_threshold": 0,  # no key frames of its own at scene cuts
        "g": int(plan.fps * 12),
        "x264-params": "open-gop=0",
        "bsf:v": NO_SIDE_NOTES,
        "r": str(plan.fps),
        "fps_mode": "cfr",
        **_nameless(),
    }
    # With cuts given every key frame starts a segment; else the grid of two seconds does, and key frames thin it out.
    seconds = 0.1 if cuts else spec.FIRST_SEGMENT_S
    return ffmpeg.output(
        picture, str(out_dir / rung.name / RAW_PLAYLIST), **options, **_hls(out_dir / rung.name, seconds)
    )


def _key_frames(plan: spec.Plan, cuts: Sequence[float]) -> str:
    if cuts:
        # Half a frame early: the frame that carries the instant is the first at or after it.
        half = float(1 / plan.fps / 2)
        return ",".join(f"{max(0.0, cut - half):.6f}" for cut in cuts)
    first, usual = spec.FIRST_SEGMENT_S, spec.SEGMENT_S
    return f"expr:gte(t,if(lt(n_forced,2),n_forced*{first},(n_forced-1)*{usual})-0.001)"


def _copied(opened: Any, source: spec.Source, rung: spec.Rung, out_dir: Path) -> Any:
    options: Options = {
        "c:v": "copy",
        "bsf:v": NO_SIDE_NOTES,
        **_nameless(),
    }
    folder = out_dir / rung.name
    return ffmpeg.output(
        opened[str(source.video.index)], str(folder / RAW_PLAYLIST), **options, **_hls(folder, spec.FIRST_SEGMENT_S)
    )


def _hls(folder: Path, seconds: float) -> Options:
    return {
        "format": "hls",
        "hls_time": seconds,
        "hls_playlist_type": "event",  # a list of kind "vod" is only written at the end: nobody could see it grow
        "hls_segment_type": "fmp4",
        "hls_fmp4_init_filename": INIT,
        "hls_segment_filename": str(folder / SEGMENTS),
        "hls_flags": "temp_file+independent_segments",  # a segment that is listed is complete
        "hls_list_size": 0,
        # Reordered pictures and the coder's run-in start below zero. Moving each stream up by its own amount would part
        # sound from lips by 50 ms and more; left alone, the edit list in the init segment says where zero is.
        "avoid_negative_ts": "disabled",
    }


def _nameless() -> Options:
    return {
        "map_metadata": -1,  # no place, no device, no owner
        "map_chapters": -1,
        "fflags": "+bitexact",  # no encoder version, no date
        "flags:v": "+bitexact",
    }


def _stills(picture: Any, target: Path, *, every: int, first: int | None = None) -> Any:
    middle = every // 2 if first is None else first
    chosen = picture.filter("select", f"eq(mod(n,{every}),{middle})")
    # JPEG readers expect the BT.601 matrix in full range whatever the film had.
    jpeg = chosen.filter("scale", out_color_matrix="bt601", out_range="full").filter("format", "yuvj420p")
    options: Options = {"format": "image2", "c:v": "mjpeg", "q:v": 2, "fps_mode": "passthrough", **_nameless()}
    return ffmpeg.output(jpeg, str(target), **options)


def _even_sound(opened: Any, source: spec.Source) -> Any:
    if source.audio is None:
        raise ValueError("the source has no sound")
    # async fills holes and first_pts=0 pads a late start, so that sound stays where it was filmed.
    sound = opened[str(source.audio.index)].filter("aresample", AUDIO_RATE, **{"async": 1000, "first_pts": 0})
    return sound.filter("aformat", sample_fmts="fltp", channel_layouts="stereo")


def _levelled(opened: Any, source: spec.Source, loudness: spec.Loudness) -> Any:
    sound = _even_sound(opened, source)
    if loudness.gain_db:
        sound = sound.filter("volume", f"{loudness.gain_db:.2f}dB")
        sound = sound.filter("alimiter", limit=PEAK_CEILING, level="disabled", latency=1)
    return sound.filter("ebur128", framelog="quiet", peak="true")


def _sound(sound: Any, out_dir: Path, *, seconds: float) -> Any:
    folder = out_dir / AUDIO_FOLDER
    options: Options = {"c:a": "aac", "b:a": AUDIO_BITRATE, **_nameless()}
    return ffmpeg.output(sound, str(folder / RAW_PLAYLIST), **options, **_hls(folder, seconds))


def _argv(*outputs: Any) -> list[str]:
    merged = ffmpeg.merge_outputs(*outputs) if len(outputs) > 1 else outputs[0]
    return [*GLOBAL, *(str(part) for part in ffmpeg.get_args(merged))]
