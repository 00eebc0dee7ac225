"""Questions for slots, in the words of the contract."""

from typing import Any

from cms.lecturers.slot_input import answer, read_question
from cms.lecturers.slots import find_slots

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def asked(**changes: Any) -> dict[str, Any]:
    """Return a question about one Thursday in December with hours from nine to twelve, changed as named."""
    question: dict[str, Any] = {
        "zone": "Asia/Shanghai",
        "window": {"from": "2026-12-03", "to": "2026-12-03"},
        "minutes": 90,
        "step": 30,
        "notice_minutes": 0,
        "now": "2026-11-22T09:00:00+08:00",
        "buffer_before": 0,
        "buffer_after": 0,
        "schedules": [schedule(thu=[["09:00", "12:00"]])],
        "overrides": [],
        "busy": [],
        "caps": {"day": None, "week": None, "month": None, "booked": []},
    }
    return {**question, **changes}


def schedule(first: str = "2026-09-01", last: str = "2027-01-31", **weekly: Any) -> dict[str, Any]:
    """Return a weekly schedule."""
    return {"from": first, "to": last, "weekly": weekly}


def every_day(*windows: list[str], first: str = "2020-01-01", last: str = "2030-12-31") -> dict[str, Any]:
    """Return a schedule with the same hours on every weekday."""
    return schedule(first, last, **{name: list(windows) for name in WEEKDAYS})


def between(first: str, last: str | None = None) -> dict[str, Any]:
    """Return the part of a question that says from which day to which."""
    return {"from": first, "to": last or first}


def slots(**changes: Any) -> list[dict[str, str]]:
    """Return the answer to a question."""
    return answer(find_slots(read_question(asked(**changes))))["slots"]


def starts(**changes: Any) -> list[str]:
    """Return the local times at which the slots start, without seconds and offset."""
    return [slot["start"][:16] for slot in slots(**changes)]


def hours(**changes: Any) -> list[str]:
    """Return the times of the day at which the slots start."""
    return [start[11:] for start in starts(**changes)]
