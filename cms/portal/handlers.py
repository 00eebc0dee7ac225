"""What the worker does for search: every small-work process feeds its node's index."""

from datetime import timedelta

from cms.jobs.runner import STOPPING
from cms.jobs.schedule import pulse, scheduled
from cms.portal.services import forget_old_questions, gather_frequent_texts
from search.worker import SharedKeeper, run_round, run_upkeep

shared_keeper = SharedKeeper()


@pulse("search.feed", every=timedelta(seconds=2))
def feed_search_index() -> None:
    """Bring this node's index up to the log of changes; the first page after a save already tried."""
    run_round(budget_s=1.5)


@pulse("search.feed_shared", every=timedelta(seconds=1))
def feed_shared_index() -> None:
    """See that the index that all nodes share is fed, where there is one; its server may hang, and nothing here waits."""
    shared_keeper.start(lambda: not STOPPING.is_set())


@pulse("search.upkeep", every=timedelta(minutes=1))
def keep_search_log() -> None:
    """Show that this node's reader lives, try failed documents again, purge what all have read."""
    run_upkeep()


@scheduled("portal.forget_old_questions", every=timedelta(days=1))
def forget_questions() -> None:
    """Keep what people searched for half a year and no longer."""
    forget_old_questions()


@scheduled("portal.gather_frequent_texts", every=timedelta(hours=1))
def gather_texts() -> None:
    """Bring what is offered while one types up to what many asked."""
    gather_frequent_texts()
