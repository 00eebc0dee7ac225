"""Finding what the library holds, what is announced, and marking what was read."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.accounts.requests import SignedInRequest
from cms.core.chips import chips
from cms.core.context_processors import in_elder_view
from cms.core.views import safe_next
from cms.library import queries
from cms.library.cards import page_cards
from cms.library.enums import ResourceKind
from cms.library.permissions import get_resource_for
from cms.library.services import mark_read
from cms.taxonomy.queries import all_audiences, all_topics

PAGE_SIZE = 24
ELDER_PAGE_SIZE = 12
FILTERS = ("kind", "topic", "audience", "place")
LIST = "list"
FEW_LISTS = 3


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Show resources by kind, topic, audience and place; reading lists above them, or alone."""
    chosen = {name: request.GET.get(name, "")[:60] for name in FILTERS}
    lists = queries.visible_lists(request.user)
    only_lists = chosen["kind"] == LIST
    rows = paged(request, lists if only_lists else queries.browse(request.user, **chosen))
    filtered = any(chosen.values())
    places = queries.places_of(request.user)
    context = {
        "page": rows,
        "cards": page_cards(rows, request),
        "lists": [] if filtered else page_cards(lists[:FEW_LISTS], request),
        "filtered": filtered,
        "only_lists": only_lists,
        "kinds": chips(request.GET, "kind", [*ResourceKind.choices, (LIST, _("reading list"))]),
        "topics": chips(request.GET, "topic", [(topic.slug, str(topic)) for topic in all_topics()]),
        "audiences": chips(request.GET, "audience", [(row.slug, str(row)) for row in all_audiences()]),
        "places": chips(request.GET, "place", [(place, place) for place in places]) if places else [],
    }
    return render(request, "library/browse.html", context)


def paged(request: HttpRequest, found: QuerySet[Any]) -> Page[Any]:
    """Return the page that the address asks for; in elder view a page holds fewer cards."""
    size = ELDER_PAGE_SIZE if in_elder_view(request) else PAGE_SIZE
    return Paginator(found, size).get_page(request.GET.get("page"))


@require_safe
def announcements(request: HttpRequest) -> HttpResponse:
    """Show what is announced today for this reader."""
    rows = paged(request, queries.current_announcements(request.user))
    shown = [{"title": row.title, "url": row.get_url(request), "lead": row.lead, "page": row} for row in rows]
    return render(request, "library/announcements.html", {"page": rows, "rows": shown})


@login_required
@require_POST
def mark(request: SignedInRequest, pk: int) -> HttpResponse:
    """Mark a resource as read, or no longer; `read` is 1 or 0."""
    page = get_resource_for(request.user, pk)
    mark_read(page, actor=request.user, read=request.POST.get("read") == "1")
    return HttpResponseRedirect(safe_next(request, page.get_url(request) or "/library/"))
