"""The same sizes made in the order in which others make them, every command with our own settings.

Read from their sources: a process for each size (MediaCMS); the largest first and the others
from it (PeerTube); one command that scales each size from the full picture (Opencast). Poster and preview are extra
processes there, as theirs are. The sound is made once everywhere, which is kinder to them than they are.
"""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ffmpeg

from media_pipeline import commands, engine, loudness, package, run, spec
from media_pipeline.bench import by_hand
from media_pipeline.commands.inputs import argv, source_input
from media_pipeline.commands.pictures import film_of, poster_step, stills, tile_size, tile_step, upright
from media_pipeline.commands.segments import encoded
from media_pipeline.commands.sound import full_sound, levelled
from media_pipeline.plan import plan as make_plan
from media_pipeline.probe import probe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SILENT_GAIN = spec.Loudness(lufs=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Processor time of all processes together and time on the clock in seconds; bytes of what was made."""

    cpu_s: float
    wall_s: float
    size_bytes: int = 0


def measured(way: Callable[[Path, Path], Cost], clip: Path, folder: Path) -> Cost:
    """Run one way in an empty folder; return its cost with the bytes that it left."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    cost = way(clip, folder)
    made = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Cost(cpu_s=cost.cpu_s, wall_s=cost.wall_s, size_bytes=made)


def ours(clip: Path, folder: Path) -> Cost:
    """Everything that `transcode` does: probing, listening, converting, packing and looking at the result."""
    made = engine.transcode(clip, folder / "out")
    return Cost(cpu_s=made.cpu_s, wall_s=made.total_s)


def bare(clip: Path, folder: Path) -> Cost:
    """Our ffmpeg commands as somebody would give them by hand who wants the same files, and nothing around them."""
    source, plan = _opened(clip)
    here, work = engine.HERE / engine.WORK, folder / engine.WORK
    names = [*(rung.name for rung in plan.rungs), *(engine.SOUNDS * plan.audio)]
    for place in (work, *(folder / name for name in names)):
        place.mkdir()
    listen = commands.measure_argv(clip, source)
    level = loudness.level(loudness.read_meter(run.run(listen).stderr))
    made = commands.ladder_argv(clip, source, plan, engine.HERE, stills_dir=here, loudness=level)
    converted = _run([listen, made], folder, source)
    for name in names:
        package.close_playlist(folder / name)
    sound = package.join(folder / commands.AUDIO_FOLDER, work / "sound.mp4")
    film = package.join(folder / spec.fallback_of(plan.rungs).name, work / "picture.mp4")
    wrap = commands.wrap_argv({folder / "fallback.mp4": [film, sound], folder / "audio.m4a": [sound]})
    tiles = len(list(work.glob("tile*.jpg")))
    finished = _run([wrap, by_hand.pictures_argv(here, engine.HERE, tiles=tiles)], folder, source)
    shutil.rmtree(work)
    return Cost(cpu_s=converted.cpu_s + finished.cpu_s, wall_s=converted.wall_s + finished.wall_s)


def per_rung(clip: Path, folder: Path, *, tone_map_first: bool = False) -> Cost:
    """A process for each size, one for the sound, one for the poster and one for the preview."""
    source, plan = _opened(clip)
    made = [
        argv(_encoded(_picture(clip, source, plan, rung, tone_map_first=tone_map_first), rung, plan))
        for rung in plan.rungs
    ]
    return _run([*made, *_rest(clip, source, plan)], _with_folders(folder, plan), source)


def tone_mapped_first(clip: Path, folder: Path) -> Cost:
    """A process for each size, in which the full picture is tone-mapped and then scaled."""
    return per_rung(clip, folder, tone_map_first=True)


def chain(clip: Path, folder: Path) -> Cost:
    """The largest size first; the others from what came out of it, one after the other."""
    source, plan = _opened(clip)
    _with_folders(folder, plan)
    top = plan.rungs[0]
    first = _run([argv(_encoded(_picture(clip, source, plan, top), top, plan))], folder, source)
    package.close_playlist(folder / top.name)
    joined = package.join(folder / top.name, folder / "top.mp4")
    lower = []
    for rung in plan.rungs[1:]:
        opened = ffmpeg.input(str(joined), format="mov", protocol_whitelist="file,pipe")["0"]
        lower.append(argv(_encoded(_scaled(opened, rung), rung, plan)))
    second = _run([*lower, *_rest(clip, source, plan)], folder, source)
    return Cost(cpu_s=first.cpu_s + second.cpu_s, wall_s=first.wall_s + second.wall_s)


def one_command(clip: Path, folder: Path) -> Cost:
    """One command that decodes once and scales every size from the full picture; poster and preview apart."""
    source, plan = _opened(clip)
    branches = film_of(source_input(clip, source), source).filter_multi_output("split", len(plan.rungs))
    outputs = [
        _encoded(upright(branches[place], source, plan, rung, spec.BEGINNING), rung, plan)
        for place, rung in enumerate(plan.rungs)
    ]
    return _run([argv(*outputs), *_rest(clip, source, plan)], _with_folders(folder, plan), source)


WAYS: dict[str, dict[str, Callable[[Path, Path], Cost]]] = {
    "sdr": {
        "ours": ours,
        "one process per rung": per_rung,
        "top rung first, the others from it": chain,
        "one command, scaled separately": one_command,
    },
    "hlg": {
        "ours": ours,
        "one process per rung, scaled first": per_rung,
        "one process per rung, tone-mapped first": tone_mapped_first,
    },
}
BY_HAND: dict[str, Callable[[Path, Path], Cost]] = {"ours": ours, "our own commands by hand": bare}


def _opened(clip: Path) -> tuple[spec.Source, spec.Plan]:
    source = probe(clip)
    return source, make_plan(source)


def _with_folders(folder: Path, plan: spec.Plan) -> Path:
    for name in (*(rung.name for rung in plan.rungs), commands.AUDIO_FOLDER):
        (folder / name).mkdir()
    return folder


def _picture(
    clip: Path, source: spec.Source, plan: spec.Plan, rung: spec.Rung, *, tone_map_first: bool = False
) -> Any:
    opened = film_of(source_input(clip, source), source)
    if tone_map_first:
        return _scaled(upright(opened, source, plan, plan.rungs[0], spec.BEGINNING), rung)
    return upright(opened, source, plan, rung, spec.BEGINNING)


def _scaled(picture: Any, rung: spec.Rung) -> Any:
    return picture.filter("scale", rung.width, rung.height, flags="bicubic").filter("setsar", 1)


def _encoded(picture: Any, rung: spec.Rung, plan: spec.Plan) -> Any:
    return encoded(picture, rung, plan, engine.HERE, cuts=(), start=spec.BEGINNING)


def _rest(clip: Path, source: spec.Source, plan: spec.Plan) -> list[list[str]]:
    """Return the commands for sound, poster and preview."""
    opened, small = source_input(clip, source), plan.rungs[-1]
    poster_rung = next((rung for rung in plan.rungs if rung.short_side <= commands.POSTER_SIDE), small)
    every = poster_step(source, plan)
    poster = upright(film_of(opened, source), source, plan, poster_rung, spec.BEGINNING)
    tiles = upright(film_of(opened, source), source, plan, small, spec.BEGINNING)
    step = tile_step(source, plan)
    made = [
        argv(stills(poster, engine.HERE / "poster%03d.jpg", every=every, first=every // 2, start=spec.BEGINNING)),
        argv(
            stills(
                tiles, engine.HERE / "tile%05d.jpg", every=step, first=0, start=spec.BEGINNING, size=tile_size(small)
            )
        ),
    ]
    if plan.audio:
        sound = levelled(opened, source, SILENT_GAIN)
        made.append(argv(full_sound(sound, engine.HERE, seconds=spec.SEGMENT_S, start=spec.BEGINNING)))
    return made


def _run(all_argv: list[list[str]], folder: Path, source: spec.Source) -> Cost:
    """Run commands one after the other, as a worker with one place does."""
    started = time.monotonic()
    cpu_s = sum(run.run(one, cwd=folder, duration_s=source.duration_s).cpu_s for one in all_argv)
    return Cost(cpu_s=cpu_s, wall_s=time.monotonic() - started)
