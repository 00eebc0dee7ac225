"""What booking tells the rooms above."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BookingAccepted:
    """Everybody whose yes was needed agreed to a lesson."""

    booking_id: int


@dataclass(frozen=True, slots=True)
class LectureDelivered:
    """A lesson was held and recorded by the branch."""

    booking_id: int
    lecturer_id: int
    organisation_id: int
    minutes: int
    heads: int
