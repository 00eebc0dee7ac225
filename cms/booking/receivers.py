"""What this room hears from the rooms below."""

from cms.booking.services import flag_bookings_of_branch, flag_bookings_of_lecturer
from cms.core.events import subscribe
from cms.lecturers.events import LecturerSuspended
from cms.organisations.events import OrganisationClosed


@subscribe(OrganisationClosed)
def on_organisation_closed(event: OrganisationClosed) -> None:
    """Let both sides decide what becomes of lessons that the branch agreed."""
    flag_bookings_of_branch(event.organisation_id)


@subscribe(LecturerSuspended)
def on_lecturer_suspended(event: LecturerSuspended) -> None:
    """Let both sides decide what becomes of lessons that the lecturer agreed for these days."""
    flag_bookings_of_lecturer(event.lecturer_id, first=event.starts_on, last=event.ends_on)
