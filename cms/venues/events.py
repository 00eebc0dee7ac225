"""What this room tells the rooms above."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VisitReleased:
    """Somebody gave the room of a visit back; who counted on it has to decide where to go."""

    visit_id: int


@dataclass(frozen=True, slots=True)
class VenueChanged:
    """A place is shown with something new, or is shown no more; what was agreed there may not be possible any longer."""

    venue_id: int
