"""How editorial pages are shown; rooms above show their own kinds with `page_context` and the same base template."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import Page

from cms.core.pages import serves
from cms.lessons.cards import lesson_cards
from cms.lessons.queries import for_cards, visible_lessons
from cms.library.cards import page_card, page_cards
from cms.library.enums import SECTION_TITLES, Section
from cms.library.findings import REMARKS, findings
from cms.library.models import AnnouncementPage, ContentPage, ReadingListPage, ResourcePage, SectionPage
from cms.library.permissions import cares_for, guards, shown_page
from cms.library.queries import entries_for, lists_with, marked_by, related_lessons, visible_below

Crumb = tuple[str, str]
# So many pages of a section its preview shows.
NEWEST = 24


def page_context(request: HttpRequest, page: ContentPage) -> dict[str, Any]:
    """Return what the base template `library/content_page.html` needs; the caller has let the person in.

    `look` is set where a reviewer reads a page that was handed in.
    """
    context: dict[str, Any] = {
        "page": page,
        "crumbs": crumbs_of(page, request),
        "topics": list(page.topics.all()),
        "audiences": list(page.audiences.all()),
        "versions": list(page.versions.all()[:20]) if page.pk else [],
        "look": getattr(request, "look", None),
        "is_draft": bool(getattr(request, "is_preview", False)),
        "screen_view": on_big_screen(request),
        "may_report": request.user.is_authenticated and is_at_its_address(request, page),
        **keepers_ways(request, page),
    }
    if getattr(request, "in_preview_panel", False):
        context["findings"] = remarks_on(page)
    if getattr(request, "preview_mode", "") == "elder":
        context["elder_view"] = True
    return context


def remarks_on(page: ContentPage) -> list[dict[str, Any]]:
    """Return what would make the page better, for whoever writes or reviews it."""
    return [{"code": code, "text": REMARKS[code]} for code in findings(page)]


def on_big_screen(request: HttpRequest) -> bool:
    """Return whether the page is shown in a room: in large letters, one part at a time (`?view=screen`)."""
    return getattr(request, "preview_mode", "") == "screen" or request.GET.get("view") == "screen"


def is_at_its_address(request: HttpRequest, page: ContentPage) -> bool:
    """Return whether the page is read as it is shown to others: in no preview and no review."""
    return bool(page.pk) and not getattr(request, "is_preview", False) and getattr(request, "look", None) is None


def keepers_ways(request: HttpRequest, page: ContentPage) -> dict[str, Any]:
    """Return where the page's keepers go on and what they may do; nothing for others, in previews and in reviews."""
    if not (request.user.is_authenticated and is_at_its_address(request, page)):
        return {}
    mine = cares_for(request.user, page)
    return {
        "edit_url": page.curator_page_url() if mine else "",
        "may_unpublish": mine and page.live,
        "may_take_down": page.live and guards(request.user, page),
    }


def crumbs_of(page: Page, request: HttpRequest) -> list[Crumb]:
    """Return the way from the page's section to the page."""
    above = page.get_parent() if page.path else None
    return [(name_of_section(above), above.get_url(request) or "/"), (page.title, "")] if above else [(page.title, "")]


def name_of_section(section: Page) -> str:
    """Return what a branch of the tree is called in the reader's language, or what its keepers renamed it to."""
    renamed = section.slug not in Section.values or section.title != SECTION_TITLES[section.slug]
    return str(section.title) if renamed else str(Section(section.slug).label)


@serves(SectionPage)
def show_section(request: HttpRequest, section: SectionPage) -> HttpResponse:
    """Show a branch of the tree to its keepers, in previews: at its address stands the list of the room that fills it."""
    rows = visible_below(section, request.user)[:NEWEST]
    listed = [{"title": row.title, "lead": row.lead, "url": row.get_url(request)} for row in rows]
    context = {"section": section, "rows": listed}
    return render(request, "library/section.html", context)


@serves(AnnouncementPage)
def show_announcement(request: HttpRequest, page: AnnouncementPage) -> HttpResponse:
    """Show an announcement to those whom it is for, in its days."""
    shown = shown_page(request, page)
    return render(request, "library/announcement.html", page_context(request, shown))


@serves(ResourcePage)
def show_resource(request: HttpRequest, page: ResourcePage) -> HttpResponse:
    """Show a resource: what it offers, its text, what belongs to it."""
    shown = shown_page(request, page)
    context = page_context(request, shown) | {
        "film": lesson_cards(for_cards(visible_lessons(request.user).filter(pk=shown.lesson_id)), request.user),
        "lessons": lesson_cards(related_lessons(shown, request.user), request.user),
        "lists": page_cards(lists_with(shown, request.user) if shown.pk else [], request),
        "marked": shown.pk in marked_by(request.user, [shown.pk]),
    }
    return render(request, "library/resource.html", context)


@serves(ReadingListPage)
def show_reading_list(request: HttpRequest, page: ReadingListPage) -> HttpResponse:
    """Show a reading list; what somebody marked as read is shown to that person alone."""
    shown = shown_page(request, page)
    entries = entries_for(shown, request.user)
    marked = marked_by(request.user, [target.pk for _entry, target in entries])
    rows = [
        page_card(target, request) | {"pk": target.pk, "note": entry.note, "done": target.pk in marked}
        for entry, target in entries
    ]
    context = page_context(request, shown) | {"rows": rows, "done": len(marked)}
    return render(request, "library/reading_list.html", context)
