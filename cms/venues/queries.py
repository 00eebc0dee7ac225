"""Reads: the places that are shown to somebody, their visits, those near."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, F, Prefetch, Q, QuerySet, Value, When
from wagtail.models import WorkflowState

from cms.accounts.models import User
from cms.core.clock import now
from cms.organisations.models import Organisation
from cms.organisations.queries import below
from cms.taxonomy.queries import visible_q
from cms.venues.counting import peak
from cms.venues.datum import metres_between
from cms.venues.models import Region, Venue, VenueVisit

NEAR_M = 60_000
NEAR_COUNT = 6
# A box of degrees that surely holds what lies within sixty kilometres, up to the latitudes of the far north.
NEAR_DEGREES = 1.2
# The contact of a place stays readable for a while after the visit: something may have been left behind.
CONTACT_DAYS = 14


def shown_venues() -> QuerySet[Venue]:
    """Return the places that are published; who sees one says `visible_q`."""
    return Venue.objects.filter(live=True)


def with_review(venues: QuerySet[Venue]) -> QuerySet[Venue]:
    """Load the running review of each place where Wagtail's lists look for it."""
    running = WorkflowState.objects.active().select_related("current_task_state__task")
    return venues.prefetch_related(Prefetch("review_states", queryset=running, to_attr="_current_workflow_states"))


def visible_venues(user: User | AnonymousUser) -> QuerySet[Venue]:
    """Return published places that are open to the person."""
    return shown_venues().filter(visible_q(user))


def locked(pk: int) -> Venue:
    """Return the place behind its lock: who publishes other hours or asks for room meanwhile waits, and comes second.

    It is read once the lock is there: who waited for a closing keeper has to see that it closed.
    """
    lock(Venue.objects.filter(pk=pk))
    found: Venue = Venue.objects.select_related("organisation").get(pk=pk)
    return found


def lock(venues: QuerySet[Venue]) -> list[int]:
    """Wait until nobody else holds these places, keep others waiting until the transaction ends; return their keys."""
    return list(venues.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))


def with_hours(venues: QuerySet[Venue]) -> QuerySet[Venue]:
    """Add what a card or a page shows, so that a list has a constant number of queries."""
    return venues.select_related(
        "organisation", "region", "visible_organisation", "picture__visible_organisation"
    ).prefetch_related("opening_hours", "hour_exceptions")


def browse(
    user: User | AnonymousUser, *, kind: str = "", region: str = "", topic: str = "", model: bool = False
) -> QuerySet[Venue]:
    """Return places open to the person, narrowed by kind, slug of region and topic, and the mark of model sites."""
    venues = visible_venues(user)
    if kind:
        venues = venues.filter(kind=kind)
    if region:
        venues = venues.filter(region__slug=region)
    if topic:
        venues = venues.filter(topics__slug=topic)
    if model:
        venues = venues.filter(is_model=True)
    return with_hours(venues)


def regions_shown_to(user: User | AnonymousUser) -> QuerySet[Region]:
    """Return the regions in which the person finds a place."""
    return Region.objects.filter(pk__in=visible_venues(user).order_by().values("region"))


def near(venue: Venue, user: User | AnonymousUser) -> list[Venue]:
    """Return the next places open to the person within sixty kilometres, the nearest first."""
    here = venue.point
    if here is None:
        return []
    boxed = with_hours(visible_venues(user)).filter(
        latitude__range=(here.latitude - NEAR_DEGREES, here.latitude + NEAR_DEGREES),
        longitude__range=(here.longitude - NEAR_DEGREES, here.longitude + NEAR_DEGREES),
    )
    far = [
        (metres_between(here, other.point), other.pk, other)
        for other in boxed.exclude(pk=venue.pk)
        if other.point is not None
    ]
    return [other for metres, _pk, other in sorted(far)[:NEAR_COUNT] if metres <= NEAR_M]


def standing_visits(venue: Venue, starts_at: datetime, ends_at: datetime) -> QuerySet[VenueVisit]:
    """Return the visits that take room at some moment between the two."""
    return VenueVisit.objects.filter(
        venue=venue, released_at__isnull=True, starts_at__lt=ends_at, ends_at__gt=starts_at
    )


