"""Keep the indexes current until told to stop."""

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
from search.worker import REST_AFTER_FAILURE_S, UPKEEP_EVERY_S, run_round, run_shared_round, run_upkeep

logger = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = (
        "Feeds changes into the search index of this node, and into the shared one where there is one, until SIGTERM or "
        "SIGINT, rebuilding what has missed changes. Last line: JSON with what was done."
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
        while _round(done):
            pass
        run_upkeep()
        return done

    def _feed_until(self, stop: threading.Event, interval: float) -> dict[str, int]:
        done = {"indexed": 0, "removed": 0, "failed": 0}
        upkeep_due = 0.0
        while not stop.is_set():
            close_old_connections()
            try:
                moved = _round(done)
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


def _round(done: dict[str, int]) -> bool:
    """Feed every index once, add up what was done, and tell whether it was anything."""
    # Both, whatever the first one did.
    return any([_counted(run_round(), done), _counted(run_shared_round(), done)])


def _counted(report: DrainReport, done: dict[str, int]) -> bool:
    """Add a report to the sums and tell whether it did anything."""
    for name in done:
        done[name] += getattr(report, name)
    return bool(report.indexed or report.removed or report.failed)
