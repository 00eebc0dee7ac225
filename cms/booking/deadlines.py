"""Until when a request is answered, and when people are reminded."""

from datetime import datetime, timedelta

# Whoever asks at short notice gets an answer while there is still time to look for somebody else.
LEAST_BEFORE_LESSON = timedelta(hours=12)
REMIND_BEFORE_DEADLINE = timedelta(hours=24)
REMIND_BEFORE_LESSON = timedelta(hours=24)


def answer_by(at: datetime, starts_at: datetime, *, days: int) -> datetime:
    """Return the instant at which a request made at `at` lapses: after `days` days, or before the lesson when that is sooner.

    A lesson within twelve hours leaves half of the time that is left; the instant never lies after the beginning.
    """
    latest = starts_at - LEAST_BEFORE_LESSON
    if latest <= at:
        latest = at + (starts_at - at) / 2
    return min(at + timedelta(days=days), latest).replace(second=0, microsecond=0)
