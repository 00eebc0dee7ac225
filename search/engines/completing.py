"""Completions from titles and names of documents that an engine has found, alike in every engine."""

from collections.abc import Iterable
from dataclasses import dataclass

from search.analysis import Terms, fold
from search.pinyin import syllable_spans
from search.schema import Suggestion, SuggestionGroup

PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Named:
    """A document by its names."""

    kind: str
    title: str
    url: str
    people: tuple[str, ...]


def completions(found: Iterable[Named], asked: Terms, *, limit: int) -> tuple[SuggestionGroup, ...]:
    """Return groups of at most `limit` completions: one for each kind of document, then names."""
    groups: dict[str, dict[str, Suggestion]] = {}
    names: dict[str, Suggestion] = {}
    for doc in found:
        if _fits(doc.title, asked):
            groups.setdefault(doc.kind, {}).setdefault(doc.title, Suggestion(doc.title, doc.url))
        names |= {name: Suggestion(name, "") for name in doc.people if name not in names and _fits(name, asked)}
    if names:
        groups[PEOPLE] = names
    return tuple(SuggestionGroup(kind, _best(items, asked, limit)) for kind, items in groups.items())


def _fits(text: str, asked: Terms) -> bool:
    """Tell whether the title or name itself holds what was typed; its document may match by another part."""
    folded = fold(text)
    return all(run in folded or syllable_spans(folded, run) for run in asked.runs)


def _best(items: dict[str, Suggestion], asked: Terms, limit: int) -> tuple[Suggestion, ...]:
    """Put those first that begin with what was typed."""
    begins = sorted(items.values(), key=lambda item: not fold(item.text).startswith(asked.runs[0]))
    return tuple(begins[:limit])
