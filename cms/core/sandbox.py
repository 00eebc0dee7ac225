"""Reading what strangers sent in a process of its own, with limits that the kernel keeps.

Parsers of office files are large and believe what they read. Whatever one does with a hostile file, it happens here:
with bounded memory, time and output, and it ends with the process. It is told nothing of our database and keys: its
environment has none of them. It is still the same user of the machine, so this bounds what a parser uses and hears,
not what code that took it over could open: only a user or a container of its own for the worker would do that.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from json import dumps
from pathlib import Path
from typing import IO

from media_pipeline import launch

ROOT = Path(__file__).resolve().parents[2]
# Sets the limits in the new process itself: doing it between fork and exec is unsafe in a server that has threads.
LAUNCH = Path(launch.__file__)
MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Leash:
    """What the child may use: address space, processor time, time by the clock, bytes it may write."""

    memory_bytes: int = 768 * MIB
    cpu_s: int = 10
    wall_s: int = 30
    file_bytes: int = 32 * MIB


class SandboxFailed(Exception):  # noqa: N818  # reads as the fact it states
    """The child ended without an answer: it failed, or it reached a limit."""


def read_apart(module: str, file: IO[bytes], *, leash: Leash | None = None) -> bytes:
    """Run `python -m module` with the file as its standard input and return its standard output.

    The module must read no settings: it gets no environment of ours. Raises SandboxFailed.
    """
    leash = leash or Leash()
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as made:
        file.seek(0)
        shutil.copyfileobj(file, given)
        given.seek(0)
        status = run_leashed([sys.executable, "-s", "-P", "-m", module], leash, given=given, made=made)
        if status != 0:
            raise SandboxFailed(f"{module} ended with {status}")
        made.seek(0)
        return made.read()


def run_leashed(command: list[str], leash: Leash, *, given: IO[bytes], made: IO[bytes]) -> int:
    """Run a command under the leash and return its exit status; raises SandboxFailed when the time is up."""
    limits = {name: value for name, value in asdict(leash).items() if name != "wall_s"}
    process = subprocess.Popen(
        [
            *(sys.executable, "-I", "-S", str(LAUNCH)),
            dumps({**limits, "open_files": 64, "nice": 5, "parent": os.getpid()}),
            *command,
        ],
        stdin=given,
        stdout=made,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT)},
    )
    try:
        return process.wait(leash.wall_s)
    except subprocess.TimeoutExpired as error:
        raise SandboxFailed("time is up") from error
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
