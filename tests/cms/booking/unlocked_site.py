"""The site without the lock of a lecturer's time: shows that the storm finds a race where there is one."""

import time
from importlib import import_module

from cms.wsgi import application

# On an idle machine the first would be done before the second has come, and the race would show in most storms only.
MEETING_S = 0.3


def no_lock(*_lecturers: object) -> None:
    """Let everybody in at once, when all have come."""
    time.sleep(MEETING_S)


# Models can be read only once the site is set up, which cms.wsgi does.
vars(import_module("cms.lecturers.services.occupations"))["lock_time_of"] = no_lock

__all__ = ["application"]
