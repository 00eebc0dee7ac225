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
import struct
import sys

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000

# By what the kernel calls the machine: the mark of its calls, and the numbers of those that open a socket or a ring
# through which one could be opened (socket, socketpair, io_uring_setup).
CALLS = {"x86_64": (0xC000003E, (41, 53, 425)), "aarch64": (0xC00000B7, (198, 199, 425))}
# Instructions of the kernel's filter: load a word, compare, return.
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
NUMBER_AT, MARK_AT = 0, 4
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | 13  # EACCES
OTHER_NUMBERS = 0x40000000  # the same calls once more, for another width of pointers
WIDE = 2**32  # no program of 32 bits counts so far


class Program(ctypes.Structure):
    """A filter as the kernel takes it: how many instructions, and where they are."""

    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


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


def leave_network() -> None:
    """Go where there is no network and no way to become somebody else.

    Each of the three holds by itself; a kernel that refuses one of them, as in many containers, is left alone with it.
    """
    kernel = ctypes.CDLL(None)
    # With rights: a network of its own. Without: the same inside a world of users of its own.
    if kernel.unshare(CLONE_NEWNET) != 0:
        kernel.unshare(CLONE_NEWUSER | CLONE_NEWNET)
    if kernel.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        _refuse_sockets(kernel)


def _refuse_sockets(kernel: ctypes.CDLL) -> None:
    machine = os.uname().machine
    # A program of 32 bits asks a kernel of 64 in another machine's way: the filter would refuse it every call.
    if machine not in CALLS or sys.maxsize < WIDE:
        return
    code = socket_filter(*CALLS[machine])
    program = Program(len(code) // 8, code)
    kernel.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)


def socket_filter(mark: int, refused: tuple[int, ...]) -> bytes:
    """Return the filter that refuses some calls, and all that are made in another machine's way."""
    rows = [(LOAD, 0, 0, MARK_AT), (EQUAL, 1, 0, mark), (RETURN, 0, 0, REFUSE), (LOAD, 0, 0, NUMBER_AT)]
    left = len(refused) + 1  # comparisons from here to the permission, behind which the refusal stands
    rows.append((AT_LEAST, left, 0, OTHER_NUMBERS))
    rows += [(EQUAL, left - place, 0, number) for place, number in enumerate(refused, start=1)]
    rows += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]
    return b"".join(struct.pack("=HBBI", *row) for row in rows)


def die_with_parent(parent: int) -> None:
    """Ask the kernel to end this process when the worker is killed, so that no orphan goes on encoding."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it was killed before we could ask
        sys.exit(1)


def main() -> None:
    limits = json.loads(sys.argv[1])
    if sys.platform == "linux":
        leave_network()
    die_with_parent(limits["parent"])
    set_limits(limits)
    command = sys.argv[2:]
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted; this is how the leash becomes the command


if __name__ == "__main__":
    main()
