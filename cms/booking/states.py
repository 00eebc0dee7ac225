"""The way of a request, without any database: whose yes is needed, and what may follow what."""

from collections.abc import Sequence

from cms.booking.enums import BookingStatus, Party
from cms.lecturers.enums import Approval

TRANSITIONS: dict[str, frozenset[str]] = {
    # A further yes is needed, or another time was proposed: still waiting, but for somebody else.
    BookingStatus.PENDING.value: frozenset({BookingStatus.PENDING.value}),
    BookingStatus.ACCEPTED.value: frozenset({BookingStatus.PENDING.value}),
    BookingStatus.DECLINED.value: frozenset({BookingStatus.PENDING.value}),
    BookingStatus.EXPIRED.value: frozenset({BookingStatus.PENDING.value}),
    BookingStatus.CANCELLED.value: frozenset({BookingStatus.PENDING.value, BookingStatus.ACCEPTED.value}),
    BookingStatus.DELIVERED.value: frozenset({BookingStatus.ACCEPTED.value}),
}
# Both sides know each other's contact only while something is agreed between them.
DISCLOSED = frozenset({BookingStatus.ACCEPTED.value, BookingStatus.DELIVERED.value})
ORDER_OF_APPROVAL: dict[str, tuple[Party, ...]] = {
    Approval.LECTURER.value: (Party.LECTURER,),
    Approval.ORGANISATION.value: (Party.ORGANISATION,),
    Approval.ORGANISATION_FIRST.value: (Party.ORGANISATION, Party.LECTURER),
    Approval.LECTURER_FIRST.value: (Party.LECTURER, Party.ORGANISATION),
}


def needed_after_proposal(approvals: Sequence[str], by: str) -> list[str]:
    """Return whose yes a proposed time needs, in order: everybody's but that of who proposed it.

    The branch that asked is heard first, for without its yes the others need not be troubled.
    """
    return [party for party in (Party.REQUESTER.value, *approvals) if party != by]
