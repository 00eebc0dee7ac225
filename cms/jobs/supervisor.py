"""Keeps one process for each lane alive.

Lanes are forked from the supervisor, which has loaded the site already: three of them start in the time of one, and share
its memory. It has no threads and holds no database connection, so that nothing half-done is copied.
"""

import multiprocessing
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.context import ForkProcess

import structlog
from django.db import connections

from cms.jobs.worker import ENDING, LaneWorker

log = structlog.get_logger("weike.jobs")
LOOK_S = 0.25
GRACE_S = 10.0
LONGEST_PAUSE_S = 30.0
HEALTHY_S = 60.0
FORK = multiprocessing.get_context("fork")


@dataclass
class Child:
    """One lane's process and when it may be started again."""

    lane: str
    process: ForkProcess | None = None
    started: float = 0.0
    not_before: float = 0.0
    failures: int = field(default=0)


class Supervisor:
    """Starts the lanes, restarts what dies with growing pauses, hands signals on and leaves nobody behind."""

    def __init__(self, lanes: Sequence[str]) -> None:
        self.children = [Child(lane) for lane in lanes]

    def run(self) -> None:
        """Watch the lanes until SIGTERM or SIGINT; then end them within ten seconds.

        The signals stay blocked and are waited for: one that comes while a lane is being forked is neither lost nor
        handled in the wrong process. A lane lets them through once it can answer them.
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        try:
            while True:
                for child in self.children:
                    self.look_after(child)
                if is_asked_to_end():
                    break
        finally:
            self.end_all()

    def look_after(self, child: Child) -> None:
        """Start the lane's process when there is none and the pause is over."""
        at = time.monotonic()
        if child.process is not None:
            code = child.process.exitcode
            if code is None:
                return
            child.failures = 1 if at - child.started > HEALTHY_S else child.failures + 1
            child.not_before = at + min(LONGEST_PAUSE_S, 0.5 * 2 ** (child.failures - 1))
            child.process = None
            log.warning("supervisor.lane_died", lane=child.lane, exit_status=code, failures=child.failures)
        if at >= child.not_before:
            child.process = start_lane(child.lane)
            child.started = at

    def end_all(self) -> None:
        """Ask every process to end, wait, then end it."""
        running = [child.process for child in self.children if child.process and child.process.is_alive()]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + GRACE_S
        for process in running:
            process.join(max(0.1, deadline - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()


def is_asked_to_end() -> bool:
    """Wait a moment for a signal that ends the worker, and return whether one came."""
    found = signal.sigtimedwait(ENDING, LOOK_S)
    # A process that was stopped and continued past its time gets a signal that nobody sent (CPython 3.11).
    return found is not None and found.si_signo in ENDING


def start_lane(lane: str) -> ForkProcess:
    """Start the process of one lane."""
    connections.close_all()
    process = FORK.Process(target=work, args=(lane, os.getpid()), name=lane)
    process.start()
    return process


def work(lane: str, parent: int) -> None:
    """Work on the lane until asked to end, or until the supervisor is gone."""
    LaneWorker(lane, parent=parent).run()
