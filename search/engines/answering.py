"""From a question to its answer: what every engine does alike, once it has caught what the nets hold.

An engine gives a `Recall`: it casts the nets of `search.recall`, counts, and hands over candidates with what their
order depends on. The order itself, pages, marks and excerpts are made here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from search.analysis import Terms, terms
from search.engines.correcting import correction, every_piece
from search.highlight import best_segment, highlight, snippet, written_as
from search.ranking import Candidate, Ranked, rerank
from search.recall import ANY, MEANT, PINYIN, Net, Step, steps
from search.schema import MAX_PAGE_SIZE, FacetCount, Hit, Query, Result, SearchDoc
from search.synonyms import expanded

COUNT_UP_TO = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Catch:
    """What the chosen net holds.

    `step` is None when everything was listed or nothing was caught; `exact` is False when counting stopped early.
    `candidates` are put into the shared order; `rest` are keys of documents that follow in the engine's own order.
    """

    step: Step | None
    total: int
    exact: bool = True
    candidates: tuple[Candidate, ...] = ()
    rest: tuple[str, ...] = ()
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)


class Recall(Protocol):
    """One question's view of an index: all that is asked of it sees the same state, as far as the engine can."""

    def common(self, pieces: Sequence[str]) -> Sequence[str]:
        """Return those pieces that so many documents have that they tell little, the rarest first."""
        ...

    def catch(self, planned: Iterable[Step], query: Query, asked: Terms) -> Catch:
        """Cast the nets in order and return what the chosen one holds; without any, everything that passes the filters.

        `asked` is the query's text, cut up. Candidates and rest together reach at least to the end of the page that is
        asked for (`page_of`).
        """
        ...

    def finds(self, net: Net, query: Query) -> bool:
        """Tell whether the net holds any document that passes the query's filters; none is counted or read."""
        ...

    def contents(self, keys: Sequence[str]) -> Mapping[str, SearchDoc]:
        """Return the documents of one page by key, without those that went meanwhile."""
        ...


def is_ranked(query: Query, asked: Terms) -> bool:
    """Tell whether the shared order applies: there are words, and nobody asked for the newest first or the number only."""
    return bool(asked.runs) and query.sort != "newest" and not query.count_only


def page_of(query: Query) -> slice:
    """Return the places of the documents to show, the first being 0; beyond 10,000 there is no page.

    Nor is there one where only the number is asked for.
    """
    if query.count_only:
        return slice(0, 0)
    size = max(1, min(query.page_size, MAX_PAGE_SIZE))
    first = (max(1, query.page) - 1) * size
    return slice(first, first + size) if first < COUNT_UP_TO else slice(0, 0)


def answer(recall: Recall, query: Query, *, engine: str, now: datetime) -> Result:
    """Return hits, counts and facets; `now` is what freshness is reckoned from. The time is measured by the caller.

    Where nothing has the words, it is asked again with what was probably meant, and the result says so.
    """
    found = _answered(recall, query, engine=engine, now=now)
    if found.total or not found.suggestion or query.as_typed or _is_found_unfiltered(recall, query):
        return found
    meant = _answered(recall, replace(query, text=found.suggestion), engine=engine, now=now)
    return replace(meant, suggestion=found.suggestion, relaxed=MEANT) if meant.total else found


def _is_found_unfiltered(recall: Recall, query: Query) -> bool:
    """Tell whether only the filters stand between the words and what has them: then they are as they should be."""
    if not (query.filters or query.kinds or query.free):
        return False
    asked = expanded(terms(query.text), query.synonyms)
    everywhere = replace(query, filters={}, kinds=(), free=None)
    return any(recall.finds(step.net, everywhere) for step in steps(asked, common=recall.common))


def _answered(recall: Recall, query: Query, *, engine: str, now: datetime) -> Result:
    asked = expanded(terms(query.text), query.synonyms)
    if not asked.runs and query.text.strip():
        return Result(hits=(), total=0, engine=engine, facets=dict.fromkeys(query.facets, ()))
    catch = recall.catch(steps(asked, common=recall.common) if asked.runs else (), query, asked)
    ranked = [*rerank(asked, catch.candidates, now=now), *(Ranked(key, 0.0) for key in catch.rest)][page_of(query)]
    docs = recall.contents([each.key for each in ranked])
    # On a server a document may go between two questions.
    hits = tuple(hit(docs[each.key], asked, each.score) for each in ranked if each.key in docs)
    return Result(
        hits=hits,
        total=catch.total,
        total_exact=catch.exact,
        facets=catch.facets,
        suggestion=_suggestion(recall, query, asked, catch, hits),
        expanded=asked.synonyms,
        relaxed=catch.step.relaxed if catch.step else None,
        engine=engine,
    )


def _suggestion(recall: Recall, query: Query, asked: Terms, catch: Catch, hits: Sequence[Hit]) -> str | None:
    """Return what was probably meant and finds something under the same filters; told on the first page, and where there is none."""
    if not asked.runs or query.count_only or (query.page > 1 and catch.total):
        return None
    relaxed = catch.step.relaxed if catch.step else None
    if relaxed == PINYIN and hits:
        return next((way for way in written_as(asked, hits[0].title) if recall.finds(every_piece(way), query)), None)
    if catch.step and relaxed != ANY:
        return None
    plain = replace(query, sort="relevance", page=1, page_size=1, facets=())

    def cast(step: Step) -> Sequence[Candidate]:
        return recall.catch((step,), plain, asked).candidates

    # Whoever asked for the newest first has no candidates yet.
    caught = catch.candidates or (cast(catch.step) if catch.step else ())
    return correction(asked, caught, lambda net: cast(Step("correction", net)), lambda net: recall.finds(net, query))


def hit(doc: SearchDoc, asked: Terms, score: float) -> Hit:
    """Return a document as it is shown in a list of results."""
    segment = best_segment(doc.segments, asked)
    return Hit(
        kind=doc.kind,
        id=doc.pk,
        url=doc.url,
        title=doc.title,
        title_html=highlight(doc.title, asked),
        snippet_html=snippet(doc, asked, segment),
        score=round(score, 4),
        found_at_s=segment.start_s if segment else None,
        subtitle=doc.subtitle,
        people=doc.people,
        tags=doc.tags,
        published_at=doc.published_at,
        duration_s=doc.duration_s,
        thumbnail=doc.thumbnail,
    )
