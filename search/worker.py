"""What whoever has time does for the index: one round after another."""

from contextlib import suppress

import structlog

from search import log
from search.configured import local_engine
from search.drain import DrainReport, drain, retry_dead_letters
from search.engines.protocol import EngineBusy
from search.rebuild import rebuild

logger = structlog.get_logger(__name__)


def run_round(*, budget_s: float = 5.0) -> DrainReport:
    """Drain the log once; rebuild when the index has missed changes or is of another version."""
    report = drain(budget_s=budget_s)
    if report.missed:
        try:
            rebuild()
        except EngineBusy:
            logger.info("search.rebuild_runs_elsewhere")
    return report


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
    retry_dead_letters()
    return log.purge()


def renew_outdated() -> bool:
    """Rebuild this node's index when another version of the analysis made it; tell whether it was rebuilt.

    Meant for the start of a process, after an update of the code: where no worker runs, nobody else would.
    """
    engine = local_engine()
    try:
        if not engine.outdated():
            return False
        rebuild()
    except EngineBusy:
        logger.info("search.rebuild_runs_elsewhere")
        return False
    return True
