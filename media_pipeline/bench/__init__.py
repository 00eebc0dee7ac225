"""Ours beside the structures of other open pipelines, with the same encoder settings, on clips made here.

What is compared is the shape of the work (how often a film is decoded, scaled, tone-mapped), not presets: every command
below uses the settings of `commands`. Processor time of all children is the main number; see reference (b), G1 to G6.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from media_pipeline.bench import clips, playable, quality, report, structures
from media_pipeline.bench.structures import Cost

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FULL", "QUICK", "Size", "bench", "report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is measured: the film of which all structures are made, the longer one for what is around our commands.

    `waits_s` are the lengths for which the first play is awaited.
    """

    seconds: float
    by_hand_s: float
    rounds: int
    wait_rounds: int
    short_side: int
    waits_s: tuple[int, ...]
    every_nth_picture: int


FULL = Size(
    seconds=10, by_hand_s=30, rounds=3, wait_rounds=5, short_side=1080, waits_s=(60, 180, 600), every_nth_picture=5
)
QUICK = Size(seconds=1, by_hand_s=1, rounds=1, wait_rounds=1, short_side=360, waits_s=(2, 4), every_nth_picture=10)


def bench(size: Size) -> dict[str, Any]:
    """Make the clips, run every structure in turn and return costs, ratios, waiting times and picture quality."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sdr = clips.talking_head(folder / "sdr.mp4", size.seconds, size.short_side)
        hlg = clips.talking_head(folder / "hlg.mov", size.seconds, size.short_side, hlg=True)
        films = {"sdr": sdr, "hlg": hlg}
        costs = {
            kind: _medians(structures.WAYS[kind], clip, folder / "run", size.rounds) for kind, clip in films.items()
        }
        by_hand = {kind: _beside_by_hand(clip, folder, size) for kind, clip in films.items()}
        return {
            "date": f"{datetime.now(UTC):%Y-%m-%d}",
            "cores": os.cpu_count(),
            "clip_s": size.seconds,
            "by_hand_s": size.by_hand_s,
            "costs": _told(costs),
            "by_hand": _told(by_hand),
            "ratios": _ratios(costs, by_hand),
            "first_playable_s": playable.waits(
                folder, hlg, size.waits_s, size.short_side, of=size.seconds, rounds=size.wait_rounds
            ),
            "vmaf": quality.compare(sdr, folder / "quality", every_nth=size.every_nth_picture),
        }


def _beside_by_hand(clip: Path, folder: Path, size: Size) -> dict[str, Cost]:
    """Take a longer film, as lessons are: what is the same for each of them then has its usual weight."""
    film = clips.repeated(clip, folder / f"longer{clip.suffix}", seconds=size.by_hand_s, of=size.seconds)
    return _medians(structures.BY_HAND, film, folder / "run", size.rounds)


def _told(costs: dict[str, dict[str, Cost]]) -> dict[str, dict[str, Any]]:
    return {kind: {name: asdict(cost) for name, cost in named.items()} for kind, named in costs.items()}


def _medians(ways: dict[str, Callable[[Path, Path], Cost]], clip: Path, folder: Path, rounds: int) -> dict[str, Cost]:
    """Run the ways in turn, round after round, so that a busy neighbour meets all of them; return each one's median."""
    runs: dict[str, list[Cost]] = {name: [] for name in ways}
    for _round in range(rounds):
        for name, way in ways.items():
            runs[name].append(structures.measured(way, clip, folder))
    return {name: _median(costs) for name, costs in runs.items()}


def _median(costs: list[Cost]) -> Cost:
    return Cost(
        cpu_s=round(statistics.median(cost.cpu_s for cost in costs), 3),
        wall_s=round(statistics.median(cost.wall_s for cost in costs), 3),
        size_bytes=round(statistics.median(cost.size_bytes for cost in costs)),
    )


def _ratios(costs: dict[str, dict[str, Cost]], by_hand: dict[str, dict[str, Cost]]) -> dict[str, float]:
    def ratio(named: dict[str, Cost], other: str) -> float:
        return round(named["ours"].cpu_s / named[other].cpu_s, 3)

    return {
        "sdr_per_rung": ratio(costs["sdr"], "one process per rung"),
        "sdr_chain": ratio(costs["sdr"], "top rung first, the others from it"),
        "sdr_one_command": ratio(costs["sdr"], "one command, scaled separately"),
        "sdr_bare": ratio(by_hand["sdr"], "our own commands by hand"),
        "hlg_scale_first": ratio(costs["hlg"], "one process per rung, scaled first"),
        "hlg_tone_map_first": ratio(costs["hlg"], "one process per rung, tone-mapped first"),
        "hlg_bare": ratio(by_hand["hlg"], "our own commands by hand"),
    }
