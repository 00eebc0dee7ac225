"""Looks at what was made as a stranger would and holds it against the plan, before anybody is shown it.

All packets of all sizes are read and timed, every segment's first picture is decoded, the smallest size, the file for old
players and the sound from beginning to end. Decoding every size wholly would cost a tenth of the encoding again; what
an encoder got wrong shows in numbers and times, what a disk got wrong in the packets' own lengths.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

from PIL import Image, UnidentifiedImageError

from media_pipeline import commands, package, run, spec, stills
from media_pipeline.errors import PipelineError, failure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_VARIANT = re.compile(r"RESOLUTION=(\d+)x(\d+).*\n(\S+)")
_CUE = re.compile(r"--> (\d+):(\d\d):(\d\d\.\d+)")
FALLBACK = "fallback.mp4"
SINGLE_FILES = (package.SAVER, FALLBACK, *stills.STILLS)
SLACK_S = 0.35
SLACK_SHARE = 0.01
EXACT_S = 0.0011
# As `commands` allows the decoder of a stranger's file: a few damaged pictures pass, a damaged film does not.
DAMAGED_SHARE = 0.3


def verify(
    out_dir: Path,
    source: spec.Source,
    plan: spec.Plan,
    rungs: Sequence[spec.Rung],
    *,
    complete: bool = True,
    wholly: bool = False,
    nice: int = run.SOON,
    should_stop: Callable[[], bool] | None = None,
) -> None:
    """Check a folder that should hold `rungs` of the plan; `complete` also asks for what lies beside the playlists.

    With `wholly` every picture of every size is decoded, as `nice` to others as is said. Raises PipelineError
    verify_failed, and timeout, out_of_memory or cancelled when that could not be found out.
    """
    _check_master(out_dir, rungs)
    sounds = ([commands.AUDIO_FOLDER, commands.LOW_AUDIO_FOLDER] if complete else [commands.AUDIO_FOLDER]) * plan.audio
    lists = {name: _check_segments(out_dir / name / package.PLAYLIST) for name in (*_names(rungs), *sounds)}
    singles = ([FALLBACK, *(["audio.m4a"] * plan.audio)]) if complete else []
    if complete:
        _check_stills(out_dir, source, singles)
    every = _names(rungs) if wholly else _names(rungs[-1:])
    # What is damaged in a copied picture was sent so; no other attempt would mend it.
    copied = {rung.name for rung in rungs if rung.copied} | ({FALLBACK} if spec.fallback_of(rungs).copied else set())
    asked = {
        place: "+".join(["wholly"] * (place in {*every, FALLBACK}) + ["gently"] * (place in copied))
        for place in (*lists, *singles)
    }
    seen = _play(out_dir, asked, source=source, nice=nice, should_stop=should_stop)
    for rung in rungs:
        _check_rung(rung, seen[rung.name], lists[rung.name], source, plan)
        if rung.name in every:
            _check_decoded(rung.name, seen[rung.name], gently=rung.copied)
    _check_together(rungs, lists, plan)
    for name in sounds:
        _check_sound(name, seen[name], lists[name].total_s, source)
    if complete:
        small = spec.fallback_of(rungs)
        _check_fallback(seen[FALLBACK], seen[small.name], plan, gently=small.copied)


def _names(rungs: Sequence[spec.Rung]) -> list[str]:
    return [rung.name for rung in rungs]


def _check_master(out_dir: Path, rungs: Sequence[spec.Rung]) -> None:
    master = out_dir / package.MASTER
    listed = _VARIANT.findall(master.read_text()) if master.is_file() else []
    if not listed:
        raise _wrong("The master playlist lists no picture")
    wanted = [(str(rung.width), str(rung.height), f"{rung.name}/{package.PLAYLIST}") for rung in rungs]
    if listed != wanted:
        raise _wrong(f"The master playlist lists {[name for *_size, name in listed]}")


def _check_segments(playlist: Path) -> package.Segments:
    segments = package.read_playlist(playlist)
    if not segments.names or not segments.ended:
        raise _wrong(f"The playlist of {playlist.parent.name} is not finished")
    for name in (commands.INIT, *segments.names):
        file = playlist.parent / name
        if not file.is_file() or not file.stat().st_size:
            raise _wrong(f"{playlist.parent.name}/{name} is missing")
    return segments


def _play(
    out_dir: Path,
    asked: dict[str, str],
    *,
    source: spec.Source,
    nice: int,
    should_stop: Callable[[], bool] | None,
) -> dict[str, dict[str, Any]]:
    """Let a child process play every place in the way that is asked, and return what it met there."""
    places = [f"{place}:{how}" for place, how in asked.items()]
    wall_s = run.patience_for(source.duration_s)
    limits = run.Limits(cpu_s=int(wall_s * (os.cpu_count() or 1)) + 1, nice=nice)
    told = run.run_python(
        "media_pipeline.verify_child", str(out_dir), *places, wall_s=wall_s, limits=limits, should_stop=should_stop
    )
    if stopped := run.why_ended(told, limits):
        # Whoever was ended saw nothing wrong.
        raise stopped
    try:
        seen: dict[str, dict[str, Any]] = json.loads(told.stdout)
    except ValueError:
        raise _wrong(f"It could not be played to its end ({told.returncode})") from None
    for place in asked:
        if "error" in seen[place]:
            raise _wrong(f"{place} cannot be played: {seen[place]['error']}")
    return seen


def _check_rung(
    rung: spec.Rung, seen: dict[str, Any], segments: package.Segments, source: spec.Source, plan: spec.Plan
) -> None:
    film = seen.get("video") or {}
    plain = [film.get(fact) for fact in ("codec", "pix_fmt", "rotation", "sar", "full_range")]
    if plain != ["h264", "yuv420p", 0, "1", False]:
        raise _wrong(f"{rung.name} is not a plain upright H.264 picture")
    if film["size"] != [rung.width, rung.height]:
        raise _wrong(f"{rung.name} is {film['size'][0]}x{film['size'][1]}")
    if not rung.copied and film["colour"] != [1, 1, 1]:
        raise _wrong(f"{rung.name} does not say that its colours are BT.709")
    _check_length(rung.name, segments.total_s, source.video.end_s)
    fps = source.video.fps if rung.copied else float(plan.fps)
    _check_length(f"{rung.name}, by its pictures,", film["pictures"] / fps, source.video.end_s)
    if not rung.copied and max(abs(step - 1 / fps) for step in film["step_s"]) > EXACT_S and film["pictures"] > 1:
        raise _wrong(f"The pictures of {rung.name} do not come at {fps:.3f} a second")
    # A copied picture keeps the moment by which it begins after the sound; its lists count from its own beginning.
    keys = [key - film["first_s"] for key in film["keys"]] if rung.copied else film["keys"]
    _check_cuts(rung, keys, segments, fps=fps, pictures=film["pictures"])


def _check_length(what: str, found: float, wanted: float) -> None:
    if abs(found - wanted) > max(SLACK_S, wanted * SLACK_SHARE):
        raise _wrong(f"{what} lasts {found:.2f} s instead of {wanted:.2f} s")


def _check_cuts(rung: spec.Rung, keys: list[float], segments: package.Segments, *, fps: float, pictures: int) -> None:
    """Every segment has to begin with a key frame, at the instant that the playlist tells, and the last to end so."""
    for start in segments.starts:
        if not any(abs(key - start) <= 1 / fps for key in keys):
            raise _wrong(f"The segment of {rung.name} at {start:.2f} s does not begin with a key frame")
    if not rung.copied and len(keys) != len(segments.names):
        raise _wrong(f"{rung.name} has {len(keys)} key frames in {len(segments.names)} segments")
    if not rung.copied and abs(segments.total_s - pictures / fps) > 1 / fps + EXACT_S:
        raise _wrong(f"{rung.name} says {segments.total_s:.3f} s and has {pictures} pictures")


def _check_decoded(name: str, seen: dict[str, Any], *, gently: bool) -> None:
    film = seen["video"]
    wanted = film["pictures"] * (1 - DAMAGED_SHARE) if gently else film["pictures"]
    if film["decoded"] < wanted:
        raise _wrong(f"Of {film['pictures']} pictures of {name} {film['decoded']} can be seen")


def _check_together(rungs: Sequence[spec.Rung], lists: dict[str, package.Segments], plan: spec.Plan) -> None:
    """A player changes the size between segments, so all have to be cut at the same instants."""
    first = lists[rungs[0].name].starts
    for rung in rungs[1:]:
        starts = lists[rung.name].starts
        frame = float(1 / plan.fps)
        if len(starts) != len(first) or any(abs(a - b) > frame for a, b in zip(starts, first, strict=True)):
            raise _wrong(f"{rung.name} is not cut where {rungs[0].name} is")


def _check_sound(name: str, seen: dict[str, Any], listed_s: float, source: spec.Source) -> None:
    sound = seen.get("audio") or {}
    wanted = 1 if name == commands.LOW_AUDIO_FOLDER else 2
    if (sound.get("codec"), sound.get("channels")) != ("aac", wanted):
        raise _wrong(f"{name} is not AAC with {wanted} channels")
    if abs(sound["seconds"] - listed_s) > SLACK_S:
        raise _wrong(f"{name} lasts {sound['seconds']:.2f} s and says {listed_s:.2f} s")
    if sound["seconds"] > source.duration_s + max(SLACK_S, source.duration_s * SLACK_SHARE):
        raise _wrong(f"{name} is longer than the film")


def _check_fallback(seen: dict[str, Any], small: dict[str, Any], plan: spec.Plan, *, gently: bool) -> None:
    if ("audio" in seen) != plan.audio:
        raise _wrong(f"{FALLBACK} lost its sound" if plan.audio else f"{FALLBACK} has a sound")
    if "video" not in seen or seen["video"]["pictures"] != small["video"]["pictures"]:
        raise _wrong(f"{FALLBACK} has other pictures than the size that it is made of")
    _check_decoded(FALLBACK, seen, gently=gently)


def _check_stills(out_dir: Path, source: spec.Source, singles: Sequence[str]) -> None:
    for name in (*SINGLE_FILES, *singles):
        if not (out_dir / name).is_file():
            raise _wrong(f"{name} is missing")
    shape = source.video.display_width / source.video.display_height
    for name in stills.STILLS:
        if name != stills.CUES:
            size = _size_of(out_dir / name)
            # A pixel more or less weighs much in a small picture.
            if name not in {stills.SHEET, stills.SMALL_SHEET} and abs(size[0] / size[1] / shape - 1) > 2 / min(size):
                raise _wrong(f"{name} has another shape than the film")
    ends = _CUE.findall((out_dir / stills.CUES).read_text())
    last = max((int(hours) * 3600 + int(minutes) * 60 + float(rest) for hours, minutes, rest in ends), default=0.0)
    if abs(last - source.duration_s) > 1:
        raise _wrong(f"{stills.CUES} ends at {last:.2f} s")


def _size_of(path: Path) -> tuple[int, int]:
    try:
        with Image.open(path) as picture:
            picture.load()
            return picture.size
    except (OSError, UnidentifiedImageError) as error:
        raise _wrong(f"{path.name} cannot be seen: {error}") from error


def _wrong(what: str) -> PipelineError:
    return failure("verify_failed", f"The converted video is not what it should be: {what}.")
