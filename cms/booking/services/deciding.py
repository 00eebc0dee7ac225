"""Agreed lessons that something befell: people are told, and the lesson stays until somebody decides."""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from cms.booking.enums import BookingStatus, Concern, EventKind
from cms.booking.lifecycle import write_event
from cms.booking.models import BookingRequest
from cms.booking.queries import locked, parties_of
from cms.booking.services.telling import tell_concern
from cms.core.clock import now
from cms.core.errors import DomainError, StaleState


@transaction.atomic
def flag_bookings_of_lecturer(lecturer_id: int, *, first: date | None = None, last: date | None = None) -> int:
    """Mark the lecturer's agreed lessons to come, on days from first to last, as to be decided; return how many.

    Both sides are told.
    """
    rows = BookingRequest.objects.filter(lecturer_id=lecturer_id)
    if first is not None:
        rows = rows.filter(starts_at__date__gte=first)
    if last is not None:
        rows = rows.filter(starts_at__date__lte=last)
    return flag(rows, Concern.LECTURER)


@transaction.atomic
def flag_bookings_of_branch(organisation_id: int) -> int:
    """Mark the agreed lessons to come of a closed branch as to be decided, and tell both sides; return how many."""
    return flag(BookingRequest.objects.filter(organisation_id=organisation_id), Concern.ORGANISATION)


def flag(rows: QuerySet[BookingRequest], concern: Concern) -> int:
    """Mark agreed lessons that have not begun."""
    found = rows.filter(status=BookingStatus.ACCEPTED, concern="", starts_at__gt=now())
    flagged = 0
    for pk in list(found.values_list("pk", flat=True)):
        row = locked(pk)
        if not row.is_agreed or row.concern:
            continue  # called off, held or flagged meanwhile
        flagged += 1
        BookingRequest.objects.filter(pk=pk).update(concern=concern)
        row.concern = concern
        write_event(row, EventKind.FLAGGED, actor=None, reason=concern.value)
        tell_concern(row)
    return flagged


@transaction.atomic
def keep(booking: BookingRequest, *, actor: User, reason: str = "") -> BookingRequest:
    """Decide that an agreed lesson takes place all the same.

    Raises StaleState when there is nothing to decide, DomainError (`not_yours`, 403) for strangers.
    """
    row = locked(booking.pk)
    if not row.is_agreed or not row.concern:
        raise StaleState(_("There is nothing to decide any more."))
    speaks = parties_of(actor, row)
    if not speaks:
        raise DomainError(_("This is not yours to decide."), code="not_yours", status=403)
    BookingRequest.objects.filter(pk=row.pk).update(concern="")
    row.concern = ""
    write_event(row, EventKind.KEPT, actor=actor, party=speaks[0], reason=reason.strip())
    return row