def room_left(venue: Venue, starts_at: datetime, ends_at: datetime) -> int | None:
    """Return how many more people the place holds at every moment between the two, None where nobody has said it.

    Below nothing when the capacity was lowered after visits were agreed.
    """
    if venue.capacity is None:
        return None
    others = standing_visits(venue, starts_at, ends_at).values_list("starts_at", "ends_at", "heads")
    return venue.capacity - peak(others)


def visits_to_come(visits: QuerySet[VenueVisit]) -> QuerySet[VenueVisit]:
    """Return those that were not given back and have not begun, with all that says whether their place is open then."""
    found = visits.filter(released_at__isnull=True, starts_at__gt=now())
    return with_place(found).order_by("starts_at", "pk")


def with_place(visits: QuerySet[VenueVisit]) -> QuerySet[VenueVisit]:
    """Load who goes and the place with its hours, so that a list has a constant number of queries."""
    found = visits.select_related("venue__organisation", "venue__visible_organisation", "organisation", "agreed_by")
    return found.prefetch_related("venue__opening_hours", "venue__hour_exceptions")


def visits_below(paths: tuple[str, ...]) -> QuerySet[VenueVisit]:
    """Return the visits of organisations at or below the paths, the next ones first, then those that are over."""
    return next_first(with_place(VenueVisit.objects.filter(below(paths, "organisation__"))))


def guests_below(paths: tuple[str, ...]) -> QuerySet[VenueVisit]:
    """Return who comes to places of organisations at or below the paths, the next ones first, then the last days."""
    recent = Q(ends_at__gt=now() - timedelta(days=CONTACT_DAYS))
    return next_first(with_place(VenueVisit.objects.filter(recent, below(paths, "venue__organisation__"))))


def next_first(visits: QuerySet[VenueVisit]) -> QuerySet[VenueVisit]:
    """Return what is to come from the next one on, then what is over from the latest one back."""
    over = Case(When(ends_at__lte=now(), then=Value(1)), default=Value(0))
    coming = Case(When(ends_at__gt=now(), then=F("starts_at")))
    return visits.order_by(over, coming, "-starts_at", "-pk")


def has_places(paths: tuple[str, ...]) -> bool:
    """Return whether an organisation at or below the paths keeps a place."""
    return Venue.objects.filter(below(paths, "organisation__")).exists()


def contact_opens(visit: VenueVisit) -> bool:
    """Return whether the place's contact is shown for the visit: agreed, not given back, and not long ago."""
    return visit.released_at is None and visit.ends_at > now() - timedelta(days=CONTACT_DAYS)


def visits_ahead(organisation: Organisation, until: datetime, user: User) -> QuerySet[VenueVisit]:
    """Return the organisation's agreed visits that are not over and begin before the instant, the next one first.

    Only to places that are shown to the person.
    """
    standing = VenueVisit.objects.filter(organisation=organisation, released_at__isnull=True, venue__live=True)
    found = standing.filter(visible_q(user, "venue__"), ends_at__gt=now(), starts_at__lt=until)
    return found.select_related("venue").order_by("starts_at", "pk")


def overdue(day: date) -> QuerySet[Venue]:
    """Return shown places whose day to be looked at again lies at or before the day, the oldest first."""
    return shown_venues().filter(review_by__lte=day).order_by("review_by", "pk")


def due_for_review(day: date) -> QuerySet[Venue]:
    """Return shown places whose day to be looked at again has come and of which nobody was told yet."""
    due = shown_venues().filter(review_by__lte=day).select_related("organisation")
    return due.exclude(pk__in=[row.pk for row in due if row.reminded_for == row.review_by])


def personal_visits(user: User) -> list[dict[str, Any]]:
    """Return the visits that the person agreed, for "my data"."""
    rows = VenueVisit.objects.filter(agreed_by=user).select_related("venue", "organisation").order_by("created_at")
    return [
        {
            "venue": str(row.venue),
            "organisation": str(row.organisation),
            "starts_at": row.starts_at.isoformat(),
            "ends_at": row.ends_at.isoformat(),
            "heads": row.heads,
            "note": row.note,
            "created_at": row.created_at.isoformat(),
        }
        for row in rows
    ]
