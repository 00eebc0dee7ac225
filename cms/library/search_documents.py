"""How resources, reading lists and announcements are found."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import strip_tags

from cms.core.clock import today
from cms.library.models import AnnouncementPage, ContentPage, ReadingListPage, ResourcePage
from cms.library.queries import LIVE, in_its_days, shown_targets, texts_of_files
from cms.taxonomy.queries import document_visibility, is_seen_with, place_facet
from search.schema import Facet, SearchDoc

LONGEST_BODY = 200_000


def resource_document(pk: str) -> SearchDoc | None:
    """Return a resource or a reading list as it is shown now, or None when it is not."""
    page = ContentPage.objects.filter(LIVE, pk=pk).first()
    specific = page.specific if page is not None else None
    if isinstance(specific, ResourcePage):
        return content_document(specific, word=str(specific.get_kind_display()), more=[specific.written_by])
    if isinstance(specific, ReadingListPage):
        return content_document(specific, word=str(specific.get_verbose_name()), more=lines_of(specific))
    return None


def lines_of(page: ReadingListPage) -> list[str]:
    """Return the entries of the list whose targets all who find it may see: the document is one for all."""
    entries = page.entries.filter(shown_targets()).select_related("target")
    return [f"{entry.target.title} {entry.note}" for entry in entries if is_seen_with(entry.target, page)]


def resource_keys() -> Iterator[str]:
    """Yield the keys of all resources and reading lists that are shown."""
    for model in (ResourcePage, ReadingListPage):
        yield from keys_of(model.objects.filter(LIVE))


def keys_of(pages: QuerySet[Any]) -> Iterator[str]:
    """Yield the keys of the pages."""
    return (str(pk) for pk in pages.order_by("pk").values_list("pk", flat=True).iterator())


def announcement_document(pk: str) -> SearchDoc | None:
    """Return an announcement in its days, or None."""
    page = AnnouncementPage.objects.filter(LIVE, in_its_days(today()), pk=pk).first()
    return replace(content_document(page), ends_at=end_of(page)) if page is not None else None


def end_of(page: AnnouncementPage) -> datetime | None:
    """Return the last instant of the announcement's last day, if it has one."""
    return timezone.make_aware(datetime.combine(page.ends_on, time.max)) if page.ends_on else None


def announcement_keys() -> Iterator[str]:
    """Yield the keys of all announcements that stand today."""
    return keys_of(AnnouncementPage.objects.filter(LIVE, in_its_days(today())))


def content_document(
    page: ContentPage,
    *,
    word: str = "",
    more: Iterable[str] = (),
    tags: Iterable[str] = (),
    facets: Mapping[str, tuple[Facet, ...]] | None = None,
) -> SearchDoc:
    """Return the document of an editorial page; rooms above use it for their own kinds.

    `word` says below the title what it is, `more` are further texts, `tags` further words by which people look for it,
    `facets` further fields. What stands in files on the page comes last.
    """
    topics, audiences = list(page.topics.all()), list(page.audiences.all())
    texts = [page.lead, words_of(page), *more, *texts_of_files(page)]
    return SearchDoc(
        kind=page.search_kind,
        pk=str(page.pk),
        title=page.title,
        url=page.get_url() or "",
        subtitle=" · ".join(filter(None, [word, str(page.organisation)])),
        body="\n".join(text for text in texts if text.strip())[:LONGEST_BODY],
        tags=(*(topic.name for topic in topics), *tags),
        facets={
            "topic": tuple(Facet(topic.slug, topic.name) for topic in topics),
            "audience": tuple(Facet(audience.slug, audience.name) for audience in audiences),
            "organisation": (Facet(page.organisation.code, str(page.organisation)),),
            "region": place_facet(page.place),
            **(facets or {}),
        },
        published_at=page.first_published_at,
        visibility=document_visibility(page),
    )


def words_of(page: ContentPage) -> str:
    """Return the page's text without marks."""
    parts = page.body.stream_block.get_searchable_content(page.body) if page.body else []
    return re.sub(r"\s+", " ", strip_tags(" ".join(str(part) for part in parts)))
