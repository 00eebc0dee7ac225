"""How editorial pages are shown; rooms above show their own kinds with `page_context` and the same base template."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import Page

from cms.core.pages import serves
from cms.library.models import AnnouncementPage, ContentPage, ReadingListPage, ResourcePage, SectionPage
from cms.library.permissions import shown_page
from cms.library.queries import visible_below

Crumb = tuple[str, str]


def page_context(request: HttpRequest, page: ContentPage) -> dict[str, Any]:
    """Return what the base template `library/content_page.html` needs; the caller has let the person in.

    `look` is set where a reviewer reads a page that was handed in.
    """
    context: dict[str, Any] = {
        "page": page,
        "crumbs": crumbs_of(page),
        "topics": list(page.topics.all()),
        "audiences": list(page.audiences.all()),
        "versions": list(page.versions.all()[:20]) if page.pk else [],
        "look": getattr(request, "look", None),
    }
    if getattr(request, "preview_mode", "") == "elder":
        context["elder_view"] = True
    return context


def crumbs_of(page: Page) -> list[Crumb]:
    """Return the way from the page's section to the page."""
    above = page.get_parent() if page.path else None
    return [(above.title, above.url or "/"), (page.title, "")] if above else [(page.title, "")]


@serves(SectionPage)
def show_section(request: HttpRequest, section: SectionPage) -> HttpResponse:
    """Show what lies below a branch of the tree, where no room has a page of its own for it."""
    rows = visible_below(section, request.user)
    context = {"section": section, "rows": [{"title": row.title, "lead": row.lead, "url": row.url} for row in rows]}
    return render(request, "library/section.html", context)


@serves(AnnouncementPage)
def show_announcement(request: HttpRequest, page: AnnouncementPage) -> HttpResponse:
    """Show an announcement to those whom it is for, in its days."""
    shown = shown_page(request, page)
    return render(request, "library/announcement.html", page_context(request, shown))


@serves(ResourcePage)
def show_resource(request: HttpRequest, page: ResourcePage) -> HttpResponse:
    """Show a resource."""
    shown = shown_page(request, page)
    return render(request, "library/content_page.html", page_context(request, shown))


@serves(ReadingListPage)
def show_reading_list(request: HttpRequest, page: ReadingListPage) -> HttpResponse:
    """Show a reading list."""
    shown = shown_page(request, page)
    return render(request, "library/content_page.html", page_context(request, shown))
