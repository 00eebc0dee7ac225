"""From an address's parameters to a search query, with a sentence for each that cannot be used."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.core.errors import InvalidInput
from search.schema import SORTS, Query, Viewer
from search.synonyms import Alternatives

# Everything the platform will find; kinds without documents simply have no hits yet.
KINDS = ("lesson", "author", "course", "resource", "guide", "site", "itinerary", "lecturer", "announcement")
KIND_LABELS: dict[str, str | Promise] = {
    "lesson": gettext_lazy("Micro lessons"),
    "author": gettext_lazy("Authors"),
    "course": gettext_lazy("Courses"),
    "guide": gettext_lazy("Monthly guides"),
    "site": gettext_lazy("Places"),
    "lecturer": gettext_lazy("Lecturers"),
    "resource": gettext_lazy("Library"),
    "announcement": gettext_lazy("Announcements"),
    "itinerary": gettext_lazy("Routes"),
}
FILTERS = ("topic", "organisation", "region", "audience", "method")
FACETS = ("kind", "topic", "organisation", "region", "audience", "method")
PAGE_SIZE = 20
LAST_PAGE = 500
LONGEST_TEXT = 400
# A whole office may share one address: page, search and suggestions each stay above the 1,200 that docs/api.md promises.
SEARCHES_PER_MINUTE = 1500


@dataclass(frozen=True)
class SearchTerms:
    """The usable part of the parameters, and the sentences about the rest."""

    query: Query
    notes: tuple[str, ...]


def read_terms(params: Mapping[str, str], viewer: Viewer, *, synonyms: Alternatives) -> SearchTerms:
    """Read the parameters; what cannot be used is left out and named in `notes` (pages show them, the API refuses)."""
    notes: list[str] = []
    kinds = known_values(params.get("kind", ""), KINDS, _("kind"), notes)
    facets = known_values(params.get("facets", ""), FACETS, _("facet"), notes)
    sort = params.get("sort") or "relevance"
    as_typed = params.get("exact") == "1"
    if sort not in SORTS:
        notes.append(_("“%(value)s” is no order that we know; sorted by relevance.") % {"value": sort[:40]})
        sort = "relevance"
    query = Query(
        text=params.get("q", "")[:LONGEST_TEXT],
        kinds=kinds,
        filters={name: split_values(params.get(name, "")) for name in FILTERS if params.get(name)},
        sort=sort,
        page=read_page(params.get("page", ""), notes),
        page_size=PAGE_SIZE,
        synonyms={} if as_typed else synonyms,
        as_typed=as_typed,
        facets=facets,
        viewer=viewer,
    )
    return SearchTerms(query, tuple(notes))


def read_terms_strictly(params: Mapping[str, str], viewer: Viewer, *, synonyms: Alternatives) -> Query:
    """Read the parameters for the API.

    Raises InvalidInput naming what cannot be used.
    """
    terms = read_terms(params, viewer, synonyms=synonyms)
    if terms.notes:
        raise InvalidInput(" ".join(terms.notes))
    return terms.query


def split_values(text: str) -> tuple[str, ...]:
    """Split a comma-separated parameter, without empties and repetitions, at most 20."""
    values = dict.fromkeys(value.strip() for value in text.split(",") if value.strip())
    return tuple(values)[:20]


def known_values(text: str, known: tuple[str, ...], name: str, notes: list[str]) -> tuple[str, ...]:
    """Return the known ones among comma-separated values and note the others."""
    values = split_values(text)
    sentence = _("“%(value)s” is no %(name)s that we know.")
    notes.extend(sentence % {"value": value[:40], "name": name} for value in values if value not in known)
    return tuple(value for value in values if value in known)


def read_page(text: str, notes: list[str]) -> int:
    """Return the page from 1 to LAST_PAGE; anything else is page 1 with a note."""
    if not text:
        return 1
    # isdecimal also accepts other scripts' digits, which int() reads as well.
    if text.isdecimal() and len(text) <= len(str(LAST_PAGE)) and 1 <= int(text) <= LAST_PAGE:
        return int(text)
    notes.append(_("There is no page “%(value)s”; showing the first.") % {"value": text[:20]})
    return 1
