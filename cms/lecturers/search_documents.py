"""How lecturers are found: by name, directions and menu; never by a contact or a reason."""

from collections.abc import Iterator

from cms.core.clock import today
from cms.lecturers.models import Lecturer
from cms.lecturers.queries.availability import indexed_free
from cms.lecturers.queries.directory import in_service, menu_of
from cms.taxonomy.queries import document_visibility, place_facet
from search.schema import Facet, SearchDoc


def lecturer_document(pk: str) -> SearchDoc | None:
    """Return the lecturer as shown now, or None while nobody is to ask for this lecturer."""
    found = in_service(Lecturer.objects.filter(live=True, pk=pk), today())
    lecturer = found.select_related("organisation", "visible_organisation").first()
    if lecturer is None:
        return None
    offers = menu_of(lecturer)
    own = list(lecturer.topics.order_by("order", "pk"))
    topics = list(dict.fromkeys([*own, *(topic for offer in offers for topic in offer.topics.all())]))
    methods = list(dict.fromkeys(method for offer in offers for method in offer.methods.all()))
    texts = [lecturer.introduction, lecturer.credentials]
    texts += [f"{offer.title} {offer.digest}" for offer in offers]
    return SearchDoc(
        kind="lecturer",
        pk=str(lecturer.pk),
        title=lecturer.name,
        url=lecturer.get_absolute_url(),
        subtitle=lecturer.post or str(lecturer.organisation),
        body="\n".join(text for text in texts if text.strip()),
        tags=tuple(label.name for label in (*topics, *methods)),
        people=(lecturer.name,),
        facets={
            "topic": tuple(Facet(topic.slug, topic.name) for topic in topics),
            "method": tuple(Facet(method.slug, method.name) for method in methods),
            "organisation": (Facet(lecturer.organisation.code, str(lecturer.organisation)),),
            # So that search can be narrowed to those of whom the database says that they have time.
            "lecturer": (Facet(str(lecturer.pk), lecturer.name),),
            "region": place_facet(lecturer.region),
        },
        visibility=document_visibility(lecturer),
        free=indexed_free(lecturer),
    )


def lecturer_keys() -> Iterator[str]:
    """Yield the keys of all lecturers who can be asked."""
    found = in_service(Lecturer.objects.filter(live=True), today()).order_by("pk")
    return (str(pk) for pk in found.values_list("pk", flat=True).iterator())
