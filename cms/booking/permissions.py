"""Fetch doors: a request opens for those who speak for one of its sides, and for nobody else."""

from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, Signer
from django.http import Http404

from cms.accounts.models import User
from cms.booking.enums import BookingStatus, Party
from cms.booking.models import BookingRequest, CalendarFeed
from cms.booking.queries import LENDING_ROLES, bookings_for, branches_of, parties_of
from cms.core.logs import mask
from cms.lecturers.models import Lecturer
from cms.organisations.enums import MANAGING_ROLES
from cms.organisations.queries import standing_of
from cms.taxonomy.queries import visible_q

Words = Callable[[str], str]
SIGNER = Signer(salt="booking.calendar", sep=".")
CONTACT_PARTIES = frozenset({Party.REQUESTER.value, Party.LECTURER.value})


def may_ask(user: User) -> bool:
    """Return whether the person keeps a branch and so may ask for a lecturer."""
    return standing_of(user).has_role(*MANAGING_ROLES)


def require_asker(user: User) -> None:
    """Raise PermissionDenied (403) unless the person may ask for a lecturer."""
    if not may_ask(user):
        raise PermissionDenied


def require_overview(user: User) -> None:
    """Raise PermissionDenied (403) unless the person asks for branches or lends lecturers."""
    if not standing_of(user).has_role(*LENDING_ROLES):
        raise PermissionDenied


def get_lecturer_to_ask(user: User, pk: int) -> Lecturer:
    """Return a lecturer who is shown to the person; raises Http404 otherwise."""
    shown = Lecturer.objects.filter(visible_q(user), pk=pk, live=True).select_related("organisation", "user")
    lecturer = shown.first()
    if lecturer is None:
        raise Http404
    return lecturer


def get_booking_for(user: User, public_id: UUID) -> BookingRequest:
    """Return a request in which the person speaks for somebody; raises Http404 otherwise."""
    booking = bookings_for(user).filter(public_id=public_id).first()
    if booking is None:
        raise Http404
    return booking


def get_asked_booking_for(user: User, public_id: UUID) -> BookingRequest:
    """Return a request of a branch that the person keeps; raises Http404 otherwise."""
    booking = get_booking_for(user, public_id)
    if Party.REQUESTER not in parties_of(user, booking):
        raise Http404
    return booking


def get_disclosed_booking_for(user: User, public_id: UUID) -> BookingRequest:
    """Return an agreed request whose contacts the person may see; raises Http404 otherwise."""
    booking = get_booking_for(user, public_id)
    if not sees_contacts(user, booking):
        raise Http404
    return booking


def sees_contacts(user: User, booking: BookingRequest) -> bool:
    """Return whether the lesson is agreed and the person is one of its two sides."""
    return booking.is_disclosed and not CONTACT_PARTIES.isdisjoint(parties_of(user, booking))


def words_for(user: User, booking: BookingRequest) -> Words:
    """Return how the person reads what the sides wrote: phone numbers stay hidden from whoever may not see contacts."""
    return str if sees_contacts(user, booking) else mask


def may_answer(user: User, booking: BookingRequest) -> bool:
    """Return whether the answer that is expected is this person's."""
    return booking.is_open and booking.awaits in parties_of(user, booking)


def may_cancel(user: User, booking: BookingRequest) -> bool:
    """Return whether the person may end it: the asker always, everybody it concerns once it is agreed.

    Once the lesson has begun, its two sides may say that it did not take place.
    """
    speaks = set(parties_of(user, booking))
    if booking.is_agreed:
        return not speaks.isdisjoint(CONTACT_PARTIES) if booking.has_begun else bool(speaks)
    return booking.is_open and Party.REQUESTER in speaks


def may_record(user: User, booking: BookingRequest) -> bool:
    """Return whether the person may write down that the lesson was held: the branch, once it began."""
    return booking.is_agreed and booking.has_begun and asks_in(user, booking)


def may_correct(user: User, booking: BookingRequest) -> bool:
    """Return whether the person may correct what was recorded: the branch, but never who taught."""
    held = booking.status == BookingStatus.DELIVERED
    return held and asks_in(user, booking) and booking.lecturer.user_id != user.pk


def asks_in(user: User, booking: BookingRequest) -> bool:
    """Return whether the person speaks for the branch that asks."""
    return Party.REQUESTER in parties_of(user, booking)


def may_ask_for(user: User, organisation_id: int) -> bool:
    """Return whether the person keeps this active organisation."""
    return branches_of(user).filter(pk=organisation_id).exists()


def token_of(feed: CalendarFeed) -> str:
    """Return the secret part of a calendar's address."""
    return SIGNER.sign(feed.key.hex)


def get_feed_by(token: str) -> CalendarFeed:
    """Return the calendar of an address that was not withdrawn; raises Http404 for a forged or withdrawn one."""
    try:
        key = UUID(SIGNER.unsign(token))
    except (BadSignature, ValueError):
        raise Http404 from None
    feed = CalendarFeed.objects.select_related("user").filter(key=key, revoked_at__isnull=True).first()
    if feed is None or not feed.user.is_active:
        raise Http404
    return feed
