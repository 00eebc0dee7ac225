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


def waits(
    folder: Path, hlg: Path, lengths_s: tuple[int, ...], short_side: int, *, of: float, rounds: int = 1
) -> dict[str, float]:
    """Return the seconds until the first play for a film that can be copied and for HLG, at each length in seconds.

    Both are made longer by repeating a piece of `of` seconds; `hlg` is one. Each is the median of so many rounds after
    one that does not count: files and programs are then in memory for all.
    """
    pieces = {"fit": clips.fit(folder / "fit.mp4", of, short_side), "hlg": hlg}
    found: dict[str, float] = {}
    for kind, piece in pieces.items():
        films = {
            f"{kind} {length} s": clips.repeated(piece, folder / f"{length}{piece.suffix}", seconds=length, of=of)
            for length in lengths_s
        }
        # Round after round, so that a busy neighbour meets every length.
        taken = [{name: wait(film, folder / "first") for name, film in films.items()} for _round in range(rounds + 1)]
        found |= {name: statistics.median(each[name] for each in taken[1:]) for name in films}
        for film in films.values():
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
