"""What cameras hide among the parameters of a picture's stream (SEI), written over in a file of our own making.

ffmpeg takes such units out of the pictures, but copies the decoder's configuration as it came.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from media_pipeline.probe_boxes import elements, matroska_tracks, movie_header

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HIDDEN = frozenset({39, 40})
_HEVC_BOX = re.compile(rb"hvcC")
_ARRAYS = 22  # bytes of fixed fields before the number of arrays
_FILLER, _FULL, _STOP = 3, 0xFF, 0x80
_TRACK, _PRIVATE = 0xAE, 0x63A2
_HEAD_MAX = 8 << 20


def overwrite(path: Path) -> None:
    """Make every hidden unit in the configuration of HEVC a filler of the same length; other codecs hide none there."""
    content, at = _index_of(path)
    with path.open("r+b") as file:
        for start, record in _configurations(content, boxes=path.suffix != ".mkv"):
            file.seek(at + start)
            file.write(filled(record))


def filled(record: bytes) -> bytes:
    """Return a configuration record of HEVC whose hidden units say nothing; one that is not whole stays as it is."""
    changed = bytearray(record)
    for start, end in _units(record):
        changed[start:end] = record[start : start + 2] + filler(end - start - 2)
    return bytes(changed)


def filler(length: int) -> bytes:
    """Return a payload of that many bytes which every decoder passes over: the message for it, and the stop bit."""
    for sizes in range(1, length):
        rest = length - 2 - sizes  # kind, length in bytes of 255 and one more, filling, stop bit
        if rest >= 0 and rest // _FULL + 1 == sizes:
            told = bytes([_FULL] * (sizes - 1) + [rest % _FULL])
            return bytes([_FILLER]) + told + bytes([_FULL] * rest) + bytes([_STOP])
    # No single message has this length: an empty one goes before, or there is no room for any.
    return bytes([_FILLER, 0]) + filler(length - 2) if length > _FULL else bytes([_STOP] + [0] * length)[:length]


def _units(record: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each hidden unit of a record starts and ends."""
    at = _ARRAYS + 1
    for _ in range(record[_ARRAYS] if len(record) > _ARRAYS else 0):
        kind, count = record[at] & 0x3F if at < len(record) else 0, int.from_bytes(record[at + 1 : at + 3], "big")
        at += 3
        for _unit in range(count):
            size = int.from_bytes(record[at : at + 2], "big")
            at += 2
            if size < 2 or at + size > len(record):  # noqa: PLR2004 - the header of a unit
                return
            if kind in _HIDDEN:
                yield at, at + size
            at += size


def _index_of(path: Path) -> tuple[bytes, int]:
    """Return what describes the streams of a file that we wrote, and where it stands."""
    if path.suffix != ".mkv":
        content = bytes(movie_header(path))  # written last
        return content, path.stat().st_size - len(content)
    content = bytes(matroska_tracks(path))
    with path.open("rb") as file:
        return content, file.read(_HEAD_MAX).find(content)


def _configurations(content: bytes, *, boxes: bool) -> Iterator[tuple[int, bytes]]:
    """Yield each configuration record and where it stands in the content."""
    if boxes:
        for found in _HEVC_BOX.finditer(content):
            size = int.from_bytes(content[found.start() - 4 : found.start()], "big")
            yield found.end(), content[found.end() : found.start() - 4 + size]
        return
    tracks = [one.content for one in elements(memoryview(content)) if one.number == _TRACK]
    for private in (bytes(part.content) for track in tracks for part in elements(track) if part.number == _PRIVATE):
        yield content.find(private), private
