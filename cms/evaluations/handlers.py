"""Periodic work of this room."""

from datetime import timedelta

from cms.evaluations.services import close_past, forget_old_remarks
from cms.jobs.schedule import scheduled


@scheduled("evaluations.close_past", every=timedelta(hours=1))
def close() -> None:
    close_past()


@scheduled("evaluations.forget_old_remarks", every=timedelta(days=7))
def forget() -> None:
    forget_old_remarks()
