"""Keep the index of this node current until told to stop."""

import json
import signal
import threading
import time
from argparse import ArgumentParser
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from search.drain import DrainReport
from search.worker import run_round, run_upkeep

logger = structlog.get_logger(__name__)

UPKEEP_EVERY_S = 60.0
REST_AFTER_FAILURE_S = 5.0


class Command(BaseCommand):
    help = (
        "Feeds changes into the search index of this node until SIGTERM or SIGINT, rebuilding it when it has missed "
        "changes. Last line: JSON with what was done."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Feed what waits and end.")
        parser.add_argument("--interval", type=float, default=0.5, help="Seconds between two looks (default 0.5).")

    def handle(self, *args: Any, once: bool, interval: float, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT) if not once else ():
            signal.signal(number, lambda *_: stop.set())
        done = self._feed_all() if once else self._feed_until(stop, interval)
        self.stdout.write(json.dumps(done))

    def _feed_all(self) -> dict[str, int]:
        done = {"indexed": 0, "removed": 0, "failed": 0}
        while _counted(run_round(), done):
            pass
        run_upkeep()
        return done

    def _feed_until(self, stop: threading.Event, interval: float) -> dict[str, int]:
        done = {"indexed": 0, "removed": 0, "failed": 0}
        upkeep_due = 0.0
        while not stop.is_set():
            close_old_connections()
            try:
                moved = _counted(run_round(), done)
                if time.monotonic() >= upkeep_due:
                    upkeep_due = time.monotonic() + UPKEEP_EVERY_S
                    run_upkeep()
            except Exception:
                # A database that is away comes back; the log has kept everything.
                logger.exception("search.round_failed")
                stop.wait(REST_AFTER_FAILURE_S)
                continue
            if not moved:
                stop.wait(interval)
        return done


def _counted(report: DrainReport, done: dict[str, int]) -> bool:
    """Add a report to the sums and tell whether it did anything."""
    for name in done:
        done[name] += getattr(report, name)
    return bool(report.indexed or report.removed or report.failed)
