"""Put on the leash, then become the command: limits are set in the new process itself, before the command starts.

Run as a script by `run`, with the bare interpreter (`-I -S`): `launch.py '{"parent": 1, …}' command argument …`.
Doing this here and not in `preexec_fn` keeps forking safe in a parent that has threads.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1


def set_limits(limits: dict[str, int]) -> None:
    """Apply the limits of `run.Limits`; a limit of 0 is not set, one above the hard limit is lowered to it."""
    names = {
        "cpu_s": resource.RLIMIT_CPU,
        "memory_bytes": resource.RLIMIT_AS,
        "file_bytes": resource.RLIMIT_FSIZE,
        "open_files": resource.RLIMIT_NOFILE,
    }
    for name, kind in names.items():
        wanted = limits[name]
        _, hard = resource.getrlimit(kind)
        if wanted:
            value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(kind, (value, value))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(limits["nice"])


def die_with_parent(parent: int) -> None:
    """Ask the kernel to end this process when the worker is killed, so that no orphan goes on encoding."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it was killed before we could ask
        sys.exit(1)


def main() -> None:
    limits = json.loads(sys.argv[1])
    die_with_parent(limits["parent"])
    set_limits(limits)
    command = sys.argv[2:]
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted; this is how the leash becomes the command


if __name__ == "__main__":
    main()
