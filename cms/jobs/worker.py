"""One worker process: the endless loop of one lane."""

import os
import signal
import sys
import threading
import time
from types import FrameType

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection

from cms.core.clock import now
from cms.jobs import transport
from cms.jobs.enums import Lane
from cms.jobs.queries import waiting_jobs
from cms.jobs.runner import STOPPING, run_next
from cms.jobs.schedule import pulses
from cms.jobs.services import beat, reap, say_goodbye, start_due_work
from cms.jobs.tasks import worker_name

log = structlog.get_logger("weike.jobs")
IDLE_S = 0.5
HOUSEKEEPING_S = 5.0
ORPHAN_LOOK_S = 1.0
FAREWELL_S = 3.0
# What asks a worker to end.
ENDING = (signal.SIGTERM, signal.SIGINT)


class LaneWorker:
    """Runs the jobs of one lane one after the other; the small lane also keeps house for all."""

    def __init__(self, lane: str, *, parent: int | None = None) -> None:
        self.lane = lane
        self.name = worker_name()
        self.parent = parent
        self.kept_house = 0.0
        self.pulsed: dict[str, float] = {}

    def run(self, *, once: bool = False) -> None:
        """Work until the process is asked to end, or with `once` until nothing in the lane is due."""
        self.listen_to_signals()
        beat(self.name, lane=self.lane)
        life = threading.Thread(target=self.show_life, name="beat", daemon=True)
        life.start()
        log.info("worker.started", worker=self.name, lane=self.lane)
        while not STOPPING.is_set():
            close_old_connections()
            if self.step_or_log():
                continue
            if once and not waiting_jobs(now()).filter(lane=self.lane).exists():
                break
            # Not STOPPING.wait: a signal that comes while this thread holds the event's lock could never set it.
            time.sleep(IDLE_S)
        STOPPING.set()
        # A beat on its way would put the worker back on the list after it said goodbye.
        life.join(FAREWELL_S)
        self.leave()

    def step_or_log(self) -> bool:
        """Do the next thing; what goes wrong belongs to one piece of work and must not take the lane along."""
        try:
            return self.step()
        except DatabaseError as error:
            log.warning("worker.database", error=str(error))
        except Exception:
            log.exception("worker.step_failed", worker=self.name, lane=self.lane)
        return False

    def step(self) -> bool:
        """Do the next thing there is to do, and tell whether there was one."""
        if self.lane == Lane.SMALL:
            self.keep_house()
        queues = [self.lane, "default"] if self.lane == Lane.SMALL else [self.lane]
        if transport.is_embedded() and transport.run_one_message(queues, self.name):
            return True
        # Work whose message was lost or that waited for its time needs no message to be found.
        return run_next(self.lane, worker=self.name)

    def keep_house(self) -> None:
        """Start what is due, give back what dead workers held, do what is done every few seconds."""
        at = time.monotonic()
        if at - self.kept_house >= min(HOUSEKEEPING_S, settings.JOB_LEASE.total_seconds() / 4):
            self.kept_house = at
            reap()
            start_due_work()
        for periodic in pulses():
            if at - self.pulsed.get(periodic.name, 0.0) >= periodic.every.total_seconds():
                self.pulsed[periodic.name] = at
                try:
                    periodic.work()
                except Exception:
                    log.exception("worker.pulse_failed", name=periodic.name)

    def show_life(self) -> None:
        """Beat beside the work, and end when the supervisor is gone: nobody would restart or stop this process."""
        beaten = time.monotonic()
        while not STOPPING.wait(ORPHAN_LOOK_S):
            if self.parent is not None and os.getppid() != self.parent:
                log.warning("worker.orphaned", worker=self.name)
                os.kill(os.getpid(), signal.SIGTERM)
                return
            if time.monotonic() - beaten < settings.JOB_HEARTBEAT.total_seconds() / 2:
                continue
            beaten = time.monotonic()
            try:
                beat(self.name, lane=self.lane)
            except DatabaseError as error:
                log.warning("worker.beat_missed", error=str(error))
        connection.close()

    def listen_to_signals(self) -> None:
        """Answer the signals from here on, also one that came while the supervisor's block still kept it waiting."""
        for number in ENDING:
            signal.signal(number, self.on_signal)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Ask for the end; when a person asks again, end at once: the lease brings the job back.

        A supervised lane hears the same wish twice, from the terminal or the system, which tell the whole group, and from
        its supervisor, which has its own patience; it gives its job back in order.
        """
        if not STOPPING.is_set():
            STOPPING.set()
        elif self.parent is None:
            sys.exit(1)

    def leave(self) -> None:
        log.info("worker.ended", worker=self.name, lane=self.lane)
        try:
            say_goodbye(self.name)
        except DatabaseError as error:
            log.warning("worker.database", error=str(error))
