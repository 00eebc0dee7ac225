"""The teaching place of a lesson: whether it is open and has room, and the room that is kept once a lesson is agreed."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from cms.booking.models import BookingRequest
from cms.booking.services.holding import refuse
from cms.core.clock import now
from cms.lecturers.enums import Mode
from cms.venues.models import Venue
from cms.venues.queries import locked, visible_venues
from cms.venues.services import hold_visit, obstacle_to, release_visit

NOTE_LENGTH = 200
# Somebody comes to a lesson of these kinds; the others have no teaching place.
AT_PLACES = frozenset({Mode.ONSITE.value, Mode.SITE.value})


def check_choice(venue: Venue, mode: str, by: User) -> None:
    """Raise InvalidInput for a place that is not open to the person, or for a lesson that people do not come to."""
    if mode not in AT_PLACES:
        raise refuse("venue", _("A lesson of this kind takes place at no teaching place."), code="venue")
    if not visible_venues(by).filter(pk=venue.pk).exists():
        raise refuse("venue", _("This place is not open to you. Please choose another."), code="venue")


def check_venue(
    venue: Venue, starts_at: datetime, ends_at: datetime, *, heads: int, field: str, ahead: bool = False
) -> None:
    """Raise InvalidInput at the field when the place is closed then, has too little room, or was asked too late."""
    obstacle = obstacle_to(venue, starts_at, ends_at, heads=heads, ahead=ahead)
    if obstacle:
        raise refuse(field, obstacle, code="venue_closed_or_full")


def keep_room(booking: BookingRequest, *, actor: User) -> None:
    """Keep room for the listeners of an agreed lesson; raises InvalidInput or VenueFull when there is none.

    The room is the lesson's and nobody's visit; whoever said yes is only not told of it.
    """
    if booking.venue is None:
        return
    # Behind the lock of the place, so that no lesson is agreed to hours of before while others are published.
    venue = locked(booking.venue.pk)
    check_venue(venue, booking.starts_at, booking.ends_at, heads=booking.heads, field="start")
    booking.visit = hold_visit(
        venue,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        heads=booking.heads,
        organisation=booking.organisation,
        actor=None,
        note=booking.topic[:NOTE_LENGTH],
        told_but=actor,
    )
    booking.save(update_fields=["visit"])


def give_room_back(booking: BookingRequest, *, actor: User | None) -> None:
    """Give back the room that was kept, if it still is; whoever ends the lesson is not told of it."""
    visit = booking.visit
    if visit is not None and visit.released_at is None and visit.ends_at > now():
        release_visit(visit, actor=None, told_but=actor)
