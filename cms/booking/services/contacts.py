"""Contacts of the two sides: opened once the lesson is agreed, to these two only, and each look is written down."""

from dataclasses import dataclass

from django.db import transaction

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.booking.models import BookingRequest
from cms.booking.permissions import sees_contacts


@dataclass(frozen=True)
class Contact:
    """Whom to call."""

    name: str
    phone: str
    email: str


@dataclass(frozen=True)
class Contacts:
    """Both sides."""

    lecturer: Contact
    requester: Contact

    @property
    def both(self) -> tuple[Contact, Contact]:
        """Return them in one order."""
        return self.lecturer, self.requester


@transaction.atomic
def contacts_for(user: User, booking: BookingRequest) -> Contacts | None:
    """Return the contacts of an agreed lesson and note that they were looked at; None for whoever may not see them."""
    if not sees_contacts(user, booking):
        return None
    record_act("booking.contact_read", actor=user, target=booking)
    lecturer, asker = booking.lecturer, booking.requester
    account_phone = (lecturer.user.phone or "") if lecturer.user else ""
    return Contacts(
        Contact(lecturer.name, lecturer.contact_phone or account_phone, lecturer.contact_email),
        Contact(asker.name, asker.phone or "", asker.email),
    )
