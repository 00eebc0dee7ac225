"""How much memory a process and those that it started really use."""

from __future__ import annotations

import os

# A program in ffmpeg's place may start others; beyond this, nobody counts.
DEEP = 8
PAGE = os.sysconf("SC_PAGE_SIZE")
MOST = 65_536


def resident_bytes(pid: int, deep: int = DEEP) -> int:
    """Return the resident memory of a process and of its descendants, 0 of what is gone.

    Resident and not virtual memory: RLIMIT_AS ends valid files, since decoders reserve far more than they touch.
    Descendants are known only where the kernel tells them, as usual ones do.
    """
    process = f"/proc/{pid}"
    try:
        pages = int(_read(f"{process}/statm").split()[1])
    except (OSError, IndexError, ValueError):
        return 0
    try:
        children = _read(f"{process}/task/{pid}/children").split() if deep else []
    except OSError:
        children = []
    return pages * PAGE + sum(resident_bytes(int(child), deep - 1) for child in children)


def _read(path: str) -> bytes:
    """Return what the kernel tells; ten times a second, so without anything between."""
    file = os.open(path, os.O_RDONLY)
    try:
        return os.read(file, MOST)
    finally:
        os.close(file)
