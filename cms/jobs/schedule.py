"""The table of periodic work, written in code by the rooms that need it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

SCHEDULE_KIND = "scheduled"
Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Periodic:
    """Work that falls due at whole multiples of `every` since 1970, and runs once wherever the clocks tick."""

    name: str
    every: timedelta
    work: Work


_table: dict[str, Periodic] = {}
_pulses: dict[str, Periodic] = {}


def scheduled(name: str, *, every: timedelta) -> Callable[[Work], Work]:
    """Register the decorated function as periodic work: a job of its own, with lease and retries, once for each due time.

    Put it in a room's handlers.py. `name` is a dotted word such as "videos.sweep_uploads".
    """

    def register(function: Work) -> Work:
        _table[name] = Periodic(name, every, function)
        return function

    return register


def pulse(name: str, *, every: timedelta) -> Callable[[Work], Work]:
    """Register work that every process of the small lane does by its own clock, without rows.

    For things that must happen every few seconds and that may happen twice, such as feeding this node's search index.
    """

    def register(function: Work) -> Work:
        _pulses[name] = Periodic(name, every, function)
        return function

    return register


def periodic_work() -> list[Periodic]:
    """Return what is scheduled, by name."""
    return [_table[name] for name in sorted(_table)]


def pulses() -> list[Periodic]:
    """Return what each small-work process does by its own clock, by name."""
    return [_pulses[name] for name in sorted(_pulses)]


def scheduled_work(name: str) -> Work | None:
    """Return the function scheduled under the name, or None when the code no longer knows it."""
    found = _table.get(name)
    return found.work if found else None
