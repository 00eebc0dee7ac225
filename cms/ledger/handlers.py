"""Periodic work of this room."""

from datetime import timedelta

from cms.jobs.schedule import scheduled
from cms.ledger.services import forget_old_hours


@scheduled("ledger.forget_old_hours", every=timedelta(days=7))
def forget() -> None:
    forget_old_hours()
