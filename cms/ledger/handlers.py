"""Periodic work of this room."""

from datetime import timedelta

from cms.core.clock import today
from cms.jobs.schedule import scheduled
from cms.ledger.services import forget_old_hours, tell_about_months

MONTH_IS_RECORDED = 8


@scheduled("ledger.forget_old_hours", every=timedelta(days=7))
def forget() -> None:
    forget_old_hours()


@scheduled("ledger.tell_about_months", every=timedelta(days=1))
def tell() -> None:
    # Asked every day, told once a month: the first lessons of a month are often recorded late.
    if today().day >= MONTH_IS_RECORDED:
        tell_about_months()
