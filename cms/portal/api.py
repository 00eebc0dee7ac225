"""Search and suggestions for scripts and for the search box."""

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from ninja import Router

from cms.accounts.api_auth import identify
from cms.core.errors import InvalidInput
from cms.core.ratelimit import limited
from cms.portal.frequent import frequent_queries
from cms.portal.queries import by_slug, named, narrow_to_free, read_free_span
from cms.portal.search_terms import PAGE_SIZE, SEARCHES_PER_MINUTE, read_terms_strictly
from cms.portal.synonyms import current_synonyms
from cms.taxonomy.queries import viewer_for
from search.query import search, suggest
from search.schema import Hit, Query, Result

router = Router(tags=["search"])

HIT_FIELDS = (
    "kind",
    "id",
    "url",
    "title",
    "title_html",
    "snippet_html",
    "score",
    "found_at_s",
    "duration_s",
    "thumbnail",
)


@router.get("/search", auth=None)
@limited("search-api", limit=SEARCHES_PER_MINUTE, methods=("GET",))
def search_documents(request: HttpRequest) -> dict[str, Any]:
    """Find documents that the caller may see; anonymous callers get public ones.

    A kind, facet, page or sort that does not exist, or a time that cannot be, is answered with 400.
    """
    caller, params = identify(request), by_slug(request.GET.dict())
    terms = read_terms_strictly(params, viewer_for(caller), synonyms=current_synonyms())
    span, notes = read_free_span(params)
    if notes:
        raise InvalidInput(" ".join(notes))
    query, _times = narrow_to_free(terms, span, caller)
    result = named(search(query))
    return answer(request, query, result)


@router.get("/suggest", auth=None)
@limited("suggest", limit=SEARCHES_PER_MINUTE, methods=("GET",))
def suggest_documents(request: HttpRequest, q: str = "") -> dict[str, Any]:
    """Complete the words from the first character on: what many search for, then what there is, grouped by kind."""
    groups = (*frequent_queries(q), *suggest(q, viewer_for(identify(request))))
    return {"groups": [asdict(group) for group in groups]}


def answer(request: HttpRequest, query: Query, result: Result) -> dict[str, Any]:
    """Return the contract's JSON of a result."""
    return {
        "total": result.total,
        "total_exact": result.total_exact,
        "items": [hit_fields(hit) for hit in result.hits],
        "facets": {name: [asdict(value) for value in values] for name, values in result.facets.items()},
        "suggestion": result.suggestion,
        "relaxed": result.relaxed,
        "engine": result.engine,
        "degraded": result.degraded,
        "took_ms": result.took_ms,
        "next": next_address(request, query, result),
    }


def hit_fields(hit: Hit) -> dict[str, Any]:
    """Return the public fields of a hit."""
    return {name: getattr(hit, name) for name in HIT_FIELDS}


def next_address(request: HttpRequest, query: Query, result: Result) -> str | None:
    """Return the address of the next page, or None on the last."""
    if query.page * PAGE_SIZE >= result.total:
        return None
    params = {**request.GET.dict(), "page": str(query.page + 1)}
    return request.build_absolute_uri(f"{request.path}?{urlencode(params)}")
