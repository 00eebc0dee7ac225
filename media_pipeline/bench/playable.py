"""How long after the last byte a film plays, and whether its length matters."""

from __future__ import annotations

import shutil
import statistics
import time
from typing import TYPE_CHECKING

from media_pipeline import engine
from media_pipeline.bench import clips
from media_pipeline.errors import PipelineError
from media_pipeline.plan import plan
from media_pipeline.probe import probe

if TYPE_CHECKING:
    from pathlib import Path

PIECE_S = 20


def waits(folder: Path, lengths_s: tuple[int, ...], short_side: int, *, rounds: int = 1) -> dict[str, float]:
    """Return the seconds until the first play for a film that can be copied and for HLG, at each length in seconds.

    Each is the median of so many rounds after one that does not count: files and programs are then in memory for all.
    """
    piece = min(PIECE_S, lengths_s[0])
    found: dict[str, float] = {}
    for kind in ("fit", "hlg"):
        suffix = "mp4" if kind == "fit" else "mov"
        once = folder / f"{kind}-once.{suffix}"
        if kind == "fit":
            clips.fit(once, piece, short_side)
        else:
            clips.talking_head(once, piece, short_side, hlg=True)
        for length in lengths_s:
            film = clips.repeated(once, folder / f"{kind}-long.{suffix}", seconds=length, of=piece)
            wait(film, folder / "first")
            found[f"{kind} {length} s"] = statistics.median(wait(film, folder / "first") for _round in range(rounds))
            film.unlink()
    return found


def wait(film: Path, folder: Path) -> float:
    """Return the seconds from nothing but the file until a player can begin; the making is ended then."""
    shutil.rmtree(folder, ignore_errors=True)
    playable: list[float] = []
    started = time.monotonic()
    source = probe(film)
    try:
        engine.first_play(
            film,
            folder,
            source,
            plan(source),
            on_progress=lambda _fraction: None,
            on_playable=lambda: playable.append(time.monotonic()),
            should_stop=lambda: bool(playable),
        )
    except PipelineError as stopped:
        if stopped.code != "cancelled":
            raise
    return round(playable[0] - started, 3)
