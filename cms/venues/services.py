"""Writing places, agreeing visits to them, reminding of another look."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.assets.models import SiteImage
from cms.core.clock import now, today
from cms.core.errors import InvalidInput, StaleState
from cms.core.events import publish
from cms.core.templatetags.core_tags import local_date
from cms.notices.services import notify
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.organisations.queries import holders_of
from cms.taxonomy.enums import Visibility
from cms.taxonomy.models import Topic
from cms.taxonomy.services import follow
from cms.venues.datum import to_wgs
from cms.venues.errors import VenueFull
from cms.venues.events import VenueChanged, VisitReleased
from cms.venues.hours import HOUR, MINUTES_A_DAY, open_between, spans_on
from cms.venues.models import MOST_HEADS, Region, Venue, VenueVisit
from cms.venues.queries import due_for_review, room_left, shown_venues
from cms.venues.search_documents import KIND
from search.outbox import record_change, record_changes

REVIEW_AFTER = timedelta(days=365)
REMIND_BEFORE = timedelta(days=7)
# As far ahead as the longest horizon of a lecturer: nobody keeps room for a year that no calendar shows.
HORIZON = timedelta(days=366)
LABELS: dict[type[Model], str] = {Topic: "topics", Region: "region"}
KEPT = timedelta(days=731)  # two years, a leap day among them


def locate(venue: Venue) -> None:
    """Set the stored position from what was entered; nothing is saved here."""
    entered = venue.entered
    stored = None if entered is None else to_wgs(entered, venue.entered_datum)
    venue.latitude = None if stored is None else stored.latitude
    venue.longitude = None if stored is None else stored.longitude


@transaction.atomic
def begin_venue(venue: Venue, *, actor: User) -> Venue:
    """Check and save a place as a draft as it stands in hand, with its children; the review shows it (`review.submit`).

    Raises ValidationError when something is missing or wrong.
    """
    locate(venue)
    venue.full_clean()
    venue.live, venue.begun_by = False, actor
    venue.save()
    venue.save_revision(user=actor)
    begun: Venue = Venue.objects.get(pk=venue.pk)
    return begun


@transaction.atomic
def note_shown(venue: Venue, *, actor: User | None) -> None:
    """Write down that a place is shown or shows something new, and tell search; in a year it is looked at again."""
    due = venue.review_by if venue.review_by and venue.review_by > today() else today() + REVIEW_AFTER
    Venue.objects.filter(pk=venue.pk).update(review_by=due)
    hand_over(venue.pk, venue.picture)
    record_act("venues.publish", actor=actor, target=venue, after={"name": venue.name})
    record_change(KIND, venue.pk)
    publish(VenueChanged(venue.pk))


@transaction.atomic
def note_hidden(venue: Venue, *, actor: User | None) -> None:
    """Write down that a place is no longer shown, and tell search."""
    hand_over(venue.pk, None)
    record_act("venues.unpublish", actor=actor, target=venue, before={"name": venue.name})
    record_change(KIND, venue.pk)
    publish(VenueChanged(venue.pk))


def hand_over(venue_pk: int, picture: SiteImage | None) -> None:
    """Let the picture be seen by those whom the places that show it are for; one that somebody opened is left alone."""
    until_now = Venue.objects.select_related("shown_picture").get(pk=venue_pk).shown_picture
    if picture is not None and picture != until_now and not is_ours(picture):
        picture = None
    Venue.objects.filter(pk=venue_pk).update(shown_picture=picture)
    for changed in {row for row in (until_now, picture) if row is not None}:
        follow(changed, shown_venues().filter(shown_picture=changed))


def is_ours(picture: SiteImage) -> bool:
    """Return whether nobody decided about the picture's visibility but the places that show it."""
    return picture.visibility == Visibility.PRIVATE or Venue.objects.filter(shown_picture=picture).exists()


def note_subtree(path: str) -> None:
    """Tell search about all places of organisations below the path: their names stand in the index."""
    near = shown_venues().filter(organisation__path__startswith=path) | shown_venues().filter(
        visible_organisation__path__startswith=path
    )
    record_changes(KIND, near.order_by("pk").values_list("pk", flat=True).distinct())


