"""What the worker does for notices: forget old ones."""

from datetime import timedelta

from cms.jobs.schedule import scheduled
from cms.notices.services import forget_old_notices


@scheduled("notices.forget_old", every=timedelta(days=1))
def forget() -> None:
    forget_old_notices()
