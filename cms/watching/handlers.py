"""Periodic work of this room."""

from datetime import timedelta

from cms.jobs.schedule import scheduled
from cms.watching.services import forget_old_sessions


@scheduled("watching.forget_sessions", every=timedelta(days=1))
def forget_sessions() -> None:
    """Forget when players were opened; how far a person is stays."""
    forget_old_sessions()
