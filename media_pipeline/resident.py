"""How much memory a process and those that it started really use."""

from __future__ import annotations

import os
from pathlib import Path

# A program in ffmpeg's place may start others; beyond this, nobody counts.
DEEP = 8


def resident_bytes(pid: int, deep: int = DEEP) -> int:
    """Return the resident memory of a process and of its descendants, 0 of what is gone.

    Resident and not virtual memory: RLIMIT_AS ends valid files, since decoders reserve far more than they touch.
    Descendants are known only where the kernel tells them, as usual ones do.
    """
    process = Path("/proc") / str(pid)
    try:
        pages = int((process / "statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return 0
    try:
        children = (process / "task" / str(pid) / "children").read_text().split() if deep else []
    except OSError:
        children = []
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(resident_bytes(int(child), deep - 1) for child in children)
