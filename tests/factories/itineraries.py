"""Routes for tests, made as the admin makes them and published through the review."""

from typing import Any

from cms.accounts.models import User
from cms.itineraries.models import ItineraryPage, ItineraryStop
from cms.organisations.models import Organisation
from cms.venues.models import Venue
from tests.factories.library import make_editor, make_page, publish_page


def make_route(
    organisation: Organisation, *venues: Venue, stops: list[dict[str, Any]] | None = None, **values: Any
) -> ItineraryPage:
    """Return the draft of a route along the places; `stops` holds further values of each stop."""
    owner: User = values.pop("owner", None) or make_editor(organisation)
    further = stops or [{} for _venue in venues]
    rows = [
        ItineraryStop(venue=venue, sort_order=place, **more)
        for place, (venue, more) in enumerate(zip(venues, further, strict=True))
    ]
    defaults = {"title": "清水河一日线", "lead": "沿河走四站。", "body": [], "themes": ["spirit"]}
    return make_page(ItineraryPage, owner, organisation, **(defaults | values), stops=rows)


def make_published_route(
    organisation: Organisation, *venues: Venue, stops: list[dict[str, Any]] | None = None, **values: Any
) -> ItineraryPage:
    """Return the route, handed in and approved by another editor."""
    return publish_page(make_route(organisation, *venues, stops=stops, **values), make_editor(organisation))
