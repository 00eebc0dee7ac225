"""Plan -> ffmpeg arguments, built with ffmpeg-python's graph compiler. Pure: no process, no file.

The path of a source is absolute, so that it cannot be taken for an option. What is written goes below the folder in which
ffmpeg is run (or an absolute one without a percent sign: its muxers put numbers there). `run` adds binary and progress.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ffmpeg

from media_pipeline import spec
from media_pipeline.commands.inputs import GLOBAL, argv, nameless, opened_at, source_input
from media_pipeline.commands.pictures import (
    POSTER_SIDE,
    film_of,
    poster_step,
    stills,
    stills_before,
    tile_size,
    tile_step,
    upright,
)
from media_pipeline.commands.segments import INIT, INIT_AGAIN, RAW_PLAYLIST, SEGMENTS, copied, encoded
from media_pipeline.commands.sound import (
    AUDIO_BITRATE,
    AUDIO_FOLDER,
    LOW_AUDIO_BITRATE,
    LOW_AUDIO_FOLDER,
    both_sounds,
    even_sound,
    full_sound,
    levelled,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = [
    "AUDIO_BITRATE",
    "AUDIO_FOLDER",
    "GLOBAL",
    "INIT",
    "INIT_AGAIN",
    "LOW_AUDIO_BITRATE",
    "LOW_AUDIO_FOLDER",
    "POSTER_SIDE",
    "RAW_PLAYLIST",
    "SEGMENTS",
    "copy_argv",
    "first_play_argv",
    "ladder_argv",
    "measure_argv",
    "sound_argv",
    "stills_before",
    "tile_step",
    "wrap_argv",
]


def measure_argv(source_file: Path, source: spec.Source, *, seconds: float | None = None) -> list[str]:
    """Decode only the sound and let the meter report its loudness and peak."""
    sound = even_sound(source_input(source_file, source, seconds=seconds), source)
    each = sound.filter("astats", measure_perchannel="Peak_level", measure_overall="none")
    metered = each.filter("ebur128", framelog="quiet", peak="true")
    return argv(ffmpeg.output(metered, "-", format="null"))


# Units of a picture's stream that show nothing (SEI): cameras write what they are, and when and where, into some.
HIDDEN_UNITS = {"h264": "6", "hevc": "39-40"}


def copy_argv(source_file: Path, source: spec.Source, plan: spec.Plan, out_dir: Path) -> list[str]:
    """Repackage the picture of the top rung without touching it."""
    return argv(copied(source_input(source_file, source), source, plan.rungs[0], out_dir))


def first_play_argv(
    source_file: Path,
    source: spec.Source,
    plan: spec.Plan,
    out_dir: Path,
    loudness: spec.Loudness,
    *,
    start: spec.Start = spec.BEGINNING,
) -> list[str]:
    """Make one rung and the sound as growing playlists; with a `start` the rung alone, from there on."""
    rung = plan.first_play
    opened = source_input(source_file, source)
    if rung.copied:
        outputs = [copied(opened, source, rung, out_dir)]
    else:
        picture = upright(film_of(opened_at(start, source_file, source, plan), source), source, plan, rung, start)
        outputs = [encoded(picture, rung, plan, out_dir, cuts=(), preset="superfast", start=start)]
    if plan.audio and not start.segment:
        sound = levelled(opened, source, loudness)
        outputs.append(full_sound(sound, out_dir, seconds=spec.FIRST_SEGMENT_S, start=start))
    return argv(*outputs)


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
    first and four seconds each after that. With a `start` the pictures before it are left out, which are there already,
    and the sound is made by `sound_argv`.
    """
    outputs: list[Any] = []
    # A copied picture takes part only for its stills: as large as a poster needs, or when there is no other.
    rungs = plan.rungs if plan.rungs[0].short_side <= POSTER_SIDE else plan.encoded or plan.rungs
    # Five encoders hold pictures too, and are what it waits for.
    opened = opened_at(start, source_file, source, plan, lightly=True)
    picture = upright(film_of(opened, source), source, plan, rungs[0], start)
    poster_from = next((rung for rung in rungs if rung.short_side <= POSTER_SIDE), rungs[-1])
    for place, rung in enumerate(rungs):
        if place:
            # Each rung from the one above: 20 % less work than from the full picture, at no visible cost.
            picture = picture.filter("scale", rung.width, rung.height, flags="bicubic").filter("setsar", 1)
        takers = (not rung.copied) + (rung == poster_from) + 1
        branches = picture.filter_multi_output("split", takers)
        taken = iter(range(takers))
        if not rung.copied:
            outputs.append(encoded(branches[next(taken)], rung, plan, out_dir, cuts=cuts, start=start))
        if rung == poster_from:
            every = poster_step(source, plan)
            posters = stills_dir / "poster%03d.jpg"
            outputs.append(stills(branches[next(taken)], posters, every=every, first=every // 2, start=start))
        picture = branches[next(taken)]
    tile, every = tile_size(rungs[-1]), tile_step(source, plan)
    outputs.append(stills(picture, stills_dir / "tile%05d.jpg", every=every, first=0, start=start, size=tile))
    if plan.audio and not start.segment:
        heard = levelled(source_input(source_file, source, lightly=True), source, loudness)
        outputs += both_sounds(heard, out_dir)
    return argv(*outputs)


def sound_argv(
    source_file: Path, source: spec.Source, out_dir: Path, loudness: spec.Loudness, *, seconds: float, low: bool
) -> list[str]:
    """Make the sound once more from its beginning, whose first attempt was interrupted; `low` also in one channel.

    By itself: ffmpeg would hold it back to the pace of pictures that go on in the middle. It costs a hundredth of them.
    """
    heard = levelled(source_input(source_file, source), source, loudness)
    again = spec.Start(segment=1)
    made = (
        both_sounds(heard, out_dir, start=again) if low else [full_sound(heard, out_dir, seconds=seconds, start=again)]
    )
    return argv(*made)


def strip_argv(source_file: Path, source: spec.Source, target: Path, *, all_sounds: bool) -> list[str]:
    """Copy the picture and the sound of a stranger's file, and nothing else of it, into a file of the name's kind."""
    opened = source_input(source_file, source)
    streams = [opened[str(source.video.index)]]
    if source.audio:
        streams.append(opened["a" if all_sounds else str(source.audio.index)])
    options = {"c": "copy", **nameless()}
    if source.video.codec in HIDDEN_UNITS:
        options["bsf:v"] = f"filter_units=remove_types={HIDDEN_UNITS[source.video.codec]}"
    if target.suffix in {".mp4", ".mov"}:
        options["write_tmcd"] = 0  # no clock of the camera
    return argv(ffmpeg.output(*streams, str(target), **options))


def wrap_argv(wrapped: Mapping[Path, Sequence[Path]]) -> list[str]:
    """Put streams we made ourselves into files whose index comes first, so that they play while they load."""
    return argv(*(_wrapped(parts, target) for target, parts in wrapped.items()))


def _wrapped(parts: Sequence[Path], target: Path) -> Any:
    streams = [ffmpeg.input(str(path), format="mov", protocol_whitelist="file,pipe")["0"] for path in parts]
    form = "ipod" if target.suffix == ".m4a" else "mp4"
    return ffmpeg.output(
        *streams, str(target), **{"c": "copy", "movflags": "+faststart", "format": form, **nameless()}
    )
