"""Places and routes, and the addresses about them."""

from typing import Any

from cms.accounts.models import User
from cms.assets.models import SiteRendition
from cms.review.models import ReviewTaskState
from cms.review.services import submit
from cms.venues.models import Venue
from cms.venues.services import begin_venue
from tests.factories.assets import ImageFactory, sized_copy
from tests.factories.itineraries import make_published_route
from tests.factories.lessons import Stage
from tests.factories.library import make_editor
from tests.factories.venues import VenueFactory, VenueVisitFactory


def addresses_of_places(stage: Stage, owner: User) -> dict[str, dict[str, Any]]:
    """Return the arguments of places: one open to everybody, a visit that the branch agreed, a route."""
    venue = VenueFactory(organisation=stage.branch, hours="09:00-17:00")
    visit = VenueVisitFactory(venue=venue, organisation=stage.branch, agreed_by=owner)
    route = make_published_route(stage.committee, venue)
    look, copy = waiting_place(stage)
    return {
        "venues:review": {"pk": look.pk},
        "venues:review_picture": {"pk": look.pk, "copy": copy.pk},
        "venues:draft_picture": {"pk": look.workflow_state.object_id, "copy": copy.pk},
        **{f"itineraries:{name}": {"pk": route.pk} for name in ("gpx", "visit", "booklet")},
        "itineraries:calendar": {"pk": route.pk, "day": 1},
        **{f"venues:{name}": {"pk": venue.pk} for name in ("venue", "visit")},
        **{f"venues:{name}": {"pk": visit.pk} for name in ("contact", "release", "guest")},
    }


def waiting_place(stage: Stage) -> tuple[ReviewTaskState, SiteRendition]:
    """Return the look at a place that was handed in, and a sized copy of its picture."""
    keeper = make_editor(stage.committee)
    picture = ImageFactory(uploaded_by_user=keeper)
    venue = begin_venue(
        Venue(name="待审的旧址", kind="red_site", organisation=stage.committee, picture=picture), actor=keeper
    )
    running = submit(venue, actor=keeper)
    # The page would make it while it is asked for.
    return running.current_task_state.specific, sized_copy(picture, "max-1200x675|format-jpeg")
