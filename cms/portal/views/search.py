"""The results page."""

from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cms.accounts.models import User
from cms.core.ratelimit import limited
from cms.lessons.cards import lesson_cards
from cms.lessons.queries import for_cards, visible_lessons
from cms.portal.queries import TIMES, by_slug, named, narrow_to_free
from cms.portal.search_terms import FACETS, KIND_LABELS, PAGE_SIZE, SEARCHES_PER_MINUTE, read_terms
from cms.portal.services import count_question
from cms.portal.synonyms import current_synonyms
from cms.taxonomy.queries import viewer_for
from search.query import search
from search.schema import FacetCount, Query, Result

LECTURER = "lecturer"
FACET_LABELS: dict[str, str | Promise] = {
    "kind": _("Kind"),
    "topic": _("Topic"),
    "audience": _("Audience"),
    "organisation": _("Unit"),
    "region": _("Region"),
    "method": _("How it is taught"),
    LECTURER: _("Free time"),
}
MANY_CHOICES = 12


@dataclass(frozen=True)
class Choice:
    """One chip: pressing it adds or removes the value and goes back to page 1."""

    label: str
    count: int | None
    on: bool
    url: str


@require_safe
@limited("search-page", limit=SEARCHES_PER_MINUTE, methods=("GET",))
def results(request: HttpRequest) -> HttpResponse:
    """Show what was found; unusable parameters are left out and named in a quiet line."""
    params = by_slug(request.GET.dict())
    terms = read_terms(params, viewer_for(request.user), synonyms=current_synonyms())
    query, odd_times = narrow_to_free(replace(terms.query, facets=FACETS), params, request.user)
    result = named(search(query))
    if is_plain(query):
        count_question(query.text, result)
    context = {
        "query": query,
        "result": result,
        "notes": (*terms.notes, *odd_times),
        "groups": group_hits(result, request.user),
        "facets": facet_chips(params, result),
        "sorts": sort_links(params, query),
        "as_typed_url": changed_url(params, exact="1", page="") if result.expanded else "",
        "previous_url": page_url(params, query.page - 1) if query.page > 1 else "",
        "next_url": page_url(params, query.page + 1) if query.page * PAGE_SIZE < result.total else "",
        "wider": wider_searches(params, query) if not result.total else [],
        "page_count": max(1, -(-result.total // PAGE_SIZE)),
    }
    return render(request, "portal/search.html", context)


def is_plain(query: Query) -> bool:
    """Tell whether somebody asked, and did not choose a filter, an order or a page of what was found already."""
    return query.page == 1 and query.sort == "relevance" and not (query.kinds or query.filters)


def group_hits(result: Result, user: User | AnonymousUser) -> list[dict[str, Any]]:
    """Return rows grouped by kind, kinds in the order of their best hit.

    A lesson that is gone or hidden since it was indexed is left out: the database has the last word.
    """
    cards = cards_of(result, user)
    groups: dict[str, list[dict[str, Any]]] = {}
    for hit in result.hits:
        row = asdict(hit) | {"title_html": mark_safe(hit.title_html), "snippet_html": mark_safe(hit.snippet_html)}  # noqa: S308  # the engine escapes all but its own marks
        if hit.kind == "lesson":
            if hit.id not in cards:
                continue
            row |= {name: cards[hit.id][name] for name in ("poster", "poster_webp", "meta")}
        groups.setdefault(hit.kind, []).append(row)
    return [{"kind": kind, "label": KIND_LABELS.get(kind, kind), "hits": hits} for kind, hits in groups.items()]


def cards_of(result: Result, user: User | AnonymousUser) -> dict[str, dict[str, Any]]:
    """Return the cards of the found lessons by id, in a constant number of queries."""
    ids = [hit.id for hit in result.hits if hit.kind == "lesson"]
    found = for_cards(visible_lessons(user).filter(pk__in=ids)) if ids else []
    return {str(card["pk"]): card for card in lesson_cards(found, user)}


def facet_chips(params: dict[str, str], result: Result) -> list[dict[str, Any]]:
    """Return each facet that offers a choice, as chips with counts."""
    rows = []
    for name in FACETS:
        values = result.facets.get(name, ())
        if len(values) > 1 or any(value.selected for value in values):
            chips = [chip(params, name, value) for value in values[:MANY_CHOICES]]
            rows.append({"name": name, "label": FACET_LABELS[name], "choices": chips})
    return rows


def chip(params: dict[str, str], name: str, value: FacetCount) -> Choice:
    """Return the chip that toggles one value of a facet."""
    chosen = [one for one in params.get(name, "").split(",") if one]
    kept = [one for one in chosen if one != value.value] if value.selected else [*chosen, value.value]
    return Choice(
        value.label,
        value.count,
        value.selected,
        changed_url(params, **{name: ",".join(kept), "page": ""}),
    )


def sort_links(params: dict[str, str], query: Query) -> list[Choice]:
    """Return the two orders."""
    names = {"relevance": _("Best match"), "newest": _("Newest")}
    return [
        Choice(str(label), None, query.sort == sort, changed_url(params, sort=sort, page=""))
        for sort, label in names.items()
    ]


def wider_searches(params: dict[str, str], query: Query) -> list[dict[str, str]]:
    """Return ways out of an empty page that lead to hits.

    `query` is what found nothing: who has time then, was asked once for it, and is not asked again for each way.
    """
    free = {name: keys for name, keys in query.filters.items() if name == LECTURER}
    found = []
    for name, label, change in ways_out(query):
        tried = read_terms({**params, **change}, query.viewer, synonyms=query.synonyms).query
        kept = {} if name == LECTURER else free
        total = search(replace(tried, filters={**tried.filters, **kept}, page_size=1)).total
        if total:
            found.append({"label": label, "count": str(total), "url": changed_url(params, **change)})
    return found


def ways_out(query: Query) -> list[tuple[str, str, dict[str, str]]]:
    """Return (filter, words, change of the parameters): without one filter each, then without one word each."""
    names = (*query.filters, *(("kind",) if query.kinds else ()))
    without = _("Without the filter “%(name)s”")
    ways = []
    for name in names:
        # The lecturers' keys stand for the free time that was asked for.
        change = dict.fromkeys(TIMES, "") if name == LECTURER else {name: ""}
        ways.append((name, str(without % {"name": FACET_LABELS.get(name, name)}), {**change, "page": ""}))
    words = query.text.split()
    for position, word in enumerate(words[:6] if len(words) > 1 else []):
        rest = " ".join(words[:position] + words[position + 1 :])
        ways.append(("", str(_("Without the word “%(word)s”") % {"word": word[:40]}), {"q": rest, "page": ""}))
    return ways


def changed_url(params: dict[str, str], **changes: str) -> str:
    """Return this page's address with parameters replaced; empty values are left out."""
    merged = {name: value for name, value in {**params, **changes}.items() if value}
    return f"/search/?{urlencode(merged)}"


def page_url(params: dict[str, str], page: int) -> str:
    """Return the address of another page of the same results."""
    return changed_url(params, page=str(page))
