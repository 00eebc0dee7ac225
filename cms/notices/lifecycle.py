"""The only writer of a delivery's status."""

from collections.abc import Iterable
from datetime import datetime

from cms.core.transitions import move
from cms.notices.enums import DeliveryStatus
from cms.notices.models import Delivery
from cms.notices.queries import claimable

TRANSITIONS = {
    DeliveryStatus.SENT.value: frozenset({DeliveryStatus.SENDING.value}),
    DeliveryStatus.WAITING.value: frozenset({DeliveryStatus.SENDING.value}),
    DeliveryStatus.FAILED.value: frozenset({DeliveryStatus.WAITING.value, DeliveryStatus.SENDING.value}),
}


def claim(user_id: int, at: datetime, *, most: int) -> list[Delivery]:
    """Take what is due for one person, each row by compare and set: of two workers one gets it."""
    due = claimable(at).filter(notice__user_id=user_id).select_related("notice").order_by("due_at", "pk")
    return [row for row in due[:most] if take(row, at)]


def take(row: Delivery, at: datetime) -> bool:
    """Mark one delivery as being sent; False when another worker was faster."""
    taken = claimable(at).filter(pk=row.pk).update(status=DeliveryStatus.SENDING, claimed_at=at)
    return bool(taken)


def advance(rows: Iterable[Delivery], to: str, *, at: datetime) -> None:
    """Say what came of deliveries that were taken; raises StaleState when one is elsewhere by now."""
    for row in rows:
        move(row, to, allowed=TRANSITIONS, **({"sent_at": at} if to == DeliveryStatus.SENT else {}))


def give_up(user_id: int) -> int:
    """Mark what was tried for one person as failed and return how many there were; the notices on the site stay."""
    tried = Delivery.objects.filter(notice__user_id=user_id, claimed_at__isnull=False)
    return tried.filter(status__in=TRANSITIONS[DeliveryStatus.FAILED]).update(status=DeliveryStatus.FAILED)
