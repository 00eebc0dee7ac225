"""What whoever has time does for the indexes: one round after another."""

import fcntl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.conf import settings
from django.db import close_old_connections, connections

from search import dead_letters, generations, lease, log
from search.configured import local_engine, shared_engine
from search.drain import DrainReport, drain
from search.engines.protocol import EngineAway, EngineBusy, SharedEngine
from search.feeder import feed_shared
from search.rebuild import rebuild
from search.rebuild_shared import RebuildDiffers, rebuild_shared

logger = structlog.get_logger(__name__)

LOOK_EVERY_S = 2.0
UPKEEP_EVERY_S = 60.0
REST_AFTER_FAILURE_S = 5.0


def run_round(*, budget_s: float = 5.0) -> DrainReport:
    """Drain the log into this node's index once; rebuild when it has missed changes or is of another version."""
    report = drain(budget_s=budget_s)
    if report.missed:
        try:
            rebuild()
        except EngineBusy:
            logger.info("search.rebuild_runs_elsewhere")
    return report


def run_shared_round(*, budget_s: float = 5.0) -> DrainReport:
    """Feed the index that all nodes share once, where there is one; rebuild it when it needs that.

    Only one process does so at a time, wherever it runs; for the others the report says `busy`.
    """
    shared = shared_engine()
    if shared is None:
        return DrainReport()
    report = feed_shared(shared, budget_s=budget_s)
    if report.missed and lease.may_rebuild(shared.name):
        _rebuild_unasked(shared)
    return report


def _rebuild_unasked(shared: SharedEngine) -> None:
    """Rebuild, once for each version of the code: two of them would replace each other's index for ever."""
    if generations.was_replaced(shared.fingerprint()):
        lease.leave_rebuilding(shared.name)
        logger.error("search.two_versions", engine=shared.name)
        return
    try:
        rebuild_shared(shared)
    except EngineBusy:
        logger.info("search.rebuild_runs_elsewhere")
    except EngineAway as error:
        logger.warning("search.rebuild_failed", error=str(error))
    except RebuildDiffers as error:
        lease.leave_rebuilding(shared.name)
        logger.warning("search.rebuild_failed", error=str(error))


def run_upkeep() -> int:
    """Show that this reader lives, queue failed documents again, purge the log; return the number of purged rows.

    Wanted about once a minute by one process for each node.
    """
    engine = local_engine()
    # Whoever is feeding the index at this moment shows life for it.
    with suppress(EngineBusy):
        with engine.writing(wait_s=1.0) as writer:
            position = writer.position
        if not log.missed(position, index=engine.name, node=engine.node()):
            log.publish(position, index=engine.name, node=engine.node())
    dead_letters.retry_due()
    return log.purge()


def keep_current(is_wanted: Callable[[], bool], *, every_s: float = LOOK_EVERY_S) -> None:
    """Keep this node's index current as long as it is wanted, beside whatever else the process does.

    One process of a node does it, and another takes over when that one ends, however it ends. So a node that only
    answers the web has an index to fall back on, and where no worker runs, what the budget after a commit left is fed.
    """
    while is_wanted():
        try:
            with _alone() as alone:
                if alone:
                    _look_after(is_wanted, every_s)
        except Exception:
            # A database or a disk that is away comes back; the log has kept everything.
            logger.exception("search.round_failed")
            _rest(REST_AFTER_FAILURE_S, is_wanted)
        close_old_connections()
        _rest(every_s, is_wanted)


@dataclass(slots=True)
class SharedKeeper:
    """Feeds and rebuilds the index that all nodes share in a thread beside what a process does: the server may hang."""

    thread: threading.Thread | None = None

    def start(self, is_wanted: Callable[[], bool], *, every_s: float = 1.0) -> None:
        """Begin, unless it runs already in this process or no index is shared; it ends when it is not wanted any more."""
        if shared_engine() is None or (self.thread is not None and self.thread.is_alive()):
            return
        self.thread = threading.Thread(
            target=_keep_shared, args=(is_wanted, every_s), name="search-shared", daemon=True
        )
        self.thread.start()


def _keep_shared(is_wanted: Callable[[], bool], every_s: float) -> None:
    while is_wanted():
        rest_s = every_s
        try:
            run_shared_round()
            close_old_connections()
        except Exception:
            # A database that is away comes back; the log has kept everything.
            logger.exception("search.round_failed")
            rest_s = REST_AFTER_FAILURE_S
        _rest(rest_s, is_wanted)
    connections.close_all()


def _look_after(is_wanted: Callable[[], bool], every_s: float) -> None:
    """Feed as long as it is wanted."""
    upkeep_due = time.monotonic() + UPKEEP_EVERY_S
    while is_wanted():
        run_round()
        if time.monotonic() >= upkeep_due:
            upkeep_due = time.monotonic() + UPKEEP_EVERY_S
            run_upkeep()
        close_old_connections()
        _rest(every_s, is_wanted)


@contextmanager
def _alone() -> Iterator[bool]:
    """Tell whether no other process of this node does the same; the kernel lets go when a process dies."""
    path = Path(settings.SEARCH_DB)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}-feeder.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _rest(seconds: float, is_wanted: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while is_wanted() and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, 0.2))
