"""What the worker does for this room and those below it, which cannot schedule: run what is due, forget what is old."""

from datetime import timedelta

from cms.accounts.audit import forget_old_acts
from cms.accounts.services import forget_old_sign_ins
from cms.core.access_log import forget_old_requests
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


@scheduled("core.forget_old_requests", every=timedelta(days=1))
def forget_requests() -> None:
    forget_old_requests()


@scheduled("accounts.forget_old_sign_ins", every=timedelta(days=1))
def forget_sign_ins() -> None:
    forget_old_sign_ins()


@scheduled("accounts.forget_old_acts", every=timedelta(days=7))
def forget_acts() -> None:
    forget_old_acts()
