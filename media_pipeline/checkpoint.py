"""Going on where an interrupted conversion stopped: what it left whole is kept, at most two segments are made again.

ffmpeg lists a segment only when it is complete, and every segment begins with a key frame at an instant that does not
depend on the run. So a second run can begin with any segment; its files only need the first one's numbers and times.
"""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from media_pipeline import commands, package, spec
from media_pipeline.errors import PipelineError, failure
from media_pipeline.run import ffmpeg_binary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NOTE = ".attempt.json"
COPIED = "copied"
SOUNDED = "sounded"
# Raised whenever `commands` would make other segments of the same plan: what is there then does not fit.
FORM = 3
# In others nothing surely says where key frames are, and in MPEG-TS where zero is depends on the streams that are read.
INDEXED = frozenset({"mp4", "mov", "3gp", "matroska", "webm"})
# The last listed segment is made once more: the pictures beside it (poster, tiles) may not have been on disk yet.
AGAIN = 1


def begin(folder: Path, source_file: Path, source: spec.Source, plan: spec.Plan, places: Sequence[Path]) -> spec.Start:
    """Make `folder` with its `places` ready for a conversion and return where the encoded pictures go on.

    What was left there by the same conversion of the same file is kept; anything else is removed. Nobody may be shown
    the folder yet: its public lists are written anew.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if source.container not in INDEXED or remembered(folder).get("what") != _what(source_file, plan):
        _empty(folder)
        remember(folder, what=_what(source_file, plan))
    (folder / package.MASTER).unlink(missing_ok=True)
    for place in places:
        place.mkdir(exist_ok=True)
        (place / package.PLAYLIST).unlink(missing_ok=True)
    encoded = [place for place in places if place.name in {rung.name for rung in plan.encoded}]
    for place in places:
        if place.name in {rung.name for rung in plan.rungs if rung.copied}:
            _keep(place, None if COPIED in remembered(folder) else 0)
        elif place not in encoded:
            # A program that was told to end closes its last segment wherever it is.
            _keep(place, None if SOUNDED in remembered(folder) else len(package.made(place).names) - AGAIN)
    return _keep_common(encoded, plan)


def remember(folder: Path, **facts: Any) -> None:
    """Leave facts for the next attempt."""
    package.write_text(folder / NOTE, json.dumps({**remembered(folder), **facts}))


def remembered(folder: Path) -> dict[str, Any]:
    """Return what an earlier attempt left; nothing when it left nothing that can be read."""
    try:
        found = json.loads((folder / NOTE).read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def finish(folder: Path, names: Sequence[str]) -> None:
    """Compare what both attempts say about their coding, and forget that there were two.

    Raises PipelineError verify_failed when they do not fit together; the next attempt then begins afresh.
    """
    for place in (folder / name for name in names):
        again = place / commands.INIT_AGAIN
        if again.is_file() and not _has_bytes(place / commands.INIT):
            again.replace(place / commands.INIT)
        elif again.is_file() and again.read_bytes() != (place / commands.INIT).read_bytes():
            forget(folder)
            raise failure("verify_failed", "What was made before and after an interruption does not fit together.")
        again.unlink(missing_ok=True)


@contextmanager
def judging(folder: Path) -> Iterator[None]:
    """Let the next attempt begin afresh when what was made does not stand the test in the block."""
    try:
        yield
    except PipelineError as error:
        if error.code == "verify_failed":
            forget(folder)
        raise


def forget(folder: Path) -> None:
    """Remove the note from a finished folder."""
    (folder / NOTE).unlink(missing_ok=True)


def _what(source_file: Path, plan: spec.Plan) -> str:
    # Another file, another plan or another ffmpeg makes other segments.
    program = Path(ffmpeg_binary())
    facts = (program.stat().st_size, program.stat().st_mtime_ns) if program.is_file() else ()
    return f"{FORM} {source_file.stat().st_size} {plan!r} {program} {facts}"


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _keep_common(folders: Sequence[Path], plan: spec.Plan) -> spec.Start:
    """Keep as many segments as every rung has up to the first hole, without the last one that was listed."""
    whole = min((_whole(folder) for folder in folders), default=0)
    # What was kept once has stood the test: an attempt that comes to nothing takes nothing from the one before it.
    tried = min((len(package.read_playlist(folder / package.KEPT).names) for folder in folders), default=0)
    count = max(0, min(tried, whole), whole - AGAIN)
    for folder in folders:
        _keep(folder, count)
    if not count:
        return spec.BEGINNING
    return spec.Start(segment=count, frame=round(package.made(folders[0]).total_s * plan.fps))


def _whole(folder: Path) -> int:
    """Return how many segments from the first on are there; a power cut can leave empty files."""
    names = package.made(folder).names if _has_bytes(folder / commands.INIT) else ()
    return next((place for place, name in enumerate(names) if not _has_bytes(folder / name)), len(names))


def _has_bytes(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _keep(folder: Path, count: int | None) -> None:
    made = package.made(folder)
    count = len(made.names) if count is None else max(0, count)
    whole = made.ended and count == len(made.names)
    kept = replace(made, names=made.names[:count], durations=made.durations[:count], ended=whole)
    package.forget_lists(folder)
    if kept.names:
        package.write_text(folder / package.KEPT, package.media_playlist(kept, target_s=spec.SEGMENT_S, growing=True))
    for leftover in folder.glob("seg*"):
        if leftover.name not in kept.names:
            leftover.unlink()
