"""Finds the Dolby Vision profile an MP4 declares: profile 5 has no base layer in colours we could show."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MOOV_MAX = 64 << 20
BOXES_MAX = 10_000
_LONG_HEADER = 16
_SHORT_HEADER = 8


def dolby_vision_profile(path: Path) -> int | None:
    """Return the profile from the configuration record of the movie header, None when there is none."""
    return profile_in(read_movie_header(path))


def profile_in(movie_header: bytes) -> int | None:
    """Return the profile told by the first `dvcC`, `dvvC` or `dvwC` box: seven bits after two version bytes."""
    for name in (b"dvcC", b"dvvC", b"dvwC"):
        found = movie_header.find(name)
        if found >= 0 and found + 7 <= len(movie_header):
            return movie_header[found + 6] >> 1
    return None


def read_movie_header(path: Path) -> bytes:
    """Return the bytes of the top-level `moov` box, empty when there is none or it is unreasonably large."""
    with path.open("rb") as file:
        for _ in range(BOXES_MAX):
            header = file.read(_SHORT_HEADER)
            if len(header) < _SHORT_HEADER:
                return b""
            size, taken = int.from_bytes(header[:4], "big"), _SHORT_HEADER
            if size == 1:
                size, taken = int.from_bytes(file.read(_LONG_HEADER - _SHORT_HEADER), "big"), _LONG_HEADER
            if header[4:] == b"moov":
                return file.read(size - taken) if taken <= size <= MOOV_MAX else b""
            if size < taken:
                return b""
            file.seek(size - taken, 1)
    return b""
