"""Agreeing visits to places, giving them back, and what befalls those that are agreed."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import now, today
from cms.core.errors import InvalidInput, StaleState
from cms.core.events import publish
from cms.organisations.models import Organisation
from cms.venues.errors import VenueFull
from cms.venues.events import VenueChanged, VisitReleased
from cms.venues.hours import HOUR, MINUTES_A_DAY, open_between, spans_on
from cms.venues.models import MOST_HEADS, Venue, VenueVisit
from cms.venues.queries import lock, locked, room_left, visits_to_come
from cms.venues.services.telling import tell_agreed, tell_given_back, tell_open_again, tell_shut, whom_to_ask

# As far ahead as the longest horizon of a lecturer: nobody keeps room for a year that no calendar shows.
HORIZON = timedelta(days=366)
KEPT = timedelta(days=731)  # two years, a leap day among them


@transaction.atomic
def hold_visit(
    venue: Venue,
    *,
    starts_at: datetime,
    ends_at: datetime,
    heads: int,
    organisation: Organisation,
    actor: User | None,
    note: str = "",
    told_but: User | None = None,
) -> VenueVisit:
    """Keep room for the people of an organisation and tell those who keep the place, less the actor or `told_but`.

    Looked at are capacity and whether the place takes anybody; hours and notice, `agree_visit` asks. The place's row is
    locked first, so that of two who ask at once the second counts the first. Raises InvalidInput for a place that takes
    no visits, for a time or a number that cannot be or lies beyond HORIZON, VenueFull when they do not fit at every moment.
    """
    if ends_at <= starts_at:
        raise fault("ends", _("The visit ends before it begins."))
    if starts_at > now() + HORIZON:
        raise fault("day", _("Visits are agreed at most %(days)s days ahead.") % {"days": HORIZON.days})
    if not 1 <= heads <= MOST_HEADS:
        raise fault("heads", _("How many people will come?"))
    row = locked(venue.pk)
    if words := closed_words(row):
        raise InvalidInput(words, code="closed")
    left = room_left(row, starts_at, ends_at)
    if left is not None and heads > left:
        raise VenueFull(full_words(left), left=max(left, 0))
    visit = VenueVisit.objects.create(
        venue=row,
        organisation=organisation,
        agreed_by=actor,
        starts_at=starts_at,
        ends_at=ends_at,
        heads=heads,
        note=note,
    )
    record_act("venues.agree_visit", actor=actor, target=visit, after={"venue": row.name, "heads": heads})
    tell_agreed(visit, but=actor or told_but)
    return visit


def full_words(left: int) -> str:
    """Return the sentence that says how much room is left."""
    if left <= 0:
        return _("The place is full at that time. Please choose another time.")
    return _("At that time there is room for %(left)s more people. Please come in groups, or choose another time.") % {
        "left": left
    }


@transaction.atomic
def agree_visit(
    venue: Venue,
    *,
    day: date,
    arrives: int,
    leaves: int,
    heads: int,
    organisation: Organisation,
    actor: User,
    note: str = "",
) -> VenueVisit:
    """Agree a visit on a local day between two minutes of it: still to come, in opening hours, with room for all.

    The same visit asked for again by the same person, as a double click does, is agreed once. Raises InvalidInput with the
    sentence at the field or for a place that takes no visits, VenueFull when there is no room.
    """
    # Behind the lock of the place, so that the second of two clicks sees what the first one wrote, and nobody agrees to
    # hours of before while others are published.
    row = locked(venue.pk)
    earliest = today() + timedelta(days=row.notice_days)
    if day < today():
        raise fault("day", _("This day is over."))
    if day < earliest:
        raise fault("day", _("The place asks to be told %(days)s days before.") % {"days": row.notice_days})
    if leaves <= arrives:
        raise fault("leaves", _("The visit ends before it begins."))
    if instant(day, arrives) < now():
        raise fault("arrives", _("This time has passed. Please choose a later one."))
    hours = row.hours
    if hours.known and not open_between(hours, day, arrives, leaves):
        raise fault("arrives", _("The place is not open at that time. Please look at its hours."))
    wanted: dict[str, Any] = {
        "starts_at": instant(day, arrives),
        "ends_at": instant(day, leaves),
        "heads": heads,
        "organisation": organisation,
        "note": note,
    }
    known = VenueVisit.objects.filter(venue=row, agreed_by=actor, released_at__isnull=True, **wanted).first()
    return known or hold_visit(row, **wanted, actor=actor)


def obstacle_to(venue: Venue, starts_at: datetime, ends_at: datetime, *, heads: int, ahead: bool) -> str:
    """Return why so many people cannot be in the place then, as one sentence, or nothing when they can.

    Looked at are opening hours and closed days, the room that is left, and with `ahead` the days of notice.
    """
    if ahead and timezone.localdate(starts_at) < today() + timedelta(days=venue.notice_days):
        return _("The place asks to be told %(days)s days before.") % {"days": venue.notice_days}
    shut = shut_words(venue, starts_at, ends_at)
    if shut:
        return shut
    left = room_left(venue, starts_at, ends_at)
    return full_words(left) if left is not None and heads > left else ""


def closed_words(venue: Venue) -> str:
    """Return the sentence about a place that takes nobody on any day: taken offline, or its keeper closed; or nothing."""
    if venue.live and venue.organisation.is_active:
        return ""
    return _("The place takes no visits at present. Please choose another place.")


def shut_words(venue: Venue, starts_at: datetime, ends_at: datetime) -> str:
    """Return why nobody can be in the place then, however much room it has, or nothing."""
    if words := closed_words(venue):
        return words
    local = timezone.localtime(starts_at)
    arrives = local.hour * HOUR + local.minute
    leaves = arrives + int((ends_at - starts_at).total_seconds()) // 60
    hours = venue.hours
    if hours.known and not open_between(hours, local.date(), arrives, leaves):
        spans = spans_on(hours, local.date())
        if not spans:
            return _("The place is closed on this day. Please choose another day or another place.")
        return _("On this day the place is open %(hours)s. Please choose another time or another place.") % {
            "hours": _(", ").join(one.words for one in spans)
        }
    return ""


def fault(field: str, sentence: str) -> InvalidInput:
    """Return the refusal with its sentence at the field."""
    return InvalidInput(sentence, fields={field: [sentence]})


def instant(day: date, minute: int) -> datetime:
    """Return a minute of a local day as an instant; 1440 is the next midnight."""
    days, rest = divmod(minute, MINUTES_A_DAY)
    wall = datetime(day.year, day.month, day.day, rest // HOUR, rest % HOUR)  # noqa: DTZ001  # made aware below
    return timezone.make_aware(wall + timedelta(days=days))


@transaction.atomic
def release_visit(visit: VenueVisit, *, actor: User | None, told_but: User | None = None) -> None:
    """Give the room back and tell those who keep the place, less the actor or `told_but`.

    Rooms above hear of it when a person did so, for then whoever counts on it may not know. They hear first: what they lock lies
    before the visit wherever both are locked, so that none waits for the other.
    Raises StaleState when that was done already or the visit is over; what was told is undone with it.
    """
    if actor is not None:
        publish(VisitReleased(visit.pk))
    free = VenueVisit.objects.filter(pk=visit.pk, released_at__isnull=True, ends_at__gt=now())
    if not free.update(released_at=now()):
        raise StaleState(gettext_lazy("This visit is over or was given back already."))
    record_act("venues.release_visit", actor=actor, target=visit, before={"venue": visit.venue.name})
    tell_given_back(visit, but=actor or told_but)


@transaction.atomic
def release_visits_of(organisation_id: int) -> int:
    """Give back the visits to come of an organisation that goes nowhere any more; return how many.

    Room for a lesson is left to those who decide about the lesson.
    """
    visits = visits_to_come(VenueVisit.objects.filter(organisation=organisation_id, agreed_by__isnull=False))
    for visit in visits:
        # Whoever gives one of them back at this moment has done it for us.
        with suppress(StaleState), transaction.atomic():
            release_visit(visit, actor=None)
    return len(visits)


@transaction.atomic
def look_up_contact(visit: VenueVisit, *, actor: User) -> tuple[str, str]:
    """Return the contact's name and phone for an agreed visit; each look is written down."""
    record_act("venues.see_contact", actor=actor, target=visit.venue)
    return visit.venue.contact_name, visit.venue.contact_phone


