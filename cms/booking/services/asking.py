"""Asking for a lecturer, once for each key."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from cms.booking.deadlines import answer_by
from cms.booking.enums import EventKind, Party
from cms.booking.lifecycle import write_event
from cms.booking.models import MOST_HEADS, NOTE_LENGTH, PLACE_LENGTH, TOPIC_LENGTH, BookingRequest
from cms.booking.permissions import may_ask_for
from cms.booking.services.holding import check_shape, check_time, occupy, offering, refuse
from cms.booking.services.placing import check_choice, check_venue
from cms.booking.services.telling import tell_asked
from cms.booking.states import ORDER_OF_APPROVAL
from cms.core.clock import now
from cms.core.errors import DomainError, InvalidInput
from cms.core.logs import mask
from cms.lecturers.enums import Mode
from cms.lecturers.errors import CapReached, SlotTaken
from cms.lecturers.models import Lecturer, LendingRule, LessonOffer
from cms.lecturers.queries import is_lent_to, lent_to, rule_for
from cms.organisations.models import Organisation
from cms.venues.models import Venue

KEY_LENGTH = 80
KEY_REUSED = "key_reused"


@dataclass(frozen=True)
class Order:
    """What a branch asks for."""

    lecturer: Lecturer
    organisation: Organisation
    topic: str
    mode: str
    starts_at: datetime
    ends_at: datetime
    heads: int
    place: str = ""
    note: str = ""
    offer: LessonOffer | None = None
    venue: Venue | None = None

    @property
    def minutes(self) -> int:
        """Return the length."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def fingerprint(self) -> str:
        """Return what tells this order from any other."""
        facts: list[Any] = [self.lecturer.pk, self.organisation.pk, self.topic, self.mode]
        facts += [self.starts_at.timestamp(), self.ends_at.timestamp(), self.heads, self.place, self.note]
        facts += [row.pk if row else None for row in (self.offer, self.venue)]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def request_booking(order: Order, *, by: User, key: str) -> BookingRequest:
    """Ask for a lecturer; the same key with the same order returns what was written the first time.

    Raises DomainError (`key_reused`, 409) for the same key with another order, InvalidInput with a sentence at each field
    that cannot be, SlotTaken or CapReached when the time is given away. Whatever refuses the time offers up to three
    other ones.
    """
    known = find_known(order, by=by, key=key)
    if known is not None:
        return known
    try:
        return write_request(order, by=by, key=key)
    except (SlotTaken, CapReached, IntegrityError) as refused:
        # Of two with one key at once the other was faster, and may keep the very time.
        known = find_known(order, by=by, key=key)
        if known is not None:
            return known
        if isinstance(refused, IntegrityError):
            raise
        raise offering(refused, order.lecturer, order.starts_at, order.minutes) from None
    except InvalidInput as refused:
        if "start" not in refused.fields:
            raise
        raise offering(refused, order.lecturer, order.starts_at, order.minutes) from None


def find_known(order: Order, *, by: User, key: str) -> BookingRequest | None:
    """Return what the person asked with this key before; raises DomainError when that was something else."""
    if not key.strip() or len(key) > KEY_LENGTH:
        raise refuse(
            "Idempotency-Key",
            _("Please send a key of at most %(most)s characters.") % {"most": KEY_LENGTH},
            code="key",
        )
    known = BookingRequest.objects.filter(requester=by, idempotency_key=key).first()
    if known is not None and known.fingerprint != order.fingerprint:
        sentence = _("This key was used for another request. Please make a new one.")
        raise DomainError(sentence, code=KEY_REUSED, details={"url": known.get_absolute_url()})
    return known


@transaction.atomic
def write_request(order: Order, *, by: User, key: str) -> BookingRequest:
    """Check the order, write it with its first proposed time and tell those who answer."""
    rule = rule_for(order.lecturer)
    check_order(order, by)
    check_lent(rule, order.organisation)
    check_time(order.lecturer, order.starts_at, order.minutes)
    booking = BookingRequest.objects.create(
        lecturer=order.lecturer,
        offer=order.offer,
        # The topic stands in notices, calendars and records; no number belongs there, not even later.
        topic=mask(order.topic),
        mode=order.mode,
        organisation=order.organisation,
        requester=by,
        starts_at=order.starts_at,
        ends_at=order.ends_at,
        venue=order.venue,
        place=order.place,
        heads=order.heads,
        note=order.note,
        idempotency_key=key,
        fingerprint=order.fingerprint,
        **first_state(order, rule),
    )
    propose_first(booking)
    if booking.pending_occupies:
        occupy(booking, binding=False)
    write_event(booking, EventKind.REQUESTED, actor=by, party=Party.REQUESTER, reason=order.note, before="")
    tell_asked(booking, actor=by)
    return booking


def first_state(order: Order, rule: LendingRule) -> dict[str, Any]:
    """Return whose yes is needed by the rule as it is now, and until when."""
    moment = now()
    approvals = [party.value for party in ORDER_OF_APPROVAL[rule.approval]]
    return {
        "approvals": approvals,
        "awaits": approvals[0],
        "still_needed": approvals[1:],
        "answer_days": rule.answer_days,
        "answer_by": answer_by(moment, order.starts_at, days=rule.answer_days),
        "pending_occupies": rule.pending_occupies,
        "created_at": moment,
        "changed_at": moment,
    }


def propose_first(booking: BookingRequest) -> None:
    """Write the time that the branch asks for as the first proposed one."""
    booking.times.create(
        number=1,
        party=Party.REQUESTER,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        made_at=booking.created_at,
    )


def check_order(order: Order, by: User) -> None:
    """Raise InvalidInput with a sentence at the first field that cannot be."""
    if not may_ask_for(by, order.organisation.pk):
        raise refuse("organisation", _("You can ask for branches that you keep."), code="not_your_branch")
    if not order.topic.strip() or len(order.topic) > TOPIC_LENGTH:
        raise refuse(
            "topic",
            _("Please write what the lesson is about, in at most %(most)s characters.") % {"most": TOPIC_LENGTH},
        )
    if order.mode not in order.lecturer.modes:
        raise refuse("mode", _("The lecturer does not teach in this way."), code="mode")
    if not 1 <= order.heads <= MOST_HEADS:
        raise refuse("heads", _("Between 1 and %(most)s people.") % {"most": MOST_HEADS})
    if len(order.place) > PLACE_LENGTH or len(order.note) > NOTE_LENGTH:
        raise refuse("note", _("This text is too long."))
    if order.ends_at <= order.starts_at:
        raise refuse("end", _("The end must lie after the beginning."))
    check_shape(order.starts_at, order.minutes)
    check_where(order, by)


def check_lent(rule: LendingRule, branch: Organisation) -> None:
    """Raise InvalidInput when the lecturer's organisation lends to others only."""
    if not is_lent_to(rule, branch):
        named = " · ".join(str(organisation) for organisation in lent_to(rule))
        sentence = _("The lecturer's organisation lends to these only: %(named)s.")
        raise refuse("organisation", sentence % {"named": named}, code="not_lent")


def check_where(order: Order, by: User) -> None:
    """Raise InvalidInput when it is not said where the lesson is, or the teaching place cannot be had."""
    if order.mode != Mode.ONLINE and order.venue is None and not order.place.strip():
        raise refuse("place", _("Please write where the lesson takes place."), code="place")
    if order.venue is not None:
        check_choice(order.venue, order.mode, by)
        check_venue(order.venue, order.starts_at, order.ends_at, heads=order.heads, field="venue", ahead=True)
