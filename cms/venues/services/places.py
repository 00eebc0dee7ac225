"""Writing places, showing them, what search and pictures hear of it, and reminding of another look."""

from datetime import date, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.assets.models import SiteImage
from cms.core.clock import today
from cms.core.events import publish
from cms.core.templatetags.core_tags import local_date
from cms.notices.services import notify
from cms.organisations.enums import Role
from cms.organisations.queries import holders_of
from cms.taxonomy.enums import Visibility
from cms.taxonomy.models import Topic
from cms.taxonomy.services import follow
from cms.venues.datum import to_wgs
from cms.venues.events import VenueChanged
from cms.venues.models import Region, Venue
from cms.venues.queries import due_for_review, shown_venues
from cms.venues.search_documents import KIND
from search.outbox import record_change, record_changes

REVIEW_AFTER = timedelta(days=365)
REMIND_BEFORE = timedelta(days=7)
LABELS: dict[type[Model], str] = {Topic: "topics", Region: "region"}


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
