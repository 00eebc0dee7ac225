"""The results page."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cms.accounts.models import User
from cms.core.ratelimit import limited
from cms.lecturers.cards import way_to
from cms.lecturers.forms import FreeForm
from cms.lecturers.queries import next_free_among
from cms.lecturers.slots import Slot
from cms.lessons.cards import lesson_cards
from cms.lessons.queries import for_cards, visible_lessons
from cms.portal.askers import after_sent, asker_of
from cms.portal.queries import LECTURER, TIMES, by_slug, named, narrow_to_free, read_free_span
from cms.portal.saved import saved_by, written_down
from cms.portal.search_terms import FACETS, KIND_LABELS, PAGE_SIZE, SEARCHES_PER_MINUTE, read_terms
from cms.portal.services import count_question
from cms.portal.synonyms import current_synonyms
from cms.taxonomy.queries import viewer_for
from search.query import search
from search.recall import MEANT
from search.schema import FacetCount, Hit, Query, Result, Span

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
# They say a time as people do.
FREE_FIELDS = tuple(FreeForm.base_fields)


@dataclass(frozen=True)
class Choice:
    """One chip: pressing it adds or removes the value and goes back to page 1."""

    label: str
    count: int | None
    on: bool
    url: str


@require_safe
@limited("search-page", limit=SEARCHES_PER_MINUTE, methods=("GET", "HEAD"))
def results(request: HttpRequest) -> HttpResponse:
    """Show what was found; unusable parameters are left out and named in a quiet line."""
    params = by_slug(request.GET.dict())
    terms = read_terms(params, viewer_for(request.user), synonyms=current_synonyms())
    span, form, odd_times = free_span(params)
    query, free = narrow_to_free(replace(terms.query, facets=FACETS), span, request.user)
    result = named(search(query))
    context = {
        "query": query,
        "result": result,
        "notes": (*terms.notes, *odd_times),
        "groups": placed(group_hits(result, request.user, free if span else None), params, result),
        **free_context(params, result, span, form),
        "facets": facet_chips(params, result),
        "sorts": sort_links(params, query),
        "suggestion_url": changed_url(params, q=result.suggestion, page="") if result.suggestion else "",
        "as_typed_url": changed_url(params, exact="1", page="") if result.expanded or result.relaxed == MEANT else "",
        "previous_url": page_url(params, query.page - 1) if query.page > 1 else "",
        "next_url": page_url(params, query.page + 1) if query.page * PAGE_SIZE < result.total else "",
        "wider": wider_searches(params, query) if not result.total else [],
        "save": saving(query, span, request.user),
        "page_count": max(1, -(-result.total // PAGE_SIZE)),
    }
    response = render(request, "portal/search.html", context)
    if is_plain(query):
        after_sent(response, lambda: count_question(query.text, result, asker=asker_of(request)))
    return response


def saving(query: Query, span: Span | None, user: User | AnonymousUser) -> dict[str, Any] | None:
    """Return what the form that keeps this search carries; nothing for visitors and for a search of nothing."""
    kept = written_down(query, span) if isinstance(user, User) else ""
    if not kept or not isinstance(user, User):
        return None
    return {"fields": parse_qsl(kept), "is_saved": saved_by(user).filter(query=kept).exists()}


def is_plain(query: Query) -> bool:
    """Tell whether somebody asked, and did not choose a filter, an order, a page or the words alone for what was found."""
    return query.page == 1 and query.sort == "relevance" and not (query.kinds or query.filters or query.as_typed)


def free_span(params: dict[str, str]) -> tuple[Span | None, FreeForm, tuple[str, ...]]:
    """Return the time that is asked for, as the form or as an address says it, the form with it, and odd ones in words."""
    if any(params.get(name) for name in FREE_FIELDS):
        form = FreeForm(params)
        return (form.span(), form, ()) if form.is_valid() else (None, form, (str(_("The free time was left aside.")),))
    span, notes = read_free_span(params)
    begins, ends = (timezone.localtime(moment) for moment in span) if span else (None, None)
    if begins is None or ends is None or begins.date() != ends.date():
        return span, FreeForm(), notes
    return span, FreeForm(initial={"day": begins.date(), "begins": begins.time(), "ends": ends.time()}), notes


def free_context(params: dict[str, str], result: Result, span: Span | None, form: FreeForm) -> dict[str, Any]:
    """Return what the box needs that asks for a free time; it is shown where lecturers were found or a time was asked."""
    forgotten = (*FREE_FIELDS, *TIMES, "page", "kind")
    others = {name: value for name, value in params.items() if value and name not in forgotten}
    found = any(value.value == LECTURER for value in result.facets.get("kind", ()))
    return {
        "free_form": form if found or span or form.is_bound else None,
        "free_span": span,
        "free_kept": {**others, "kind": LECTURER},
        "any_time_url": changed_url(params, **dict.fromkeys((*FREE_FIELDS, *TIMES, "page"), "")),
    }


def group_hits(
    result: Result, user: User | AnonymousUser, free: Mapping[int, Slot] | None = None
) -> list[dict[str, Any]]:
    """Return rows grouped by kind, kinds in the order of their best hit.

    A lesson or lecturer who is gone or hidden since it was indexed is left out: the database has the last word. `free`
    holds the times of lecturers that fit what was asked.
    """
    cards, times = cards_of(result, user), times_of(result.hits, user, free)
    groups: dict[str, list[dict[str, Any]]] = {}
    for hit in result.hits:
        # A page with little text has nothing to quote but what it is.
        snippet = "" if hit.snippet_html == escape(hit.subtitle) else hit.snippet_html
        row = asdict(hit) | {"title_html": mark_safe(hit.title_html), "snippet_html": mark_safe(snippet)}  # noqa: S308  # the engine escapes all but its own marks
        if hit.kind == "lesson":
            if hit.id not in cards:
                continue
            row |= {name: cards[hit.id][name] for name in ("poster", "poster_webp", "meta")}
        if hit.kind == LECTURER:
            if hit.id not in times:
                continue
            row |= times[hit.id]
        groups.setdefault(hit.kind, []).append(row)
    return [{"kind": kind, "label": KIND_LABELS.get(kind, kind), "hits": hits} for kind, hits in groups.items()]


def times_of(
    hits: Iterable[Hit], user: User | AnonymousUser, free: Mapping[int, Slot] | None
) -> dict[str, dict[str, Any]]:
    """Return what the rows of lecturers say of their time, by id: what fits, else what is free next; six queries."""
    ids = [int(hit.id) for hit in hits if hit.kind == LECTURER]
    if free is not None:
        return {str(key): way_to(free[key]) for key in ids if key in free}
    return {str(key): {"next_free": slot} for key, slot in next_free_among(user, ids).items()} if ids else {}


def placed(groups: list[dict[str, Any]], params: dict[str, str], result: Result) -> list[dict[str, Any]]:
    """Return the groups with how many there are of each kind, the way to all of them, and which one is the widest.

    Lessons have pictures and excerpts and get the wide column; without any it is the kind of the best hit.
    """
    counts = {value.value: value.count for value in result.facets.get("kind", ())}
    kinds = [group["kind"] for group in groups]
    for group in groups:
        group["count"] = counts.get(group["kind"], len(group["hits"]))
        more = group["count"] > len(group["hits"]) and len(kinds) > 1
        group["all_url"] = changed_url(params, kind=group["kind"], page="") if more else ""
        group["is_main"] = group["kind"] == ("lesson" if "lesson" in kinds else kinds[0])
    return groups


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
            if name == "kind":
                chips.insert(0, all_kinds(params, values))
            rows.append({"name": name, "label": FACET_LABELS[name], "choices": chips})
    return rows


def all_kinds(params: dict[str, str], values: tuple[FacetCount, ...]) -> Choice:
    """Return the chip that shows every kind; kinds exclude each other, so that their counts add up."""
    total = sum(value.count for value in values)
    return Choice(
        str(_("All")), total, not any(value.selected for value in values), changed_url(params, kind="", page="")
    )


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
    free = {name: chosen for name, chosen in query.filters.items() if name == LECTURER}
    found = []
    for name, label, change in ways_out(query):
        tried = read_terms({**params, **change}, query.viewer, synonyms=query.synonyms).query
        kept = {} if name == LECTURER else free
        total = search(replace(tried, filters={**tried.filters, **kept}, count_only=True)).total
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
        change = dict.fromkeys((*FREE_FIELDS, *TIMES), "") if name == LECTURER else {name: ""}
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
