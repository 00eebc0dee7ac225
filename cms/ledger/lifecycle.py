"""The only writer of a dispute's status."""

from datetime import datetime

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.transitions import move
from cms.ledger.enums import DisputeStatus
from cms.ledger.models import HourDispute, HourEntry

TRANSITIONS = {DisputeStatus.ANSWERED.value: frozenset({DisputeStatus.OPEN.value})}


def advance(
    dispute: HourDispute, to: str, *, actor: User, reason: str, at: datetime, correction: HourEntry | None = None
) -> None:
    """Answer an open dispute and leave actor, time and reason; raises StaleState when it was answered already."""
    before = dispute.status
    move(
        dispute,
        to,
        allowed=TRANSITIONS,
        answer=reason,
        answered_at=at,
        answered_by_id=actor.pk,
        correction_id=correction.pk if correction else None,
    )
    record_act(
        "ledger.answer_dispute",
        actor=actor,
        target=dispute,
        before={"status": before},
        after={"status": to, "correction": str(correction.hours) if correction else None},
        reason=reason,
    )
