"""Requests as programs read them."""

from dataclasses import asdict
from typing import Any

from django.utils import timezone

from cms.accounts.models import User
from cms.booking.models import BookingRequest
from cms.booking.permissions import words_for
from cms.booking.services.contacts import contacts_for


def booking_json(booking: BookingRequest, user: User, *, contacts: bool = True) -> dict[str, Any]:
    """Return the booking for the person; contact fields are null until it is agreed, and for all but the two sides.

    As long as they are, phone numbers in what the sides wrote are masked.

    With `contacts` a look at them is written down.
    """
    opened = contacts_for(user, booking) if contacts else None
    words = words_for(user, booking)
    local = timezone.localtime
    return {
        "id": str(booking.public_id),
        "number": booking.number,
        "state": booking.status,
        "lecturer": {"id": booking.lecturer_id, "name": booking.lecturer.name},
        "organisation": {"id": booking.organisation_id, "name": str(booking.organisation)},
        "topic": booking.topic,
        "mode": booking.mode,
        "start": local(booking.starts_at).isoformat(),
        "end": local(booking.ends_at).isoformat(),
        "venue": {"id": booking.venue_id, "name": booking.venue.name} if booking.venue else None,
        "place": words(booking.place),
        "heads": booking.heads,
        "note": words(booking.note),
        "awaits": booking.awaits or None,
        "answer_by": local(booking.answer_by).isoformat() if booking.is_open else None,
        "concern": booking.concern or None,
        "sequence": booking.sequence,
        "lecturer_contact": asdict(opened.lecturer) if opened else None,
        "requester_contact": asdict(opened.requester) if opened else None,
        "url": booking.get_absolute_url(),
    }
