"""What both ways of making share: where ffmpeg is run, which folders it fills, how progress is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from media_pipeline import commands, spec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Progress = Callable[[float], None]
    Stop = Callable[[], bool]

# ffmpeg is run in the folder that it fills: a path above it may hold what its muxers take for the place of a number.
HERE = Path()
WORK = ".work"
SOUNDS = (commands.AUDIO_FOLDER, commands.LOW_AUDIO_FOLDER)


def folders_of(out_dir: Path, rungs: Sequence[spec.Rung], sounds: Sequence[str]) -> tuple[Path, ...]:
    return tuple(out_dir / name for name in [*(rung.name for rung in rungs), *sounds])


def with_what_was_there(tell: Progress, start: spec.Start, source: spec.Source, plan: spec.Plan) -> Progress:
    """Count what an earlier attempt made as done: ffmpeg tells only how far it came itself."""
    done = min(1.0, float(start.frame / plan.fps) / max(source.duration_s, 0.001))
    return lambda fraction: tell(min(1.0, done + fraction))
