"""What this room hears from the rooms below."""

from cms.booking.services import flag_bookings_of_branch
from cms.core.events import subscribe
from cms.organisations.events import OrganisationClosed


@subscribe(OrganisationClosed)
def on_organisation_closed(event: OrganisationClosed) -> None:
    """Let both sides decide what becomes of lessons that the branch agreed."""
    flag_bookings_of_branch(event.organisation_id)
