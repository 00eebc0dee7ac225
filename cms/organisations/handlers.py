"""What the worker does for organisations: duties that ran out by their date, lists that nobody confirmed."""

from datetime import timedelta

from cms.jobs.schedule import scheduled
from cms.organisations.importers import forget_old_imports
from cms.organisations.services import end_expired_duties


@scheduled("organisations.end_expired_duties", every=timedelta(hours=1))
def end_duties() -> None:
    end_expired_duties()


@scheduled("organisations.forget_imports", every=timedelta(hours=6))
def forget_imports() -> None:
    forget_old_imports()
