"""How courses, series, tracks and guides are found."""

from collections.abc import Iterator
from typing import Any

from cms.courses.models import CoursePage, GuidePage, SeriesPage, TrackPage
from cms.courses.queries.courses import badge_of
from cms.lessons.models import MicroLesson
from cms.library.models import ContentPage
from cms.library.search_documents import content_document
from cms.taxonomy.enums import Visibility
from search.schema import Facet, SearchDoc

COURSE_KINDS = (CoursePage, SeriesPage, TrackPage)


def course_document(pk: str) -> SearchDoc | None:
    """Return a course, series or track as it is shown now, or None when it is not."""
    page = shown_page(pk)
    return document_of(page) if isinstance(page, COURSE_KINDS) else None


def guide_document(pk: str) -> SearchDoc | None:
    """Return a guide as it is shown now, or None when it is not."""
    page = shown_page(pk)
    return document_of(page) if isinstance(page, GuidePage) else None


def shown_page(pk: str) -> ContentPage | None:
    """Return the published page as its own kind."""
    page = ContentPage.objects.published().select_related("organisation", "visible_organisation").filter(pk=pk).first()
    return page.specific if page is not None else None


def document_of(page: Any) -> SearchDoc:
    """Return what is found of a page: its words, what it leads to, whose it is."""
    methods = list(page.methods.all()) if isinstance(page, CoursePage) else []
    return content_document(
        page,
        more=texts_of(page),
        tags=[*(method.name for method in methods), *extra_tags(page)],
        facets={"method": tuple(Facet(method.slug, method.name) for method in methods)},
    )


def texts_of(page: Any) -> list[str]:
    """Return what the page says beside its text: headings of items, points to discuss."""
    items = list(page.items.select_related("lesson", "page"))
    texts = [item.title for item in items] + [item.text for item in items]
    texts += [item.lesson.title for item in items if item.lesson and is_open(item.lesson)]
    if isinstance(page, GuidePage):
        texts += [page.theme, *page.discussion_points]
    return texts


def is_open(lesson: MicroLesson) -> bool:
    """Return whether everybody may see the lesson: the entry is one for all, so other titles stay out."""
    return lesson.live and lesson.taken_down_at is None and lesson.visibility == Visibility.PUBLIC


def extra_tags(page: Any) -> list[str]:
    """Return words by which people look for a kind: the badge's name, a guide's month."""
    if isinstance(page, CoursePage) and badge_of(page) is not None:
        return ["精品课"]
    if isinstance(page, GuidePage):
        return [f"{page.month.year}年{page.month.month}月", page.theme]
    return []


def course_keys() -> Iterator[str]:
    """Yield the keys of all courses, series and tracks that are shown."""
    for model in COURSE_KINDS:
        yield from keys_of(model)


def guide_keys() -> Iterator[str]:
    """Yield the keys of all guides that are shown."""
    return keys_of(GuidePage)


def keys_of(model: type[Any]) -> Iterator[str]:
    """Yield the keys of the shown pages of a kind."""
    rows = model.objects.filter(live=True, taken_down_at__isnull=True).order_by("pk").values_list("pk", flat=True)
    return (str(pk) for pk in rows.iterator())
