"""The only writer of a request's state and of its story."""

from collections.abc import Mapping
from typing import Any

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.booking.enums import BookingStatus, EventKind, Party
from cms.booking.models import BookingEvent, BookingRequest
from cms.booking.states import TRANSITIONS
from cms.core.clock import now
from cms.core.logs import mask
from cms.core.transitions import move

# Calendars take over a change only when this number has grown.
SEEN_IN_CALENDARS = frozenset(
    {EventKind.ACCEPTED.value, EventKind.COUNTERED.value, EventKind.DECLINED.value, EventKind.CANCELLED.value}
    | {EventKind.EXPIRED.value, EventKind.NOT_HELD.value}
)
BETWEEN_THE_SIDES = frozenset({EventKind.REQUESTED.value, EventKind.SAID.value})


def advance(
    booking: BookingRequest,
    to: str,
    *,
    kind: str,
    actor: User | None,
    party: str,
    reason: str = "",
    **fields: Any,
) -> None:
    """Write a new state with actor, time and reason; raises StaleState when somebody was faster.

    `party` says for whom the actor speaks; both are empty when the site itself acts.
    """
    before = booking.status
    if kind in SEEN_IN_CALENDARS:
        fields["sequence"] = booking.sequence + 1
    if to != BookingStatus.PENDING:
        fields |= {"awaits": "", "still_needed": []}
    if to != BookingStatus.ACCEPTED:
        fields["concern"] = ""
    move(booking, to, allowed=TRANSITIONS, changed_at=now(), **fields)
    write_event(booking, kind, actor=actor, party=party, reason=reason, before=before)


def write_event(
    booking: BookingRequest,
    kind: str,
    *,
    actor: User | None,
    party: str = "",
    reason: str = "",
    before: str | None = None,
    changed: Mapping[str, tuple[object, object]] | None = None,
) -> BookingEvent:
    """Add a line to the story, and an entry to the audit log for what somebody did on duty.

    Reasons stand in both, without phone numbers in the log; notes and messages are between the two sides only. `changed`
    are figures before and after, for the log.
    """
    was = booking.status if before is None else before
    event = BookingEvent.objects.create(
        booking=booking,
        at=now(),
        actor_id=actor.pk if actor else None,
        actor_name=str(actor)[:60] if actor else "",
        party=party,
        kind=kind,
        before=was,
        after=booking.status,
        reason=reason,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
    )
    if actor is not None and party != Party.LECTURER:
        record_act(
            f"booking.{kind}",
            actor=actor,
            target=booking,
            before={"status": was, **{name: old for name, (old, _new) in (changed or {}).items()}},
            after={"status": booking.status, **{name: new for name, (_old, new) in (changed or {}).items()}},
            reason="" if kind in BETWEEN_THE_SIDES else mask(reason),
        )
    return event
