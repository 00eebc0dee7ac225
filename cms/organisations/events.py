"""What this room tells the rooms above."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DutiesChanged:
    """A person was given a duty, or lost one."""

    user_id: int
