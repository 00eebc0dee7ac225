"""Questions in the server's language: nets, filters, counts. Only tokens of the analysis and plain values go in."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from search.analysis import Terms, bigrams
from search.encoding import storable
from search.engines.elastic.documents import millis, value_of
from search.engines.elastic.mapping import CHARACTERS, PIECES, TEXT
from search.engines.faceting import MAX_FACET_VALUES
from search.engines.tokens import BEGINNING, INITIAL, LONGEST_BEGINNING, SYLLABLE, WORD, marked
from search.recall import All, Initials, Net, Phrase, Some, Sounds, Word
from search.schema import Span, Viewer

Clause = Mapping[str, Any]
WEIGHTS = (8, 5, 1)
SYLLABLES_WEIGHT = 2
# All syllables there are, and then some.
EXPANSIONS = 1000
# Far above any sum of what words are worth: the same title comes first, and its own worth is told apart again.
SAME_TITLE, SAME_TITLE_WORTH = "same title", 10_000.0
# What is not a mark that something is gone.
THERE: Clause = {"term": {"deleted": False}}
# Nobody chooses more by hand; programs that name thousands count nothing by them.
MOST_CHOSEN = 20
NAME_COLUMNS = 2


def visible(viewer: Viewer, *, now: float) -> list[Clause]:
    """Return the conditions that the viewer may find a document and that its time is not over.

    The few that are gone or over are left out: to find the many that are not costs as much as a question.
    """
    over = [{"term": {"deleted": True}}, {"range": {"ends_at": {"lt": now}}}]
    current: Clause = {"bool": {"must_not": over}}
    return [current] if viewer.all_seeing else [current, {"terms": {"access": [*map(storable, viewer.tokens())]}}]


def matching(net: Net) -> Clause:
    """Write a net as a condition."""
    match net:
        case Phrase():
            return _phrase(net)
        case Word(text):
            return {"prefix": {PIECES: WORD + text}}
        case Sounds() | Initials():
            return _spoken(net)
        case All(parts):
            return {"bool": {"filter": [matching(part) for part in parts]}}
        case Some(parts):
            return any_of([matching(part) for part in parts])


def any_of(clauses: Sequence[Clause]) -> Clause:
    """Return the condition that one of the clauses holds."""
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": clauses, "minimum_should_match": 1}}


def _phrase(net: Phrase) -> Clause:
    if net.columns == "text" and len(net.tokens) == 1:
        return {"term": {PIECES: net.tokens[0]}}
    columns = CHARACTERS if net.open_ended else TEXT
    asked = " ".join(net.tokens)
    return any_of(
        [{"match_phrase": {name: asked}} for name in columns[: NAME_COLUMNS if net.columns == "names" else None]]
    )


def _spoken(net: Sounds | Initials) -> Clause:
    if isinstance(net, Initials):
        tokens = marked(bigrams(net.letters), INITIAL) or marked(net.letters, BEGINNING)
        return {"match_phrase": {"initials": " ".join(tokens)}}
    if len(net.syllables) == 1 and len(net.syllables[0]) <= LONGEST_BEGINNING:
        return {"match_phrase": {"initials": BEGINNING + net.syllables[0]}}
    asked = " ".join(marked(net.syllables, SYLLABLE))
    return {
        "match_phrase_prefix": {"syllables": {"query": asked, "max_expansions": EXPANSIONS, "boost": SYLLABLES_WEIGHT}}
    }


def scoring(net: Net, *, columns: int | None = None) -> list[Clause]:
    """Return what a document is worth to a net, by the same weights for titles, names and texts as everywhere.

    With `columns` only the first so many count.
    """
    return [_worth(part, columns) for part in dict.fromkeys(_leaves(net))]


def standing(net: Net) -> list[Clause]:
    """Return what a document is worth to single characters: that they stand in its title, or in a name."""
    return [
        {"constant_score": {"filter": {"term": {name: part.tokens[0]}}, "boost": weight}}
        for part in dict.fromkeys(_leaves(net))
        if isinstance(part, Phrase)
        for name, weight in zip(CHARACTERS[:NAME_COLUMNS], WEIGHTS, strict=False)
    ]


def _leaves(net: Net) -> Iterator[Phrase | Word | Sounds | Initials]:
    if isinstance(net, All | Some):
        for part in net.parts:
            yield from _leaves(part)
    else:
        yield net


def _worth(part: Phrase | Word | Sounds | Initials, columns: int | None) -> Clause:
    if isinstance(part, Sounds | Initials):
        return _spoken(part)
    tokens = (WORD + part.text,) if isinstance(part, Word) else part.tokens
    names = CHARACTERS if isinstance(part, Phrase) and part.open_ended else TEXT
    fields = [f"{name}^{weight}" for name, weight in zip(names[:columns], WEIGHTS, strict=False)]
    # A phrase is worth what its pairs are on average: a longer word for the same is worth no more.
    return {"combined_fields": {"query": " ".join(tokens), "fields": fields, "boost": 1 / len(tokens)}}


def same_title(asked: Terms) -> Clause:
    """Return what brings documents whose title is the question to the top, and tells them."""
    same = {"filter": {"term": {"title_key": asked.key}}, "boost": SAME_TITLE_WORTH, "_name": SAME_TITLE}
    return {"constant_score": same}


def begins_so(asked: Terms) -> Clause:
    """Return what brings documents whose title begins so to the top."""
    return {"constant_score": {"filter": {"prefix": {"title_key": asked.key}}, "boost": SAME_TITLE_WORTH}}


def free_in(span: Span) -> Clause:
    """Return the condition that a document is free at some instant of the span; an empty one is nobody's."""
    first, last = map(millis, span)
    if first >= last:
        return {"match_none": {}}
    return {"range": {"free": {"gte": first, "lt": last, "relation": "intersects"}}}


def having(name: str, values: Sequence[str]) -> Clause:
    """Return the condition that a facet has one of the values."""
    return {"terms": {"values": [value_of(name, value) for value in values]}}


def counting(name: str, selected: Sequence[str], others: Sequence[Clause]) -> Clause:
    """Return the count of a facet's values among what passes the filters of the others.

    A chosen value is counted even where hundreds are more frequent; one document that has it tells its label.
    """
    order: list[Clause] = [{"_count": "desc"}, {"_key": "asc"}]
    listed = {"terms": {"field": f"facets.{storable(name)}", "size": 2 * MAX_FACET_VALUES, "order": order}}
    one = {"one": {"top_hits": {"size": 1}}}
    chosen = {
        f"chosen{place}": {"filter": having(name, [value]), "aggs": one}
        for place, value in enumerate(selected[:MOST_CHOSEN])
    }
    return {"filter": {"bool": {"filter": others}}, "aggs": {"values": listed, **chosen}}
