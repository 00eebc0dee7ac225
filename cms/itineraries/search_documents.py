"""How routes are found."""

from collections.abc import Iterator

from cms.itineraries.models import ItineraryPage
from cms.itineraries.queries import shown_routes
from cms.taxonomy.queries import document_visibility
from cms.venues.models import Region
from search.schema import Facet, SearchDoc

KIND = "itinerary"


def route_document(pk: str) -> SearchDoc | None:
    """Return the route as it is shown now, or None when it is not.

    Names of its places are in it only where the place is as widely open as the route: public ones.
    """
    rows = shown_routes().select_related("organisation", "visible_organisation")
    page = rows.prefetch_related("topics", "audiences", "stops__venue__region").filter(pk=pk).first()
    if page is None:
        return None
    places = [stop.venue for stop in page.stops.all() if stop.venue.live and stop.venue.visibility == "public"]
    regions: dict[int, Region] = {place.region.pk: place.region for place in places if place.region is not None}
    texts = [page.lead, *(place.name for place in places), *(stop.discussion for stop in page.stops.all())]
    return SearchDoc(
        kind=KIND,
        pk=str(page.pk),
        title=page.title,
        url=page.url or "",
        subtitle=subtitle_of(page),
        body="\n".join(text for text in texts if text.strip()),
        tags=tuple(topic.name for topic in page.topics.all()),
        facets={
            "topic": tuple(Facet(topic.slug, topic.name) for topic in page.topics.all()),
            "audience": tuple(Facet(audience.slug, audience.name) for audience in page.audiences.all()),
            "organisation": (Facet(page.organisation.code, str(page.organisation)),),
            "region": tuple(Facet(region.slug, region.name) for region in regions.values()),
        },
        published_at=page.first_published_at,
        visibility=document_visibility(page),
    )


def subtitle_of(page: ItineraryPage) -> str:
    """Return the theme in the site's language, with the organisation that keeps the route."""
    return f"{page.get_theme_display()} · {page.organisation}"


def route_keys() -> Iterator[str]:
    """Yield the keys of all routes that are shown."""
    return (str(pk) for pk in shown_routes().order_by("pk").values_list("pk", flat=True).iterator())
