"""Deadlines in working days (pure): Saturday and Sunday do not count."""

from datetime import date, timedelta

SATURDAY = 5


def working_days_after(day: date, count: int) -> date:
    """Return the date `count` working days after the day."""
    left = count
    while left:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY:
            left -= 1
    return day