@transaction.atomic
def look_up_guest(visit: VenueVisit, *, actor: User) -> list[tuple[str, str]]:
    """Return names and phones of those of the visiting organisation whom the place can ask; each look is written down."""
    record_act("venues.see_guest", actor=actor, target=visit)
    return [(person.name, person.phone or "") for person in whom_to_ask(visit)]


@transaction.atomic
def look_at_visits(visits: QuerySet[VenueVisit]) -> int:
    """Tell the branches whose visits to come can no longer take place as agreed, or can again; return how many were told.

    Each is told once of either; the room stays theirs until they give it back. Room for a lesson is left to whoever
    booked it: it was agreed by nobody.
    """
    told = 0
    for visit in visits_to_come(visits.filter(agreed_by__isnull=False)):
        shut = bool(shut_words(visit.venue, visit.starts_at, visit.ends_at))
        if VenueVisit.objects.filter(pk=visit.pk, is_shut=not shut, released_at__isnull=True).update(is_shut=shut):
            if shut:
                tell_shut(visit, why=partial(shut_words, visit.venue, visit.starts_at, visit.ends_at))
            else:
                tell_open_again(visit)
            told += 1
    return told


@transaction.atomic
def shut_places_of(organisation_id: int) -> None:
    """Have it looked at who goes to the places of a closed organisation, for visits and for lessons.

    Behind the locks of the places: what is agreed there at this moment is among it, and who comes after is refused.
    """
    for key in lock(Venue.objects.filter(organisation=organisation_id)):
        publish(VenueChanged(key))


def forget_old_visits() -> int:
    """Delete visits that ended two years ago, as "my data" promises; return how many went."""
    return VenueVisit.objects.filter(ends_at__lt=now() - KEPT).delete()[0]
