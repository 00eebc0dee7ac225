"""Periodic work of this room."""

from datetime import timedelta

from cms.jobs.schedule import scheduled
from cms.venues.services import forget_old_visits, remind_of_review


@scheduled("venues.remind_of_review", every=timedelta(days=1))
def remind() -> None:
    """Tell editors which places should be looked at again."""
    remind_of_review()


@scheduled("venues.forget_old_visits", every=timedelta(days=1))
def forget() -> None:
    """Delete visits whose time is over."""
    forget_old_visits()
