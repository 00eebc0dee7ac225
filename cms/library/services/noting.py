"""Telling search which pages changed."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet

from cms.library.models import ContentPage, ReadingListPage, ResourcePage
from cms.library.queries import lists_naming, pages_with_document
from cms.taxonomy.models import Audience, Topic
from cms.taxonomy.queries import names_places
from search.outbox import record_change, record_changes

LABELS: dict[type[Model], str] = {Topic: "topics", Audience: "audiences"}


def note_change(page: ContentPage) -> None:
    """Tell search that the page changed, if pages of its kind are found, and the reading lists that name it."""
    if page.search_kind:
        record_change(page.search_kind, page.pk)
    if isinstance(page, ResourcePage):
        lists = lists_naming(page).order_by("pk").values_list("pk", flat=True)
        record_changes(ReadingListPage.search_kind, lists)


def note_pages(pages: QuerySet[ContentPage]) -> None:
    """Tell search about many pages, each as its own kind, without reading them."""
    keys: dict[str, list[int]] = defaultdict(list)
    for pk, type_of_page in pages.order_by("pk").values_list("pk", "content_type"):
        model: Any = ContentType.objects.get_for_id(type_of_page).model_class()
        keys[getattr(model, "search_kind", "")].append(pk)
    for kind in filter(None, sorted(keys)):
        record_changes(kind, keys[kind])


def note_document(document_id: int) -> None:
    """Tell search about the shown pages on which the document is: its words stand in their entries, or no longer do."""
    note_pages(pages_with_document(document_id))


def note_subtree(path: str) -> None:
    """Tell search about all pages of or for organisations below the path: their place and name stand in the index."""
    near = Q(organisation__path__startswith=path) | Q(visible_organisation__path__startswith=path)
    note_pages(ContentPage.objects.published().filter(near))


def note_label(model: type[Model], pk: int, names: Collection[str]) -> None:
    """Tell search about all pages that bear the label, or of which the place is written like one of its names."""
    field = LABELS.get(model)
    if field:
        note_pages(ContentPage.objects.published().filter(**{field: pk}))
    if names_places(model):
        note_pages(ContentPage.objects.published().filter(place__in=names))
