"""What the worker does for reports: forget old ones."""

from datetime import timedelta

from cms.feedback.services import forget_old_reports
from cms.jobs.schedule import scheduled


@scheduled("feedback.forget_old_reports", every=timedelta(days=1))
def forget() -> None:
    forget_old_reports()
