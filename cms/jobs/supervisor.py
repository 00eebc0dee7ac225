"""Keeps one process for each lane alive; the only user of subprocess in this room."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType

import structlog
from django.conf import settings

log = structlog.get_logger("weike.jobs")
LOOK_S = 0.25
GRACE_S = 10.0
LONGEST_PAUSE_S = 30.0
HEALTHY_S = 60.0


@dataclass
class Child:
    """One lane's process and when it may be started again."""

    lane: str
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    not_before: float = 0.0
    failures: int = field(default=0)


class Supervisor:
    """Starts the lanes, restarts what dies with growing pauses, hands signals on and leaves nobody behind."""

    def __init__(self, lanes: Sequence[str]) -> None:
        self.children = [Child(lane) for lane in lanes]
        self.stopping = threading.Event()

    def run(self) -> None:
        """Watch the lanes until SIGTERM or SIGINT; then end them within ten seconds."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.on_signal)
        try:
            while not self.stopping.is_set():
                for child in self.children:
                    self.look_after(child)
                self.stopping.wait(LOOK_S)
        finally:
            self.end_all()

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stopping.set()

    def look_after(self, child: Child) -> None:
        """Start the lane's process when there is none and the pause is over."""
        at = time.monotonic()
        if child.process is not None:
            code = child.process.poll()
            if code is None:
                return
            child.failures = 1 if at - child.started > HEALTHY_S else child.failures + 1
            child.not_before = at + min(LONGEST_PAUSE_S, 0.5 * 2 ** (child.failures - 1))
            child.process = None
            log.warning("supervisor.lane_died", lane=child.lane, code=code, failures=child.failures)
        if at >= child.not_before:
            child.process = start_lane(child.lane)
            child.started = at

    def end_all(self) -> None:
        """Ask every process to end, wait, then end it."""
        running = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + GRACE_S
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def start_lane(lane: str) -> subprocess.Popen[bytes]:
    """Start the process of one lane with this interpreter, these settings and this environment."""
    command = [sys.executable, "-m", "django", "worker", "--lane", lane, "--parent", str(os.getpid())]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE}
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdin=subprocess.DEVNULL)
