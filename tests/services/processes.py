"""Starting and stopping real servers for tests: free ports, own folders, nothing left behind."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from scripts.programs import find_program

ROOT = Path(__file__).resolve().parents[2]
# A machine that runs the whole suite may take long to read the code.
START_S = 180.0
STOP_S = 15.0


class ServiceMissingError(Exception):
    """This machine has no such program; the message says which one and how to get it."""


class ServiceFailedError(Exception):
    """A server did not start; the message carries the end of its log."""


def need(program: str, *, package: str) -> str:
    """Return the path of a program.

    Raises ServiceMissingError when the machine does not have it.
    """
    found = find_program(program)
    if found is None:
        raise ServiceMissingError(f"{program} is not installed (Debian: apt-get install {package})")
    return found


def free_port() -> int:
    """Return a port of this computer that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_answers(port: int) -> bool:
    """Tell whether something listens on the port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.5):
        return True
    return False


class Server(ABC):
    """One server process in a group and folder of its own; a context manager that always ends it.

    A subclass gives `argv()` and, where a listening port is not enough, `is_ready()`.
    """

    name = "server"

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix=f"weike-{self.name}-"))
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """The file with everything the server said."""
        return self.folder / "server.log"

    @abstractmethod
    def argv(self) -> Sequence[str]:
        """Return the command line."""

    def environment(self) -> Mapping[str, str]:
        """Return the environment of the process."""
        return os.environ

    def place(self) -> Path:
        """Return the folder that the process starts in."""
        return ROOT

    def is_ready(self) -> bool:
        """Tell whether the server takes work."""
        return port_answers(self.port)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the process and wait until it takes work.

        Raises ServiceMissingError without the program and ServiceFailedError when the process ends or does not become ready.
        """
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                list(self.argv()),
                cwd=self.place(),
                env=dict(self.environment()),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if not wait_for(self.is_ready_or_dead, seconds=START_S) or self.process.poll() is not None:
            raise ServiceFailedError(f"{self.name} did not start:\n{self.last_words()}")

    def is_ready_or_dead(self) -> bool:
        """Tell whether waiting any longer is of no use."""
        return (self.process is not None and self.process.poll() is not None) or self.is_ready()

    def last_words(self) -> str:
        """Return the end of the log."""
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else "(it said nothing)"

    def kill(self) -> None:
        """End the whole group at once, as a power cut would."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(STOP_S)

    def stop(self) -> None:
        """End the process politely, then its whole group, and remove its folder."""
        if self.process is not None:
            if self.process.poll() is None:
                self.process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(STOP_S)
            self.kill()
            self.process = None
        shutil.rmtree(self.folder, ignore_errors=True)


def wait_for(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Ask until the condition holds or the time is over; tell which."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return condition()
