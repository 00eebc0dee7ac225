"""What a reader with pencil and paper would count: every engine's hits, totals and facets against a plain walk over all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.engines.protocol import Searching
from search.schema import Facet, FacetCount, Query, SearchDoc, Viewer, Visibility
from tests.search.engines.contract import UNCONCERNED, NewShelf, filled

KINDS = ("course", "lesson", "site")
VALUES = {"topic": ("history", "practice", "theory"), "unit": ("north", "south")}
WORDS = ("党章", "延安", "会议")
PEOPLE_WHO_ASK = (
    Viewer(),
    Viewer(authenticated=True, organisation_paths=("00010002",)),
    Viewer(authenticated=True, roles=("reviewer",)),
    Viewer(all_seeing=True),
)
AUDIENCES = (
    Visibility(public=True),
    Visibility(organisations=("0001",)),
    Visibility(roles=("reviewer",)),
    Visibility(),
)


def _some(values: Sequence[str], number: int) -> tuple[str, ...]:
    """Return the values whose bit is set in the number."""
    return tuple(value for place, value in enumerate(values) if number >> place & 1)


def shelf_of(count: int) -> tuple[SearchDoc, ...]:
    """Return documents with every mixture of kind, facets, words and audience, one after another."""
    return tuple(
        SearchDoc(
            kind=KINDS[number % 3],
            pk=str(number),
            title=f"第{number}号",
            url=f"/{number}/",
            body="，".join(_some(WORDS, number * 5 // 2 % 8)),
            facets={
                field: tuple(Facet(value, f"{field} {value}") for value in _some(values, number // 3 % 8))
                for field, values in VALUES.items()
            },
            visibility=AUDIENCES[number % 7 % 4],
        )
        for number in range(count)
    )


DOCS = shelf_of(96)


def values_of(doc: SearchDoc, field: str) -> Mapping[str, str]:
    return {doc.kind: doc.kind} if field == "kind" else {each.value: each.label for each in doc.facets.get(field, ())}


@dataclass(frozen=True)
class Oracle:
    """All documents, walked over for each question."""

    docs: Sequence[SearchDoc]
    query: Query

    def passing(self, *, without: str = "") -> list[SearchDoc]:
        filters = dict(self.query.filters) | ({"kind": self.query.kinds} if self.query.kinds else {})
        return [
            doc
            for doc in self.docs
            if doc.visibility.admits(self.query.viewer)
            and self.query.text in doc.body
            and all(
                set(values) & values_of(doc, field).keys()
                for field, values in filters.items()
                if values and field != without
            )
        ]

    def facet(self, field: str) -> list[tuple[str, int]]:
        found = [value for doc in self.passing(without=field) for value in values_of(doc, field)]
        return sorted(((value, found.count(value)) for value in set(found)), key=lambda each: (-each[1], each[0]))


def asked(**options: Any) -> Query:
    return Query(page_size=100, facets=("kind", "topic", "unit"), **options)


QUESTIONS = st.builds(
    asked,
    text=st.sampled_from(["", *WORDS]),
    viewer=st.sampled_from(PEOPLE_WHO_ASK),
    kinds=st.lists(st.sampled_from(KINDS), max_size=2, unique=True).map(tuple),
    filters=st.fixed_dictionaries(
        {},
        optional={
            field: st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)
            for field, values in VALUES.items()
        },
    ),
    sort=st.sampled_from(["relevance", "newest"]),
)


def listed(counts: Sequence[FacetCount]) -> list[tuple[str, int]]:
    return [(each.value, each.count) for each in counts if each.count]


class OracleContract:
    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls, new_shelf: NewShelf) -> Searching:
        return filled(new_shelf, *DOCS)

    @given(query=QUESTIONS)
    @settings(max_examples=80, suppress_health_check=UNCONCERNED, deadline=None)
    def test_hits_totals_and_facets_are_those_of_a_walk_over_everything(self, engine: Searching, query: Query) -> None:
        result, oracle = engine.search(query), Oracle(DOCS, query)

        assert sorted(hit.id for hit in result.hits) == sorted(doc.pk for doc in oracle.passing())
        assert (result.total, result.total_exact) == (len(oracle.passing()), True)
        assert {field: listed(result.facets[field]) for field in query.facets} == {
            field: oracle.facet(field) for field in query.facets
        }
        chosen = {"kind": query.kinds, **query.filters}
        assert all(
            each.selected == (each.value in chosen.get(field, ()))
            for field in query.facets
            for each in result.facets[field]
        )
