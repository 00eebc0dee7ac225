"""The only door of the engine through which a process starts: watched, limited, and ended with all its children."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import imageio_ffmpeg

from media_pipeline.errors import PipelineError, failure
from media_pipeline.resident import resident_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

STDERR_TAIL = 16_384
STDOUT_MAX = 4_000_000
STALL_S = 90.0
# Huge pictures need far longer than their length; beyond this nobody else's video should have to wait.
WALL_MAX_S = 6 * 3600.0
MEMORY_BYTES = 900 << 20
# Of what reads only files of our own.
OWN_MEMORY_BYTES = 4 << 30
# Encoders keep pictures for each of their threads, of which there are more where there are more processors.
MEMORY_PER_CORE = 32 << 20
# On Linux the processor's time is shared nine to one between these two when both want all of it.
SOON, WHENEVER = 5, 15
# How often ffmpeg tells how far it is: who waits for the first segment is told at once, who waits for all of them soon.
_TELLS_S = {SOON: 0.1, WHENEVER: 0.5}
ROOT = Path("/")
_LAUNCH = Path(__file__).with_name("launch.py")
_TICK_S = 0.1
# Once a program has said its last word it ends within this, usually.
_SOON_S = 0.005
# With a look every 0.8 seconds by whoever asks, what nobody wants any more is gone within two.
_TERM_GRACE_S = 0.5
# How long what an ended program said last is read, should somebody else hold its pipes.
_LAST_WORDS_S = 1.0
_LONGEST_LINE = 1024
# No film lasts longer, in microseconds; of thousands of digits no number can be made.
_MOST_DIGITS = 18
# By how much the kernel and `wait4` may differ about the processor's time.
_ABOUT_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the kernel enforces. Bytes and seconds; 0 means no limit of that kind."""

    cpu_s: int = 0
    memory_bytes: int = 0
    resident_bytes: int = MEMORY_BYTES  # kept by `run`, for the process and all that it starts
    file_bytes: int = 16 << 30
    open_files: int = 256
    nice: int = SOON


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A process that ended by itself. `stderr` is only its tail; times in seconds."""

    returncode: int
    stdout: bytes
    stderr: str
    wall_s: float
    cpu_s: float


@cache
def ffmpeg_binary() -> str:
    """Return the ffmpeg to use: FFMPEG_BINARY when set, else the one that came with the installed packages."""
    return os.environ.get("FFMPEG_BINARY") or str(imageio_ffmpeg.get_ffmpeg_exe())


def run(
    argv: Sequence[str],
    *,
    cwd: Path = ROOT,
    on_progress: Callable[[float], None] | None = None,
    duration_s: float = 0.0,
    stall_s: float | None = None,
    wall_s: float | None = None,
    should_stop: Callable[[], bool] | None = None,
    nice: int = SOON,
    memory_bytes: int = OWN_MEMORY_BYTES,
) -> Finished:
    """Run ffmpeg with `argv` (without the binary) until it ends, and report progress from 0 to 1.

    It runs in the folder `cwd`, as `nice` to others as is said. `duration_s` is the length of what is made; `wall_s` defaults to a generous multiple of it, `memory_bytes` is what it may use
    with two processors. `on_progress` may raise:
    then the process group is ended and the exception goes on. Raises PipelineError: stalled, timeout, cancelled,
    out_of_memory, out_of_space, broken, encoder_failed.
    """
    wall = wall_s if wall_s is not None else patience_for(duration_s)
    cores = os.cpu_count() or 1
    resident = memory_bytes + MEMORY_PER_CORE * max(0, cores - 2)
    limits = Limits(cpu_s=int(wall * cores) + 1, resident_bytes=resident, nice=nice)
    command = [
        ffmpeg_binary(),
        "-progress",
        "pipe:1",
        "-stats_period",
        f"{_TELLS_S.get(nice, _TELLS_S[WHENEVER])}",
        "-nostats",
        *argv,
    ]
    meter = _Meter(duration_s, on_progress)
    child = _Child(
        command,
        limits,
        cwd=cwd,
        wall_s=wall,
        stall_s=STALL_S if stall_s is None else stall_s,
        should_stop=should_stop,
        on_output=meter.feed,
    )
    finished = child.wait()
    if finished.returncode != 0:
        raise _explain(finished)
    return finished


def patience_for(duration_s: float) -> float:
    """Return after how many seconds a conversion of that length is given up."""
    return min(600 + 60 * duration_s, WALL_MAX_S)


def run_python(
    module: str,
    *arguments: str,
    wall_s: float,
    limits: Limits,
    should_stop: Callable[[], bool] | None = None,
) -> Finished:
    """Run a module, the engine's own or the site's, in a child process and return what it printed.

    Raises PipelineError timeout, cancelled or out_of_memory; the exit code is the caller's to judge.
    """
    command = [sys.executable, "-s", "-P", "-m", module, *arguments]
    output = bytearray()

    def keep(data: bytes) -> None:
        output.extend(data[: STDOUT_MAX - len(output)])

    child = _Child(command, limits, wall_s=wall_s, stall_s=wall_s, should_stop=should_stop, on_output=keep)
    finished = child.wait()
    return Finished(**{**asdict(finished), "stdout": bytes(output)})


def why_ended(finished: Finished, limits: Limits) -> PipelineError | None:
    """Return why somebody else ended a program; None for one that came to an end, or fell, by itself."""
    # At a limit that is the hard one too, the kernel kills without a warning, as it does when memory runs out.
    spent = bool(limits.cpu_s) and finished.cpu_s >= limits.cpu_s - _ABOUT_S
    codes = {
        -signal.SIGXCPU: "timeout",
        -signal.SIGKILL: "timeout" if spent else "out_of_memory",
        -signal.SIGTERM: "cancelled",
        -signal.SIGINT: "cancelled",
    }
    code = codes.get(finished.returncode)
    return failure(code) if code else None


class _Meter:
    """Reads ffmpeg's `-progress` lines and tells the fraction done."""

    def __init__(self, duration_s: float, on_progress: Callable[[float], None] | None) -> None:
        self.duration_us = max(duration_s, 0.001) * 1_000_000
        self.on_progress = on_progress
        self.rest = b""
        self.fraction = 0.0

    def feed(self, data: bytes) -> None:
        *lines, rest = (self.rest + data).split(b"\n")
        self.rest = rest[-_LONGEST_LINE:]
        told = False
        for line in lines:
            key, _, value = line.strip().partition(b"=")
            if key == b"out_time_us" and value.isdigit() and len(value) <= _MOST_DIGITS:
                self.fraction = max(self.fraction, min(1.0, int(value) / self.duration_us))
            told = told or key == b"progress"
        if told and self.on_progress:
            self.on_progress(self.fraction)


