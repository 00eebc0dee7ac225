"""Looks at what was made as a stranger would: every listed file there, right size, right codec, right length."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from media_pipeline import commands, package, stills
from media_pipeline.errors import PipelineError, failure
from media_pipeline.probe import probe

if TYPE_CHECKING:
    from media_pipeline import spec

_VARIANT = re.compile(r"RESOLUTION=(\d+)x(\d+).*\n(\S+)")
SINGLE_FILES = (package.SAVER, "fallback.mp4", *stills.STILLS)
SLACK_S = 0.35
SLACK_SHARE = 0.01


def verify(out_dir: Path, source: spec.Source, *, complete: bool = True) -> None:
    """Check a folder against its source; `complete` also asks for the single files beside the playlists.

    Raises PipelineError verify_failed.
    """
    master = out_dir / package.MASTER
    variants = _VARIANT.findall(master.read_text()) if master.is_file() else []
    if not variants:
        raise _wrong("The master playlist lists no picture")
    for width, height, playlist in variants:
        _check_rung(out_dir / playlist, (int(width), int(height)), source)
    if source.audio:
        _check_segments(out_dir / commands.AUDIO_FOLDER / package.PLAYLIST)
    if complete:
        _check_single_files(out_dir, source)


def _check_rung(playlist: Path, size: tuple[int, int], source: spec.Source) -> None:
    segments = _check_segments(playlist)
    wanted = source.video.end_s
    if abs(segments.total_s - wanted) > max(SLACK_S, wanted * SLACK_SHARE):
        raise _wrong(f"{playlist.parent.name} lasts {segments.total_s:.2f} s instead of {wanted:.2f} s")
    with tempfile.TemporaryDirectory() as folder:
        piece = Path(folder) / "piece.mp4"
        _first_piece(playlist.parent, segments, piece)
        made = _probe_again(piece)
    video = made.video
    if video.codec != "h264" or video.pix_fmt != "yuv420p" or video.rotation or video.mirrored or video.sar != "1:1":
        raise _wrong(f"{playlist.parent.name} is not a plain upright H.264 picture")
    if (video.width, video.height) != size:
        raise _wrong(f"{playlist.parent.name} is {video.width}x{video.height}")


def _check_segments(playlist: Path) -> package.Segments:
    segments = package.read_playlist(playlist)
    if not segments.names or not segments.ended:
        raise _wrong(f"The playlist of {playlist.parent.name} is not finished")
    for name in (commands.INIT, *segments.names):
        file = playlist.parent / name
        if not file.is_file() or not file.stat().st_size:
            raise _wrong(f"{playlist.parent.name}/{name} is missing")
    return segments


def _check_single_files(out_dir: Path, source: spec.Source) -> None:
    for name in (*SINGLE_FILES, *(["audio.m4a"] if source.audio else [])):
        if not (out_dir / name).is_file():
            raise _wrong(f"{name} is missing")
    made = _probe_again(out_dir / "fallback.mp4")
    if abs(made.video.end_s - source.video.end_s) > max(SLACK_S, source.video.end_s * SLACK_SHARE):
        raise _wrong("fallback.mp4 has another length")
    if bool(made.audio) != bool(source.audio):
        raise _wrong("fallback.mp4 lost its sound")


def _first_piece(folder: Path, segments: package.Segments, target: Path) -> None:
    with target.open("wb") as whole:
        # Two segments, since the first alone may hold a single picture.
        for name in (commands.INIT, *segments.names[:2]):
            with (folder / name).open("rb") as part:
                shutil.copyfileobj(part, whole)


def _probe_again(path: Path) -> spec.Source:
    try:
        return probe(path)
    except PipelineError as error:
        raise _wrong(f"{path.name} cannot be read: {error.code}") from error


def _wrong(what: str) -> PipelineError:
    return failure("verify_failed", f"The converted video is not what it should be: {what}.")
