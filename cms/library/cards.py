"""Pages of the library as cards."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cms.library.models import ContentPage, ReadingListPage, ResourcePage

ICONS = {"film": "film", "audio": "ear", "link": "out", "book": "book", "textbook": "book"}


def page_cards(pages: Iterable[ContentPage], request: HttpRequest) -> list[dict[str, Any]]:
    """Return cards of pages that a query already found visible to the person."""
    return [page_card(page, request) for page in pages]


def page_card(page: ContentPage, request: HttpRequest) -> dict[str, Any]:
    """Return one card: kind in words and as a sign, title, lead, and a few facts."""
    meta = [str(page.organisation)]
    kind, icon = str(page.get_verbose_name()), "file"
    if isinstance(page, ResourcePage):
        kind, icon = str(page.get_kind_display()), ICONS.get(page.kind, "file")
        if page.file is not None:
            meta.append(page.file.file_extension.upper())
    if isinstance(page, ReadingListPage):
        icon = "list"
        meta.append(_("%(number)s pages") % {"number": getattr(page, "length", 0)})
    if page.minutes:
        meta.append(_("about %(minutes)s min") % {"minutes": page.minutes})
    if page.place:
        meta.append(page.place)
    return {
        "title": page.title,
        "url": page.get_url(request),
        "kind": kind,
        "icon": icon,
        "lead": page.lead,
        "meta": meta,
    }
