"""The words that mean the same, as editors keep them: read once for each state of the table, in every process.

What an editor saves holds from the next question on: each question asks the table for its state, one row of four
numbers, and reads it anew only where that changed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.db.models import Count, Max, Sum

from cms.portal.models import SynonymSet
from cms.portal.synonym_words import words_in
from search.query import search
from search.schema import Hit, Query, Viewer
from search.synonyms import Alternatives, SynonymGroup, alternatives

FIRST_HITS = 10


def current_synonyms() -> Alternatives:
    """Return what words are looked for as, too; one query while nothing changes."""
    state = SynonymSet.objects.aggregate(
        count=Count("pk"), last=Max("pk"), versions=Sum("version"), changed=Max("changed_at")
    )
    return _read(tuple(state.values()))


@lru_cache(maxsize=2)
def _read(state: tuple[Any, ...]) -> Alternatives:
    return alternatives(groups_in_use())


def picture_of(synonyms: SynonymSet) -> dict[str, Any]:
    """Return how a set stands in the audit log."""
    return {
        "words": " = ".join(words_in(synonyms.words)),
        "one_way": synonyms.one_way,
        "in_use": synonyms.active,
        "note": synonyms.note,
    }


def groups_in_use(*, without: int = 0) -> Iterator[SynonymGroup]:
    """Yield the sets in use, but for the one with this key (0: none)."""
    yield from (each.group for each in SynonymSet.objects.filter(active=True).exclude(pk=without).order_by("pk"))


@dataclass(frozen=True, slots=True)
class Place:
    """A hit in one of two lists: its number there, and how the other list has it ("same", "moved", "only here")."""

    number: int
    title: str
    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class Side:
    """What is found with one of two states of the words."""

    total: int
    places: tuple[Place, ...]
    expanded: tuple[str, ...]


def compare(
    text: str, viewer: Viewer, before: Iterable[SynonymGroup], after: Iterable[SynonymGroup]
) -> tuple[Side, Side]:
    """Return what the viewer finds first for the text with the words before and after; nothing is stored."""
    asked = Query(text=text, viewer=viewer, page_size=FIRST_HITS)
    old, new = (search(replace(asked, synonyms=alternatives(groups))) for groups in (before, after))
    return (
        Side(old.total, _places(old.hits, new.hits), old.expanded),
        Side(new.total, _places(new.hits, old.hits), new.expanded),
    )


def _places(hits: tuple[Hit, ...], others: tuple[Hit, ...]) -> tuple[Place, ...]:
    elsewhere = {(hit.kind, hit.id): number for number, hit in enumerate(others, 1)}
    return tuple(
        Place(number, hit.title, hit.kind, _state(number, elsewhere.get((hit.kind, hit.id))))
        for number, hit in enumerate(hits, 1)
    )


def _state(number: int, other: int | None) -> str:
    if other is None:
        return "only here"
    return "same" if other == number else "moved"
