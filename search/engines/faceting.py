"""Counted values of a facet as they are shown, alike in every engine."""

from collections.abc import Mapping, Sequence

from search.schema import FacetCount, Query, SearchDoc

KIND = "kind"
MAX_FACET_VALUES = 100
# How many documents have a value, and its label.
Counts = Mapping[str, tuple[int, str]]


def chosen(query: Query) -> dict[str, tuple[str, ...]]:
    """Return the filters with values, the kinds among them."""
    filters = {field: tuple(values) for field, values in query.filters.items() if values}
    if query.kinds:
        filters[KIND] = query.kinds
    return filters


def facets_of(doc: SearchDoc) -> dict[str, dict[str, str]]:
    """Return field → value → label; the kind is a field like any other, and a value has one label."""
    facets: dict[str, dict[str, str]] = {}
    for field, values in doc.facets.items():
        for facet in values:
            facets.setdefault(field, {}).setdefault(facet.value, facet.label)
    return {**facets, KIND: {doc.kind: doc.kind}}


def counts_of(labelled: Mapping[tuple[str, str], int]) -> dict[str, tuple[int, str]]:
    """Put together what was counted for each value with each of its labels; the label first in order is shown."""
    counts: dict[str, tuple[int, str]] = {}
    for (value, label), found in sorted(labelled.items(), reverse=True):
        counts[value] = (counts.get(value, (0, ""))[0] + found, label)
    return counts


def listed(counts: Counts, selected: Sequence[str]) -> tuple[FacetCount, ...]:
    """Return the most frequent values, at most 100, then those that were chosen and are not among them."""
    best = sorted(counts.items(), key=lambda each: (-each[1][0], each[0]))[:MAX_FACET_VALUES]
    shown = [FacetCount(value, label, found, value in selected) for value, (found, label) in best]
    values = {value for value, _found in best}
    chosen = {value: counts.get(value, (0, value)) for value in selected if value not in values}
    return (*shown, *(FacetCount(value, label, found, selected=True) for value, (found, label) in chosen.items()))
