"""Searches that a member keeps, and how one is written down."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.core.personal_data import Records
from cms.portal.models import SavedSearch
from cms.portal.queries import TIMES
from cms.portal.search_terms import FILTERS
from search.schema import Query, Result, Span


def saved_by(user: User) -> QuerySet[SavedSearch]:
    """Return the person's searches, the last saved first."""
    return SavedSearch.objects.filter(user=user)


def written_down(query: Query, span: Span | None) -> str:
    """Return what of a search is kept, one text for one search: what was asked and chosen; nothing where that is nothing."""
    times = [moment.isoformat() for moment in span] if span else []
    chosen = {
        "q": " ".join(query.text.split()),
        "kind": ",".join(query.kinds),
        **{name: ",".join(query.filters.get(name, ())) for name in FILTERS},
        **dict(zip(TIMES, times, strict=False)),
    }
    asked = {name: value for name, value in chosen.items() if value}
    order = {"sort": query.sort} if asked and query.sort != "relevance" else {}
    return urlencode(asked | order)


def read_as(query: Query, result: Result) -> str:
    """Return how a search reads: its words, and what was chosen as the chips call it."""
    chosen = [value.label for values in result.facets.values() for value in values if value.selected]
    return " · ".join([" ".join(query.text.split()) or _("All"), *chosen])


def address_of(saved: SavedSearch) -> str:
    """Return the address of the results."""
    return f"{reverse('portal:search')}?{saved.query}"


def personal_searches(user: User) -> Records:
    """Return the kept searches for "my data", the oldest first."""
    rows = SavedSearch.objects.filter(user=user).order_by("created_at", "pk")
    return Records(rows, described)


def described(saved: SavedSearch) -> dict[str, Any]:
    """Return one kept search as a record."""
    return {
        "portal.search": saved.label,
        "portal.address": address_of(saved),
        "portal.saved": saved.created_at.isoformat(),
    }
