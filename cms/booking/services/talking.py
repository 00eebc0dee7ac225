"""A word to the other side, before and after a lesson is agreed."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from cms.booking.enums import EventKind, Party
from cms.booking.lifecycle import write_event
from cms.booking.models import REASON_LENGTH, BookingEvent, BookingRequest
from cms.booking.queries import locked, parties_of
from cms.booking.services.telling import tell_said
from cms.core.errors import DomainError
from cms.core.logs import mask


@transaction.atomic
def say(booking: BookingRequest, *, actor: User, text: str) -> BookingEvent:
    """Add a message to the story and tell the other side; phone numbers in it stay hidden until the lesson is agreed.

    The same words sent twice in a row, as a double click does, are said once. Raises DomainError (`not_yours`, 403) for strangers.
    """
    speaks = parties_of(actor, booking)
    if not speaks:
        raise DomainError(_("This is not yours."), code="not_yours", status=403)
    row = locked(booking.pk)
    words = text.strip()[:REASON_LENGTH]
    words = words if row.is_disclosed else mask(words)
    last = row.events.order_by("-pk").first()
    if last is not None and (last.kind, last.actor_id, last.reason) == (EventKind.SAID, actor.pk, words):
        return last
    event = write_event(row, EventKind.SAID, actor=actor, party=speaks[0], reason=words)
    tell_said(row, [party for party in Party.values if party not in speaks], actor=actor)
    return event
