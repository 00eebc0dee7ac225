"""Places and routes, and the addresses about them."""

from typing import Any

from cms.accounts.models import User
from tests.factories.itineraries import make_published_route
from tests.factories.lessons import Stage
from tests.factories.venues import VenueFactory, VenueVisitFactory


def addresses_of_places(stage: Stage, owner: User) -> dict[str, dict[str, Any]]:
    """Return the arguments of places: one open to everybody, a visit that the branch agreed, a route."""
    venue = VenueFactory(organisation=stage.branch, hours="09:00-17:00")
    visit = VenueVisitFactory(venue=venue, organisation=stage.branch, agreed_by=owner)
    route = make_published_route(stage.committee, venue)
    return {
        **{f"itineraries:{name}": {"pk": route.pk} for name in ("gpx", "visit", "booklet")},
        "itineraries:calendar": {"pk": route.pk, "day": 1},
        **{f"venues:{name}": {"pk": venue.pk} for name in ("venue", "visit")},
        **{f"venues:{name}": {"pk": visit.pk} for name in ("contact", "release")},
    }
