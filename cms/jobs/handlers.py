"""What the worker does for this room itself: run what is scheduled, forget what is old."""

from datetime import timedelta

from cms.core.ratelimit import forget_old_windows
from cms.jobs.registry import handler
from cms.jobs.runner import JobRun
from cms.jobs.schedule import SCHEDULE_KIND, scheduled, scheduled_work
from cms.jobs.services import forget_old_work


@handler(SCHEDULE_KIND)
def run_scheduled(run: JobRun) -> None:
    """Do the periodic work that the payload names; a name the code no longer knows is no error."""
    work = scheduled_work(run.job.payload["name"])
    if work is not None:
        work()


@scheduled("jobs.forget_old_work", every=timedelta(days=1))
def forget() -> None:
    forget_old_work()


@scheduled("core.forget_old_windows", every=timedelta(hours=1))
def forget_windows() -> None:
    forget_old_windows()
