"""What this room tells the rooms above."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class LecturerSuspended:
    """A lecturer is not offered from a day on; what was promised for these days waits for somebody's decision."""

    lecturer_id: int
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class TermsChanged:
    """A lecturer's terms of appointment were written; what was promised for days without one waits for a decision."""

    lecturer_id: int


@dataclass(frozen=True, slots=True)
class DaysTakenBack:
    """A lecturer is on leave, or has other hours, on days from the first to the last."""

    lecturer_id: int
    first: date
    last: date
