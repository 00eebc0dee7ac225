"""What both ways of making share: where ffmpeg is run, which folders it fills, how progress is told."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from media_pipeline import commands, spec
from media_pipeline.errors import failure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Progress = Callable[[float], None]
    Stop = Callable[[], bool]

# ffmpeg is run in the folder that it fills: a path above it may hold what its muxers take for the place of a number.
HERE = Path()
WORK = ".work"
SOUNDS = (commands.AUDIO_FOLDER, commands.LOW_AUDIO_FOLDER)


# Lists, indexes and headers, and the pictures from which poster and sheet are made.
BESIDE = 1.1


def require_room(out_dir: Path, source: spec.Source, plan: spec.Plan) -> None:
    """Ask for the room that making all may take, as far as it is not taken by what an earlier attempt made of it.

    Raises PipelineError out_of_space.
    """
    there = sum(entry.stat().st_size for entry in out_dir.rglob("*") if entry.is_file())
    if shutil.disk_usage(out_dir).free + there < room_bytes(source, plan):
        raise failure("out_of_space")


def room_bytes(source: spec.Source, plan: spec.Plan) -> float:
    """Return what lies in the folder at most: before the single files are whole, what they are made of is there twice."""
    pictures = sum(rung.max_bitrate for rung in plan.rungs) + 2 * spec.fallback_of(plan.rungs).max_bitrate
    # In its segments, joined, with the pictures and alone; and once in one channel.
    sounds = (4 * commands.AUDIO_BITRATE + commands.LOW_AUDIO_BITRATE) * plan.audio
    return BESIDE * source.duration_s * (pictures + sounds) / 8


def folders_of(out_dir: Path, rungs: Sequence[spec.Rung], sounds: Sequence[str]) -> tuple[Path, ...]:
    return tuple(out_dir / name for name in [*(rung.name for rung in rungs), *sounds])


def with_what_was_there(tell: Progress, start: spec.Start, source: spec.Source, plan: spec.Plan) -> Progress:
    """Count what an earlier attempt made as done: ffmpeg tells only how far it came itself."""
    done = min(1.0, float(start.frame / plan.fps) / max(source.duration_s, 0.001))
    return lambda fraction: tell(min(1.0, done + fraction))
