"""Whom a request concerns, and what they are told: a title and the page, never a contact or a personal reason."""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.booking.enums import Party
from cms.booking.models import BookingRequest
from cms.core.templatetags.core_tags import local_datetime
from cms.notices.services import notify
from cms.organisations.enums import MANAGING_ROLES
from cms.organisations.queries import keepers_of, speakers_for, standing_of

Sentence = Callable[[], str]


def people_of(party: str, booking: BookingRequest) -> list[User]:
    """Return who speaks for a side: whoever asked, while on duty, and the lecturer, where there is an open account."""
    if party == Party.REQUESTER:
        asker = booking.requester
        on_duty = asker.is_active and standing_of(asker).has_role_at(MANAGING_ROLES, booking.organisation.path)
        return [asker] if on_duty else keepers_of(booking.organisation)
    if party == Party.LECTURER and booking.lecturer.user is not None and booking.lecturer.user.is_active:
        return [booking.lecturer.user]
    return speakers_for(booking.lecturer.organisation)


def tell(
    booking: BookingRequest, parties: Iterable[str], *, kind: str, title: Sentence, but: User | None = None
) -> None:
    """Send one notice to each person of the sides, less the one who acted."""
    people = {person.pk: person for party in parties for person in people_of(party, booking)}
    if but is not None:
        people.pop(but.pk, None)
    notify(
        people.values(),
        kind=kind,
        title=title,
        body=lambda: local_datetime(booking.starts_at),
        url=booking.get_absolute_url(),
    )


def tell_asked(booking: BookingRequest, *, actor: User) -> None:
    """Tell those whose answer is expected that a branch asks."""
    tell(
        booking,
        [booking.awaits],
        kind="booking.asked",
        title=lambda: _("%(branch)s asks for “%(topic)s”") % {"branch": booking.organisation, "topic": booking.topic},
        but=actor,
    )


def tell_countered(booking: BookingRequest, *, actor: User) -> None:
    """Tell those whose answer is expected that another time was proposed."""
    tell(
        booking,
        [booking.awaits],
        kind="booking.countered",
        title=lambda: _("Another time is proposed for “%(topic)s”") % {"topic": booking.topic},
        but=actor,
    )


def tell_accepted(booking: BookingRequest, *, actor: User) -> None:
    """Tell everybody concerned that the lesson is agreed."""
    tell(
        booking,
        Party.values,
        kind="booking.accepted",
        title=lambda: _("“%(topic)s” is agreed") % {"topic": booking.topic},
        but=actor,
    )


def tell_ended(booking: BookingRequest, *, actor: User | None) -> None:
    """Tell everybody concerned that a request was declined, called off, not answered in time, or a lesson not held.

    The organisation that lends is among them where its yes is needed, and once it was told that the lesson is agreed.
    """

    def title() -> str:
        if booking.was_not_held:
            return _("“%(topic)s” did not take place") % {"topic": booking.topic}
        return _("“%(topic)s” will not take place as asked: %(state)s") % {
            "topic": booking.topic,
            "state": booking.get_status_display(),
        }

    lends = Party.ORGANISATION in booking.approvals or booking.accepted_at is not None
    parties = Party.values if lends else [Party.REQUESTER, Party.LECTURER]
    tell(booking, parties, kind="booking.ended", title=title, but=actor)


def tell_concern(booking: BookingRequest) -> None:
    """Tell both sides that an agreed lesson has to be decided again, or that a request cannot come about as asked."""

    def title() -> str:
        if booking.is_agreed:
            return _("Please decide whether “%(topic)s” takes place") % {"topic": booking.topic}
        return _("“%(topic)s” cannot take place at the time asked for") % {"topic": booking.topic}

    tell(booking, Party.values, kind="booking.concern", title=title)


def tell_delivered(booking: BookingRequest, *, actor: User) -> None:
    """Tell the lecturer that the lesson was recorded and the hours stand in the ledger."""
    tell(
        booking,
        [Party.LECTURER],
        kind="booking.delivered",
        title=lambda: _("“%(topic)s” was recorded as held") % {"topic": booking.topic},
        but=actor,
    )


def tell_corrected(booking: BookingRequest, *, actor: User) -> None:
    """Tell the lecturer that what was recorded of a lesson, and with it the hours, was corrected."""
    tell(
        booking,
        [Party.LECTURER],
        kind="booking.delivered",
        title=lambda: _("What was recorded of “%(topic)s” was corrected") % {"topic": booking.topic},
        but=actor,
    )


def tell_said(booking: BookingRequest, parties: Iterable[str], *, actor: User) -> None:
    """Tell the other side that somebody wrote."""
    tell(
        booking,
        parties,
        kind="booking.said",
        title=lambda: _("A message about “%(topic)s”") % {"topic": booking.topic},
        but=actor,
    )


def tell_deadline(booking: BookingRequest) -> None:
    """Remind those whose answer is expected."""
    tell(
        booking,
        [booking.awaits],
        kind="booking.deadline",
        title=lambda: (
            _("Please answer by %(time)s: “%(topic)s”")
            % {"time": local_datetime(booking.answer_by), "topic": booking.topic}
        ),
    )


def tell_tomorrow(booking: BookingRequest) -> None:
    """Remind both sides of an agreed lesson."""
    tell(
        booking,
        [Party.REQUESTER, Party.LECTURER],
        kind="booking.tomorrow",
        title=lambda: _("%(time)s: “%(topic)s”") % {"time": local_datetime(booking.starts_at), "topic": booking.topic},
    )
