"""Plan -> ffmpeg arguments, built with ffmpeg-python's graph compiler. Pure: no process, no file.

All paths are absolute, so that none can be taken for an option. Binary and progress flags are added by `run`.
"""

from __future__ import annotations

from fractions import Fraction
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
INIT_AGAIN = "again.mp4"
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
NOWHERE = Fraction(0)
INDEXED = frozenset({"mp4", "mov", "3gp", "matroska", "webm"})
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


def source_input(
    source_file: Path, source: spec.Source, *, seconds: float | None = None, from_s: Fraction = NOWHERE
) -> Any:
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
    if from_s:
        options["ss"] = _exact(from_s)
        # The picture before that instant may be the one that still stands at it: `fps` chooses, the opening does not.
        options["noaccurate_seek"] = None
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
    source_file: Path,
    source: spec.Source,
    plan: spec.Plan,
    out_dir: Path,
    loudness: spec.Loudness,
    *,
    start: spec.Start = spec.BEGINNING,
) -> list[str]:
    """Make one rung and the sound as growing playlists, the rung from `start` on."""
    rung = plan.first_play
    opened = source_input(source_file, source)
    if rung.copied:
        outputs = [_copied(opened, source, rung, out_dir)]
    else:
        picture = _upright(_opened_at(start, source_file, source, plan), source, plan, rung, start)
        outputs = [_encoded(picture, rung, plan, out_dir, cuts=(), preset="superfast", start=start)]
    if plan.audio:
        sound = _levelled(opened, source, loudness)
        outputs.append(_sound(sound, out_dir, seconds=spec.FIRST_SEGMENT_S, start=start))
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
    start: spec.Start = spec.BEGINNING,
) -> list[str]:
    """Decode once and make from it every rung that is encoded, the poster candidates, the tiles and the sound.

    `cuts` are the instants at which the copied rung's segments start; without them two segments of two seconds come
    first and four seconds each after that. With a `start` the pictures before it are left out, which are there already;
    the sound, which costs a hundredth of them, is made from its beginning.
    """
    outputs: list[Any] = []
    # A copied picture takes part only for its stills: as large as a poster needs, or when there is no other.
    rungs = plan.rungs if plan.rungs[0].short_side <= POSTER_SIDE else plan.encoded or plan.rungs
    picture = _upright(_opened_at(start, source_file, source, plan), source, plan, rungs[0], start)
    poster_from = next((rung for rung in rungs if rung.short_side <= POSTER_SIDE), rungs[-1])
    for place, rung in enumerate(rungs):
        if place:
            # Each rung from the one above: 20 % less work than from the full picture, at no visible cost.
            picture = picture.filter("scale", rung.width, rung.height, flags="bicubic").filter("setsar", 1)
        takers = (not rung.copied) + (rung == poster_from) + 1
        branches = picture.filter_multi_output("split", takers)
        taken = iter(range(takers))
        if not rung.copied:
            outputs.append(_encoded(branches[next(taken)], rung, plan, out_dir, cuts=cuts, start=start))
        if rung == poster_from:
            every = poster_step(source, plan)
            posters = stills_dir / "poster%03d.jpg"
            outputs.append(_stills(branches[next(taken)], posters, every=every, first=every // 2, start=start))
        picture = branches[next(taken)]
    tile = tile_size(rungs[-1])
    tiles = picture.filter("scale", *tile, flags="bilinear")
    outputs.append(_stills(tiles, stills_dir / "tile%05d.jpg", every=tile_step(source, plan), first=0, start=start))
    if plan.audio:
        sound = _levelled(source_input(source_file, source), source, loudness)
        outputs.append(_sound(sound, out_dir, seconds=spec.SEGMENT_S, start=start))
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


def _opened_at(start: spec.Start, source_file: Path, source: spec.Source, plan: spec.Plan) -> Any:
    return source_input(source_file, source, from_s=_run_up(start, source, plan) / plan.fps)


def _run_up(start: spec.Start, source: spec.Source, plan: spec.Plan) -> Fraction:
    """Return the frame with which decoding begins: a second before the start, where the pictures are surely whole."""
    if source.container not in INDEXED:
        return NOWHERE  # nothing in it surely says where key frames are, so it is decoded from its beginning
    return Fraction(max(0, start.frame - round(plan.fps)))


def _exact(seconds: Fraction) -> str:
    return f"{float(seconds):.6f}"


def _upright(opened: Any, source: spec.Source, plan: spec.Plan, rung: spec.Rung, start: spec.Start) -> Any:
    """Decode to upright BT.709 pictures at the rung's size and the plan's rate (ffmpeg itself undoes rotation)."""
    picture = opened[str(source.video.index)]
    if plan.deinterlace:
        picture = picture.filter("bwdif", mode="send_frame", deint="interlaced")
    # Frames are dropped or doubled before anything costly; start_time=0 holds the first picture if sound starts earlier.
    picture = picture.filter("fps", fps=str(plan.fps), start_time=0)
    if start.frame:
        skipped = start.frame - int(_run_up(start, source, plan))
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


def _encoded(
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
        **_nameless(),
    }
    # With cuts given every key frame starts a segment; else the grid of two seconds does, and key frames thin it out.
    seconds = 0.1 if cuts else spec.FIRST_SEGMENT_S
    folder = out_dir / rung.name
    if start.segment:
        options |= {"output_ts_offset": _exact(start.frame / plan.fps), "start_number": start.segment}
        # Numbered and timed as if one run had made them all (movenc counts fragments from one).
        options["hls_segment_options"] = f"movflags=+frag_discont:fragment_index={start.segment + 1}"
    return ffmpeg.output(picture, str(folder / RAW_PLAYLIST), **options, **_hls(folder, seconds, start))


def _key_frames(plan: spec.Plan, cuts: Sequence[float], start: spec.Start) -> str:
    before = float(start.frame / plan.fps)
    if cuts:
        # Half a frame early: the frame that carries the instant is the first at or after it.
        half = float(1 / plan.fps / 2)
        return ",".join(f"{max(0.0, cut - before - half):.6f}" for cut in cuts[start.segment :])
    first, usual, number = spec.FIRST_SEGMENT_S, spec.SEGMENT_S, f"(n_forced+{start.segment})"
    return f"expr:gte(t+{before:.6f},if(lt({number},2),{number}*{first},({number}-1)*{usual})-0.001)"


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


def _hls(folder: Path, seconds: float, start: spec.Start = spec.BEGINNING) -> Options:
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


def _nameless() -> Options:
    return {
        "map_metadata": -1,  # no place, no device, no owner
        "map_chapters": -1,
        "fflags": "+bitexact",  # no encoder version, no date
        "flags:v": "+bitexact",
    }


def _stills(picture: Any, target: Path, *, every: int, first: int, start: spec.Start) -> Any:
    chosen = picture.filter("select", f"eq(mod(n+{start.frame},{every}),{first})")
    # JPEG readers expect the BT.601 matrix in full range whatever the film had.
    jpeg = chosen.filter("scale", out_color_matrix="bt601", out_range="full").filter("format", "yuvj420p")
    options: Options = {"format": "image2", "c:v": "mjpeg", "q:v": 2, "fps_mode": "passthrough", **_nameless()}
    options["start_number"] = stills_before(start.frame, every=every, first=first) + 1
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


def _sound(sound: Any, out_dir: Path, *, seconds: float, start: spec.Start) -> Any:
    folder = out_dir / AUDIO_FOLDER
    options: Options = {"c:a": "aac", "b:a": AUDIO_BITRATE, **_nameless()}
    return ffmpeg.output(sound, str(folder / RAW_PLAYLIST), **options, **_hls(folder, seconds, start))


def _argv(*outputs: Any) -> list[str]:
    merged = ffmpeg.merge_outputs(*outputs) if len(outputs) > 1 else outputs[0]
    return [*GLOBAL, *(str(part) for part in ffmpeg.get_args(merged))]
