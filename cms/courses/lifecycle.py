"""The only writer of what became of a topic that was asked for."""

from typing import Any

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import now
from cms.core.transitions import move
from cms.courses.enums import WishStatus
from cms.courses.models import TopicWish

TRANSITIONS = {
    WishStatus.TAKEN.value: frozenset({WishStatus.OPEN.value}),
    WishStatus.DECLINED.value: frozenset({WishStatus.OPEN.value}),
}


def advance(wish: TopicWish, to: str, *, actor: User, reason: str, **fields: Any) -> None:
    """Answer a topic and leave actor, time and reason; raises StaleState when somebody was faster."""
    before = wish.status
    move(wish, to, allowed=TRANSITIONS, answered_at=now(), answer=reason, **fields)
    record_act(
        f"courses.wish_{to}",
        actor=actor,
        target=wish,
        before={"status": before},
        after={"status": to},
        reason=reason,
    )
