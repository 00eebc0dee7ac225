"""How routes are found."""

from collections.abc import Iterator

from cms.itineraries.queries import shown_routes
from cms.library.search_documents import content_document
from cms.taxonomy.queries import is_seen_with, place_facet
from search.schema import Facet, SearchDoc

KIND = "itinerary"


def route_document(pk: str) -> SearchDoc | None:
    """Return the route as it is shown now, or None when it is not.

    What is said of a stop is in it only where all who find the route may see the place.
    """
    rows = shown_routes().select_related("organisation", "visible_organisation")
    page = rows.prefetch_related("topics", "audiences", "stops__venue__region").filter(pk=pk).first()
    if page is None:
        return None
    stops = [stop for stop in page.stops.all() if stop.venue.live and is_seen_with(stop.venue, page)]
    words = [text for stop in stops for text in (stop.venue.name, stop.note, stop.discussion)]
    regions = {Facet(stop.venue.region.slug, stop.venue.region.name) for stop in stops if stop.venue.region}
    regions.update(place_facet(page.place))
    return content_document(
        page,
        word=" · ".join(page.theme_words),
        more=[page.meeting_point, page.prepare, *words],
        facets={"region": tuple(sorted(regions, key=lambda region: region.value))},
    )


def route_keys() -> Iterator[str]:
    """Yield the keys of all routes that are shown."""
    return (str(pk) for pk in shown_routes().order_by("pk").values_list("pk", flat=True).iterator())