class _Child:
    """One process in its own session, read and watched from a single thread."""

    def __init__(
        self,
        command: Sequence[str],
        limits: Limits,
        *,
        cwd: Path = ROOT,
        wall_s: float,
        stall_s: float,
        should_stop: Callable[[], bool] | None,
        on_output: Callable[[bytes], None],
    ) -> None:
        self.command = command
        self.limits = limits
        self.cwd = cwd
        self.wall_s = wall_s
        self.stall_s = stall_s
        self.should_stop = should_stop
        self.on_output = on_output
        self.stderr = bytearray()
        self.started = self.last_sign = time.monotonic()
        self.last_output = b""

    def wait(self) -> Finished:
        leash = json.dumps({**asdict(self.limits), "parent": os.getpid()})
        process = subprocess.Popen(  # argv list, no shell, own session: the group can be ended as a whole
            [sys.executable, "-I", "-S", str(_LAUNCH), leash, *self.command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            cwd=self.cwd,
            env=_environment(),
            bufsize=0,
        )
        try:
            status, cpu_s = self._watch(process)
        finally:
            # Also after a good end: a child of its own may have stayed behind.
            _kill_group(process)
            for pipe in (process.stdout, process.stderr):
                if pipe:
                    pipe.close()
        return Finished(
            returncode=status,
            stdout=b"",
            stderr=self.stderr.decode("utf-8", "replace"),
            wall_s=time.monotonic() - self.started,
            cpu_s=cpu_s,
        )

    def _watch(self, process: subprocess.Popen[bytes]) -> tuple[int, float]:
        """Listen until the process has ended; that it closed its pipes is no end, that others hold them no life."""
        with selectors.DefaultSelector() as selector:
            for pipe in (process.stdout, process.stderr):
                if pipe:
                    selector.register(pipe, selectors.EVENT_READ)
            while (ended := _reap(process)) is None:
                self._listen(selector, process)
                self._check(process.pid)
            _kill_group(process)
            deadline = time.monotonic() + _LAST_WORDS_S
            while selector.get_map() and time.monotonic() < deadline:
                self._listen(selector, process)
            return ended

    def _listen(self, selector: selectors.BaseSelector, process: subprocess.Popen[bytes]) -> None:
        for key, _ in selector.select(_TICK_S if selector.get_map() else _SOON_S):
            data = os.read(key.fd, 65_536)
            if not data:
                selector.unregister(key.fileobj)
            elif key.fileobj is process.stdout:
                self._take_output(data)
            else:
                self.stderr.extend(data)
                del self.stderr[:-STDERR_TAIL]

    def _take_output(self, data: bytes) -> None:
        # Lines of time and speed change even when nothing moves; frames, bytes and media time are signs of life.
        signs = b"".join(line for line in data.split(b"\n") if line.startswith((b"frame", b"total", b"out_time_us")))
        if signs != self.last_output:
            self.last_output = signs
            self.last_sign = time.monotonic()
        self.on_output(data)

    def _check(self, pid: int) -> None:
        now = time.monotonic()
        if self.should_stop and self.should_stop():
            raise failure("cancelled")
        if now - self.started > self.wall_s:
            raise failure("timeout")
        if now - self.last_sign > self.stall_s:
            raise failure("stalled")
        if resident_bytes(pid) > self.limits.resident_bytes:
            raise failure("out_of_memory")


def _environment() -> dict[str, str]:
    # Nothing of the worker's environment (database address, keys) is handed to a program that reads strangers' files.
    root = str(Path(__file__).resolve().parent.parent)
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "PYTHONPATH": root}


def _reap(process: subprocess.Popen[bytes]) -> tuple[int, float] | None:
    pid, status, usage = os.wait4(process.pid, os.WNOHANG)
    if not pid:
        return None
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_utime + usage.ru_stime


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL) if process.returncode is None else (signal.SIGKILL,):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        if process.returncode is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_TERM_GRACE_S)


def _explain(finished: Finished) -> Exception:
    tail = finished.stderr
    if "No space left on device" in tail or "Disk quota exceeded" in tail:
        return failure("out_of_space")
    if finished.returncode == -signal.SIGXCPU:
        return failure("timeout")
    if "Cannot allocate memory" in tail or finished.returncode == -signal.SIGKILL:
        return failure("out_of_memory")
    # 69 is ffmpeg's own code for more decoding errors than `-max_error_rate` allows.
    if finished.returncode == 69 or "Invalid data found when processing input" in tail:  # noqa: PLR2004
        return failure("broken")
    last = tail.strip().splitlines()[-1:] or [f"exit code {finished.returncode}"]
    return failure("encoder_failed", f"The video could not be converted: {last[0][:300]}")
