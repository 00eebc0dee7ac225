"""How a request ends: called off, lapsed, held."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from cms.booking.enums import BookingStatus, EventKind, Party
from cms.booking.events import LectureDelivered
from cms.booking.lifecycle import advance
from cms.booking.models import MOST_HEADS, REASON_LENGTH, BookingEvent, BookingRequest, Delivery
from cms.booking.permissions import asks_in, may_cancel
from cms.booking.queries import due_deadlines, locked, parties_of
from cms.booking.services.answering import end_time, need_reason
from cms.booking.services.holding import refuse
from cms.booking.services.teaching import count_lesson, open_marks
from cms.booking.services.telling import tell_delivered, tell_ended
from cms.core.clock import now
from cms.core.errors import DomainError, InvalidInput, StaleState
from cms.core.events import publish

KEPT = timedelta(days=3 * 366)
MOST_MINUTES = 12 * 60


@transaction.atomic
def cancel(booking: BookingRequest, *, actor: User, reason: str) -> BookingRequest:
    """Call a request or an agreed lesson off; the time is free again and contacts are hidden again.

    An agreed lesson that has begun is written down as not held: no hours, no marks, and only its two sides may say so.
    Raises InvalidInput without a reason, StaleState when it has ended, DomainError (`not_yours`, 403) when the person may
    not.
    """
    reason = need_reason(reason)
    row = locked(booking.pk)
    if not (row.is_open or row.is_agreed):
        raise StaleState(_("This can no longer be called off."))
    if not may_cancel(actor, row):
        raise DomainError(_("You cannot call this off."), code="not_yours", status=403)
    kind = EventKind.NOT_HELD if row.is_agreed and row.has_begun else EventKind.CANCELLED
    end_time(row, actor)
    party = parties_of(actor, row)[0]
    advance(row, BookingStatus.CANCELLED, kind=kind, actor=actor, party=party, reason=reason)
    tell_ended(row, actor=actor)
    return row


@transaction.atomic
def expire(booking: BookingRequest) -> bool:
    """End a request that nobody answered in time; return whether it still waited."""
    row = locked(booking.pk)
    if not row.is_open or row.answer_by > now():
        return False
    end_time(row, None)
    advance(row, BookingStatus.EXPIRED, kind=EventKind.EXPIRED, actor=None, party="", reason="")
    tell_ended(row, actor=None)
    return True


def expire_due() -> int:
    """End all requests whose deadline has passed, each in a transaction of its own, and return how many."""
    return sum(expire(booking) for booking in list(due_deadlines(now())))


@transaction.atomic
def deliver(booking: BookingRequest, *, actor: User, heads: int, minutes: int, note: str = "") -> Delivery:
    """Write down that the lesson was held; the teaching hours go into the ledger, and rooms above are told.

    Recorded again with the same figures it returns the first record. Raises InvalidInput for impossible figures, and for
    more minutes than were agreed where the person records the own teaching: those another keeper has to record;
    StaleState before it began or when it is not agreed, DomainError (`not_yours`, 403) for anybody but the branch.
    """
    check_figures(heads, minutes)
    row = locked(booking.pk)
    if not asks_in(actor, row):
        raise DomainError(_("The branch that asked writes down what was held."), code="not_yours", status=403)
    known = Delivery.objects.filter(booking=row, heads=heads, minutes=minutes).first()
    if known is not None:
        return known
    if actor.pk == row.lecturer.user_id and minutes > row.minutes:
        raise refuse("minutes", _("Of the own teaching at most the agreed minutes; somebody else can record more."))
    if not row.is_agreed or not row.has_begun:
        raise StaleState(_("Only an agreed lesson that has begun can be recorded, and once."))
    written = Delivery.objects.create(
        booking=row,
        heads=heads,
        minutes=minutes,
        note=note.strip()[:REASON_LENGTH],
        recorded_by=actor,
        recorded_at=now(),
    )
    advance(row, BookingStatus.DELIVERED, kind=EventKind.DELIVERED, actor=actor, party=Party.REQUESTER)
    count_lesson(written)
    written.evaluation = open_marks(written, actor=actor)
    written.save(update_fields=["evaluation"])
    publish(LectureDelivered(row.pk, row.lecturer_id, row.organisation_id, minutes, heads))
    tell_delivered(row, actor=actor)
    return written


def check_figures(heads: int, minutes: int) -> None:
    """Raise InvalidInput with a sentence at each figure that cannot be."""
    fields = {}
    if not 1 <= heads <= MOST_HEADS:
        fields["heads"] = [_("Between 1 and %(most)s people.") % {"most": MOST_HEADS}]
    if not 1 <= minutes <= MOST_MINUTES:
        fields["minutes"] = [_("Between 1 and %(most)s minutes.") % {"most": MOST_MINUTES}]
    if fields:
        raise InvalidInput(_("Some figures cannot be."), fields=fields)


def forget_old_bookings(at: datetime | None = None) -> int:
    """Delete requests in which nothing happened for three years, as "my data" promises; return how many went."""
    before = (at or now()) - KEPT
    young = BookingEvent.objects.filter(at__gte=before).values("booking")
    old = BookingRequest.objects.exclude(pk__in=young).filter(ends_at__lt=before)
    count = old.count()
    old.delete()
    return count
