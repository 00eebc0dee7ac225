"""What this room tells the rooms above."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class LecturerSuspended:
    """A lecturer is not offered from a day on; what was promised for these days waits for somebody's decision."""

    lecturer_id: int
    starts_on: date
    ends_on: date | None
