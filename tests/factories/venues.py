"""Places, their hours and visits for tests."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import factory

from cms.accounts.models import User
from cms.core.clock import today
from cms.review.services import approve, submit
from cms.taxonomy.enums import Visibility
from cms.venues.enums import Days, VenueKind
from cms.venues.models import Region, Venue, VenueHours, VenueVisit
from cms.venues.services import begin_venue, locate
from tests.factories.accounts import UserFactory
from tests.factories.organisations import OrganisationFactory


class RegionFactory(factory.django.DjangoModelFactory[Region]):
    """A region without a box."""

    class Meta:
        model = Region

    name = factory.Sequence(lambda n: f"第{n}区县")
    slug = factory.Sequence(lambda n: f"region-{n}")


class VenueFactory(factory.django.DjangoModelFactory[Venue]):
    """A shown place for everybody; `hours="09:00-17:00"` opens it every day."""

    class Meta:
        model = Venue
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"旧址{n}")
    kind = VenueKind.RED_SITE
    organisation = factory.SubFactory(OrganisationFactory)
    visibility = Visibility.PUBLIC
    live = True
    first_published_at = datetime(2026, 1, 1, tzinfo=UTC)

    @classmethod
    def _create(cls, model_class: type[Venue], *args: Any, **kwargs: Any) -> Venue:
        hours = kwargs.pop("hours", "")
        venue = model_class(**kwargs)
        locate(venue)
        venue.save()
        if hours:
            opens, closes = (time.fromisoformat(clock) for clock in hours.split("-"))
            VenueHours.objects.create(venue=venue, days=Days.EVERY, opens=opens, closes=closes)
        found: Venue = model_class.objects.get(pk=venue.pk)
        return found


def publish_venue(venue: Venue, *, by: User, reviewer: User) -> Venue:
    """Return the place, handed in by one editor and approved by another."""
    begun = begin_venue(venue, actor=by)
    submit(begun, actor=by)
    approve(Venue.objects.get(pk=begun.pk), actor=reviewer)
    return Venue.objects.get(pk=begun.pk)


def coming_tuesday() -> date:
    """Return a Tuesday some weeks ahead."""
    soon = today() + timedelta(days=30)
    return soon + timedelta(days=(1 - soon.weekday()) % 7)


class VenueVisitFactory(factory.django.DjangoModelFactory[VenueVisit]):
    """Ten people on a morning far ahead."""

    class Meta:
        model = VenueVisit

    venue = factory.SubFactory(VenueFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    agreed_by = factory.SubFactory(UserFactory)
    starts_at = datetime(2030, 5, 7, 1, 0, tzinfo=UTC)
    ends_at = datetime(2030, 5, 7, 3, 0, tzinfo=UTC)
    heads = 10


def ferry(**values: Any) -> Venue:
    """Return the landing place on the river, shut on Mondays."""
    place = {"entered_latitude": 26.57, "entered_longitude": 114.16, "hours": "09:00-17:00", "closed_weekdays": [0]}
    made: Venue = VenueFactory(**({"name": "清水河渡口旧址"} | place | values))
    return made


def school(**values: Any) -> Venue:
    """Return the evening school by the bridge, always open."""
    place = {"entered_latitude": 26.60, "entered_longitude": 114.10, "always_open": True}
    made: Venue = VenueFactory(**({"name": "老石桥夜校"} | place | values))
    return made
