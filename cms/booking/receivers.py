"""What this room hears from the rooms below."""

from cms.booking.services import (
    end_requests_of_organisation,
    flag_booking_of_visit,
    flag_bookings_at_venue,
    flag_bookings_of_lecturer,
    flag_bookings_of_organisation,
    flag_bookings_outside_hours,
    flag_bookings_without_term,
)
from cms.core.events import subscribe
from cms.lecturers.events import DaysTakenBack, LecturerSuspended, TermsChanged
from cms.organisations.events import OrganisationClosed
from cms.venues.events import VenueChanged, VisitReleased


@subscribe(OrganisationClosed)
def on_organisation_closed(event: OrganisationClosed) -> None:
    """Let both sides decide about agreed lessons that the organisation asked for or lends; what waits ends."""
    flag_bookings_of_organisation(event.organisation_id)
    end_requests_of_organisation(event.organisation_id)


@subscribe(LecturerSuspended)
def on_lecturer_suspended(event: LecturerSuspended) -> None:
    """Let both sides decide what becomes of lessons that the lecturer agreed for these days."""
    flag_bookings_of_lecturer(event.lecturer_id, first=event.starts_on, last=event.ends_on)


@subscribe(TermsChanged)
def on_terms_changed(event: TermsChanged) -> None:
    """Let both sides decide what becomes of lessons on days for which the lecturer is no longer appointed."""
    flag_bookings_without_term(event.lecturer_id)


@subscribe(DaysTakenBack)
def on_days_taken_back(event: DaysTakenBack) -> None:
    """Let both sides decide what becomes of lessons that no longer fit the lecturer's hours on these days."""
    flag_bookings_outside_hours(event.lecturer_id, first=event.first, last=event.last)


@subscribe(VisitReleased)
def on_visit_released(event: VisitReleased) -> None:
    """Let both sides decide about the lesson that was to take place in a room given back by hand."""
    flag_booking_of_visit(event.visit_id)


@subscribe(VenueChanged)
def on_venue_changed(event: VenueChanged) -> None:
    """Let both sides decide about lessons in a place that was taken down or is closed then."""
    flag_bookings_at_venue(event.venue_id)