def note_label(model: type[Model], pk: int) -> None:
    """Tell search about all places that bear the topic or lie in the region."""
    field = LABELS.get(model)
    if field:
        record_changes(KIND, shown_venues().filter(**{field: pk}).order_by("pk").values_list("pk", flat=True))


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
) -> VenueVisit:
    """Keep room for the people of an organisation. Only capacity is looked at here; hours and notice, `agree_visit` asks.

    The place's row is locked first, so that of two who ask at once the second counts the first.
    Raises InvalidInput for a time or a number that cannot be or lies beyond HORIZON, VenueFull when they do not fit at every moment.
    """
    if ends_at <= starts_at:
        raise fault("ends", _("The visit ends before it begins."))
    if starts_at > now() + HORIZON:
        raise fault("day", _("Visits are agreed at most %(days)s days ahead.") % {"days": HORIZON.days})
    if not 1 <= heads <= MOST_HEADS:
        raise fault("heads", _("How many people will come?"))
    row = Venue.objects.select_for_update(of=("self",)).get(pk=venue.pk)
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

    The same visit asked for again by the same person, as a double click does, is agreed once. Raises InvalidInput with the sentence at the field, VenueFull when there is no room.
    """
    earliest = today() + timedelta(days=venue.notice_days)
    if day < today():
        raise fault("day", _("This day is over."))
    if day < earliest:
        raise fault("day", _("The place asks to be told %(days)s days before.") % {"days": venue.notice_days})
    if leaves <= arrives:
        raise fault("leaves", _("The visit ends before it begins."))
    if instant(day, arrives) < now():
        raise fault("arrives", _("This time has passed. Please choose a later one."))
    hours = venue.hours
    if hours.known and not open_between(hours, day, arrives, leaves):
        raise fault("arrives", _("The place is not open at that time. Please look at its hours."))
    wanted: dict[str, Any] = {
        "starts_at": instant(day, arrives),
        "ends_at": instant(day, leaves),
        "heads": heads,
        "organisation": organisation,
        "note": note,
    }
    # Behind the lock of the place, so that of two clicks the second sees what the first one wrote.
    row = Venue.objects.select_for_update(of=("self",)).get(pk=venue.pk)
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


def shut_words(venue: Venue, starts_at: datetime, ends_at: datetime) -> str:
    """Return why nobody can be in the place then, however much room it has, or nothing."""
    if not venue.live or not venue.organisation.is_active:
        return _("The place takes no visits at present. Please choose another place.")
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
def release_visit(visit: VenueVisit, *, actor: User | None) -> None:
    """Give the room back; rooms above hear of it when a person did so, for then whoever counts on it may not know.

    They hear first: what they lock lies before the visit wherever both are locked, so that none waits for the other.
    Raises StaleState when that was done already or the visit is over; what was told is undone with it.
    """
    if actor is not None:
        publish(VisitReleased(visit.pk))
    free = VenueVisit.objects.filter(pk=visit.pk, released_at__isnull=True, ends_at__gt=now())
    if not free.update(released_at=now()):
        raise StaleState(gettext_lazy("This visit is over or was given back already."))
    record_act("venues.release_visit", actor=actor, target=visit, before={"venue": visit.venue.name})


@transaction.atomic
def look_up_contact(visit: VenueVisit, *, actor: User) -> tuple[str, str]:
    """Return the contact's name and phone for an agreed visit; each look is written down."""
    record_act("venues.see_contact", actor=actor, target=visit.venue)
    return visit.venue.contact_name, visit.venue.contact_phone


@transaction.atomic
def remind_of_review() -> int:
    """Tell the editors responsible a week before which places should be looked at again; each day of a place once."""
    told = 0
    for venue in list(due_for_review(today() + REMIND_BEFORE)):
        notify(
            holders_of(Role.EDITOR, venue.organisation),
            kind="venues.review_due",
            title=partial(due_words, venue.name, venue.review_by),
            url=venue.author_page_url(),
        )
        Venue.objects.filter(pk=venue.pk).update(reminded_for=venue.review_by)
        told += 1
    return told


def due_words(name: str, day: date | None) -> str:
    """Return the title of the reminder."""
    return _("Please look at “%(name)s” again by %(day)s: do hours and position still hold?") % {
        "name": name,
        "day": local_date(day),
    }


def forget_old_visits() -> int:
    """Delete visits that ended two years ago, as "my data" promises; return how many went."""
    return VenueVisit.objects.filter(ends_at__lt=now() - KEPT).delete()[0]
