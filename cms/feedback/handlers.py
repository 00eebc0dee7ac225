"""What the worker does for reports: remind who looks after them, forget old ones."""

from datetime import timedelta

from cms.feedback.services import forget_old_reports, remind_owners
from cms.jobs.schedule import scheduled


@scheduled("feedback.forget_old_reports", every=timedelta(days=1))
def forget() -> None:
    forget_old_reports()


@scheduled("feedback.remind_owners", every=timedelta(hours=6))
def remind() -> None:
    remind_owners()
