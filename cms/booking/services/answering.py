"""Answering a request: yes, no, or another time."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from cms.booking.deadlines import answer_by
from cms.booking.enums import BookingStatus, EventKind, Party
from cms.booking.events import BookingAccepted
from cms.booking.lifecycle import advance
from cms.booking.models import REASON_LENGTH, BookingRequest
from cms.booking.permissions import may_answer
from cms.booking.queries import live_time, locked
from cms.booking.services.holding import check_bookable, check_time, let_go, occupy, with_alternatives
from cms.booking.services.placing import check_venue, give_room_back, keep_room
from cms.booking.services.telling import tell_accepted, tell_asked, tell_countered, tell_ended
from cms.booking.states import needed_after_proposal
from cms.core.clock import now
from cms.core.errors import DomainError, InvalidInput, StaleState
from cms.core.events import publish


def accept(
    booking: BookingRequest, *, actor: User, reason: str = "", proposed: datetime | None = None
) -> BookingRequest:
    """Say yes; with the last yes that is needed the time is given away and both sides see each other's contact.

    Raises SlotTaken with up to three other times when the hours were given away meanwhile, InvalidInput or VenueFull when
    the teaching place is closed or full then, StaleState when no answer is expected any more or another time than
    `proposed`, which the person has read, is proposed by now, DomainError (`not_your_turn`, 403) when it is somebody
    else's.
    """
    with with_alternatives(booking):
        return accept_locked(booking, actor=actor, reason=reason.strip()[:REASON_LENGTH], proposed=proposed)


@transaction.atomic
def accept_locked(booking: BookingRequest, *, actor: User, reason: str, proposed: datetime | None) -> BookingRequest:
    """Say yes behind the lock of the row."""
    row = to_answer(booking, actor, proposed)
    check_bookable(row.lecturer, row.starts_at)
    party = row.awaits
    if row.still_needed:
        pass_on(row, actor=actor, reason=reason)
        return row
    occupy(row, binding=True)
    keep_room(row, actor=actor)
    advance(
        row,
        BookingStatus.ACCEPTED,
        kind=EventKind.ACCEPTED,
        actor=actor,
        party=party,
        reason=reason,
        accepted_at=now(),
    )
    publish(BookingAccepted(row.pk))
    tell_accepted(row, actor=actor)
    return row


def pass_on(row: BookingRequest, *, actor: User, reason: str) -> None:
    """Note one yes and ask the next side."""
    advance(
        row,
        BookingStatus.PENDING,
        kind=EventKind.APPROVED,
        actor=actor,
        party=row.awaits,
        reason=reason,
        awaits=row.still_needed[0],
        still_needed=row.still_needed[1:],
        answer_by=answer_by(now(), row.starts_at, days=row.answer_days),
        deadline_reminded_at=None,
    )
    tell_asked(row, actor=actor)


def to_answer(booking: BookingRequest, actor: User, proposed: datetime | None) -> BookingRequest:
    """Return the locked row of a request whose answer is the actor's.

    `proposed` is the beginning that the actor has read: an answer from a page that lay open is none to a time that was
    proposed since. Raises StaleState then, and when no answer is expected or the time has come, DomainError when it is
    somebody else's turn.
    """
    row = locked(booking.pk)
    if not row.is_open or row.starts_at <= now():
        raise StaleState(_("No answer is expected any more: this has changed meanwhile. Please look at it again."))
    if not may_answer(actor, row):
        raise DomainError(_("At present somebody else is asked for an answer."), code="not_your_turn", status=403)
    if proposed not in (None, row.starts_at):
        raise StaleState(_("Meanwhile another time is proposed. Please read it before you answer."))
    return row


def need_reason(reason: str) -> str:
    """Return the reason without blanks around it; raises InvalidInput when there is none."""
    reason = reason.strip()
    if not reason:
        sentence = _("Please write why, so that the other side can go on.")
        raise InvalidInput(sentence, fields={"reason": [sentence]})
    return reason[:REASON_LENGTH]


@transaction.atomic
def decline(booking: BookingRequest, *, actor: User, reason: str, proposed: datetime | None = None) -> BookingRequest:
    """Say no with a reason; what was kept of the lecturer's time is free again.

    Raises InvalidInput without a reason, and as `accept` when no answer of this person is expected.
    """
    reason = need_reason(reason)
    row = to_answer(booking, actor, proposed)
    end_time(row, actor)
    advance(row, BookingStatus.DECLINED, kind=EventKind.DECLINED, actor=actor, party=row.awaits, reason=reason)
    tell_ended(row, actor=actor)
    return row


def end_time(row: BookingRequest, actor: User | None) -> None:
    """Let the lecturer's time and the place's room go, and close the proposed time."""
    let_go(row)
    give_room_back(row, actor=actor)
    row.times.filter(closed_at__isnull=True).update(closed_at=now())


def counter(
    booking: BookingRequest, *, starts_at: datetime, actor: User, reason: str, proposed: datetime | None = None
) -> BookingRequest:
    """Propose another beginning for a lesson of the same length; the other sides are asked anew.

    A time that the lecturer's side proposes is kept free until it is answered, one of the branch only under the
    organisation's rule. Raises InvalidInput without a reason or for a time that cannot be, SlotTaken with other times
    for one that is given away, and as `accept` when no answer of this person is expected.
    """
    with with_alternatives(booking, near=starts_at):
        return counter_locked(booking, starts_at=starts_at, actor=actor, reason=need_reason(reason), proposed=proposed)


@transaction.atomic
def counter_locked(
    booking: BookingRequest, *, starts_at: datetime, actor: User, reason: str, proposed: datetime | None
) -> BookingRequest:
    """Propose another time behind the lock of the row."""
    row = to_answer(booking, actor, proposed)
    if starts_at == row.starts_at:
        sentence = _("This is the time that is proposed already.")
        raise InvalidInput(sentence, fields={"start": [sentence]})
    minutes = row.minutes
    check_time(row.lecturer, starts_at, minutes, but=row, own=row.awaits != Party.REQUESTER)
    if row.venue is not None:
        check_venue(row.venue, starts_at, starts_at + timedelta(minutes=minutes), heads=row.heads, field="start")
    replace_time(row, starts_at, minutes, reason=reason)
    return row_after_proposal(row, actor=actor, reason=reason)


def replace_time(row: BookingRequest, starts_at: datetime, minutes: int, *, reason: str) -> None:
    """Close the present time and write the new one behind it; the row in hand follows, `advance` stores it."""
    former = live_time(row)
    row.times.filter(pk=former.pk).update(closed_at=now())
    row.starts_at, row.ends_at = starts_at, starts_at + timedelta(minutes=minutes)
    row.times.create(
        parent=former,
        number=former.number + 1,
        party=row.awaits,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        reason=reason,
        made_at=now(),
    )


def row_after_proposal(row: BookingRequest, *, actor: User, reason: str) -> BookingRequest:
    """Keep the new time in place of the former where the rule says so, and ask the next side."""
    party = row.awaits
    if party != Party.REQUESTER or row.pending_occupies:
        occupy(row, binding=False)
    else:
        let_go(row)
    needed = needed_after_proposal(row.approvals, party)
    advance(
        row,
        BookingStatus.PENDING,
        kind=EventKind.COUNTERED,
        actor=actor,
        party=party,
        reason=reason,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        awaits=needed[0],
        still_needed=needed[1:],
        answer_by=answer_by(now(), row.starts_at, days=row.answer_days),
        deadline_reminded_at=None,
    )
    tell_countered(row, actor=actor)
    return row
