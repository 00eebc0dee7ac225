"""A second reading of the contract about slots: minute by minute, slow, and written without looking at the first.

Every minute of some weeks is asked what the clock on the wall shows. A window is the minutes from the one at which it
opens to the one at which it closes; slots are tried one by one against all minutes that they would need.
"""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Clock:
    """What a wall clock shows from one instant to another, minute by minute."""

    def __init__(self, zone: str, first: date, last: date) -> None:
        self.zone = ZoneInfo(zone)
        self.begins = datetime.combine(first - timedelta(days=2), time(), UTC)
        count = ((last - first).days + 5) * 24 * 60
        self.shows = [(self.begins + n * MINUTE).astimezone(self.zone) for n in range(count)]
        self.minutes: dict[datetime, list[int]] = defaultdict(list)
        for n, shown in enumerate(self.shows):
            self.minutes[shown.replace(tzinfo=None, fold=0)].append(n)
        self.walls = sorted(self.minutes)

    def number(self, text: str) -> int:
        """Return the minute of an instant, the next one for an instant within a minute."""
        return -((self.begins - datetime.fromisoformat(text)) // MINUTE)

    def wall(self, day: date, text: str) -> list[int]:
        """Return the minutes at which the clock shows the time: in a gap the first one that it shows after it."""
        midnight = datetime.combine(day, time())
        shown = midnight + timedelta(hours=int(text[:2]), minutes=int(text[3:]))
        if shown in self.minutes:
            return self.minutes[shown]
        return [min(self.minutes[wall][0] for wall in self.walls if wall > shown)]


@lru_cache(maxsize=64)
def clock(zone: str, first: date, last: date) -> Clock:
    return Clock(zone, first, last)


def minute_slots(question: dict[str, Any], first: date, last: date) -> list[str]:
    """Return the starts of the slots as UTC texts; all hours of the question lie between the two days."""
    here = clock(question["zone"], first, last)
    is_open = open_minutes(question, here, first, last)
    taken = {n for span in question["busy"] for n in range(here.number(span["start"]), here.number(span["end"]))}
    earliest = here.number(question["now"]) + question["notice_minutes"]
    wanted = [date.fromisoformat(question["window"][end]) for end in ("from", "to")]
    found, opened = [], None
    for n, shown in enumerate(here.shows):
        if not is_open[n]:
            opened = None
            continue
        opened = n if opened is None else opened
        on_grid = (n - opened) % question["step"] == 0
        if not on_grid or n < earliest or not wanted[0] <= shown.date() <= wanted[1]:
            continue
        lesson = range(n, n + question["minutes"])
        around = range(n - question["buffer_before"], n + question["minutes"] + question["buffer_after"])
        if all(is_open[m] for m in lesson) and taken.isdisjoint(around) and below_caps(question["caps"], here, shown):
            found.append((here.begins + n * MINUTE).isoformat())
    return found


def open_minutes(question: dict[str, Any], here: Clock, first: date, last: date) -> list[bool]:
    """Return for each minute whether some window holds it."""
    is_open = [False] * len(here.shows)
    day = first
    while day <= last:
        for opens, closes in windows_on(question, day):
            for n in range(here.wall(day, opens)[0], here.wall(day, closes)[-1]):
                is_open[n] = True
        day += timedelta(days=1)
    return is_open


def windows_on(question: dict[str, Any], day: date) -> list[list[str]]:
    for override in question["overrides"]:
        if override["date"] == day.isoformat():
            return list(override["windows"])
    found = []
    for schedule in question["schedules"]:
        if schedule["from"] <= day.isoformat() <= schedule["to"]:
            found += schedule["weekly"].get(NAMES[day.weekday()], [])
    return found


def below_caps(caps: dict[str, Any], here: Clock, shown: datetime) -> bool:
    booked = [datetime.fromisoformat(text).astimezone(here.zone) for text in caps["booked"]]
    same_day = sum(b.date() == shown.date() for b in booked)
    same_week = sum(b.strftime("%G-%V") == shown.strftime("%G-%V") for b in booked)
    same_month = sum((b.year, b.month) == (shown.year, shown.month) for b in booked)
    counted = {"day": same_day, "week": same_week, "month": same_month}
    return all(caps[name] is None or count < caps[name] for name, count in counted.items())
