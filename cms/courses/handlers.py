"""What the worker does for this room."""

from datetime import timedelta

from cms.courses.services.duties import remind_of_courses
from cms.jobs.schedule import scheduled


@scheduled("courses.remind", every=timedelta(days=1))
def remind() -> None:
    """Remind once, in the last week, of courses that an organisation asked for."""
    remind_of_courses()
