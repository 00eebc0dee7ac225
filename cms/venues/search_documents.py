"""How places are found."""

from collections.abc import Iterator

from cms.taxonomy.queries import document_visibility
from cms.venues.queries import shown_venues
from search.schema import Facet, SearchDoc

KIND = "site"


def venue_document(pk: str) -> SearchDoc | None:
    """Return the place as it is shown now, or None when it is not. The contact is never in it."""
    rows = shown_venues().select_related("organisation", "region", "visible_organisation").prefetch_related("topics")
    venue = rows.filter(pk=pk).first()
    if venue is None:
        return None
    region, topics = venue.region, list(venue.topics.all())
    texts = (venue.summary, venue.address, venue.access_note)
    return SearchDoc(
        kind=KIND,
        pk=str(venue.pk),
        title=venue.name,
        url=venue.get_absolute_url(),
        subtitle=" · ".join(part for part in (venue.get_kind_display(), region.name if region else "") if part),
        body="\n".join(text for text in texts if text.strip()),
        tags=(*(topic.name for topic in topics), *venue.facility_words),
        facets={
            "topic": tuple(Facet(topic.slug, topic.name) for topic in topics),
            "organisation": (Facet(venue.organisation.code, str(venue.organisation)),),
            "region": (Facet(region.slug, region.name),) if region else (),
        },
        published_at=venue.first_published_at,
        visibility=document_visibility(venue),
    )


def venue_keys() -> Iterator[str]:
    """Yield the keys of all places that are shown."""
    return (str(pk) for pk in shown_venues().order_by("pk").values_list("pk", flat=True).iterator())
