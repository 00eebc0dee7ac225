"""Periodic work of this room."""

from datetime import timedelta

from cms.itineraries.services import forget_old_visits
from cms.jobs.schedule import scheduled


@scheduled("itineraries.forget_old_visits", every=timedelta(days=1))
def forget() -> None:
    """Delete visits whose time is over."""
    forget_old_visits()
