"""What was published of a video, written down at its row: whoever looks at the files later knows what they have to be."""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from media_pipeline.spec import AudioStream, Plan, Rung, Source, VideoStream

BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Expected:
    """What a finished folder was held against: the recording, the plan, and which sizes of the plan were kept."""

    source: Source
    plan: Plan
    rungs: tuple[Rung, ...]


def nothing() -> None:
    """Stop nobody."""


def facts_of(
    source: Source, plan: Plan, kept: Collection[str], folder: Path, alive: Callable[[], object] = nothing
) -> dict[str, Any]:
    """Return what is kept about a finished folder, for a column of JSON; `alive` as for `fingerprint`."""
    return {
        "sha256": fingerprint(folder, alive),
        "source": asdict(source),
        "plan": {**asdict(plan), "fps": str(plan.fps)},
        "kept": [rung.name for rung in plan.rungs if rung.name in kept],
    }


def expected(facts: dict[str, Any]) -> Expected | None:
    """Return what the facts say, or None for those of another version of the engine: the fingerprint still holds."""
    try:
        source, plan = read_source(facts["source"]), read_plan(facts["plan"])
        rungs = tuple(rung for rung in plan.rungs if rung.name in facts["kept"])
    except (KeyError, TypeError, ValueError):
        return None
    return Expected(source, plan, rungs)


def read_source(told: dict[str, Any]) -> Source:
    audio = AudioStream(**told["audio"]) if told["audio"] else None
    return Source(**{**told, "video": VideoStream(**told["video"]), "audio": audio, "reasons": tuple(told["reasons"])})


def read_plan(told: dict[str, Any]) -> Plan:
    rungs = tuple(Rung(**rung) for rung in told["rungs"])
    return Plan(**{**told, "rungs": rungs, "first_play": Rung(**told["first_play"]), "fps": Fraction(told["fps"])})


def fingerprint(folder: Path, alive: Callable[[], object] = nothing) -> str:
    """Return one SHA-256 over the names and contents of all files of a folder; a folder that is not there has one too.

    `alive` is called between blocks, and may raise to stop. Raises OSError when a file cannot be read.
    """
    found = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found.update(f"{digest_of(path, alive)}  {path.relative_to(folder).as_posix()}\n".encode())
    return found.hexdigest()


def digest_of(path: Path, alive: Callable[[], object]) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            alive()
            found.update(block)
    return found.hexdigest()
