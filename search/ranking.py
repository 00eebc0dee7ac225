"""The order of the best candidates, the same for every engine.

An engine's own score (BM25 over pairs of characters) decides who is a candidate. Single characters are a weak but
independent signal that repairs what pairs miss; the title, the whole phrase and the date settle the rest.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from search.analysis import Terms

WINDOW = 60
UNIGRAM_WEIGHT = 0.25
TITLE_EXACT = 2.0
TITLE_PHRASE = 0.5
TITLE_BEGINS = 0.15
BODY_PHRASE = 0.2
FRESHNESS = 0.05
FRESHNESS_DAYS = 365.0
# BM25's usual saturation and length correction.
K1, B = 1.2, 0.75


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the order depends on. `key` is kind and key of the document; `published_at` in seconds since 1970, or None.

    Higher `engine_score`s are better.
    """

    key: str
    engine_score: float
    title_key: str
    title: str
    body: str
    published_at: float | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate's place in the order."""

    key: str
    score: float


def rerank(terms: Terms, candidates: Sequence[Candidate], *, now: datetime) -> list[Ranked]:
    """Return the candidates best first; equal ones by key, whatever order they came in."""
    if not candidates:
        return []
    best = max(candidate.engine_score for candidate in candidates) or 1.0
    overlap = _unigram_scores(terms, candidates)
    moment = now.timestamp()
    ranked = [
        Ranked(
            candidate.key,
            max(candidate.engine_score, 0.0) / best
            + UNIGRAM_WEIGHT * overlap[candidate.key]
            + _phrase_bonus(terms, candidate)
            + _freshness(candidate, moment),
        )
        for candidate in candidates
    ]
    return sorted(ranked, key=lambda each: (-each.score, each.key))


def _unigram_scores(terms: Terms, candidates: Sequence[Candidate]) -> dict[str, float]:
    """Return BM25 of single characters and words among the candidates, scaled to 0..1."""
    counts = {
        each.key: [2 * each.title.count(token) + each.body.count(token) for token in terms.unigrams]
        for each in candidates
    }
    lengths = {each.key: len(each.title) + len(each.body) for each in candidates}
    mean = sum(lengths.values()) / len(lengths) or 1.0
    present = [sum(1 for row in counts.values() if row[place]) for place in range(len(terms.unigrams))]
    idf = [math.log(1 + (len(candidates) - have + 0.5) / (have + 0.5)) for have in present]
    scores = {
        key: sum(
            weight * count * (K1 + 1) / (count + K1 * (1 - B + B * lengths[key] / mean))
            for weight, count in zip(idf, row, strict=True)
        )
        for key, row in counts.items()
    }
    best = max(scores.values()) or 1.0
    return {key: score / best for key, score in scores.items()}


def _phrase_bonus(terms: Terms, candidate: Candidate) -> float:
    if not terms.runs:
        return 0.0
    if candidate.title_key == terms.key:
        return TITLE_EXACT
    bonus = BODY_PHRASE if all(run in candidate.body for run in terms.runs) else 0.0
    if all(run in candidate.title for run in terms.runs):
        bonus += TITLE_PHRASE + (TITLE_BEGINS if candidate.title_key.startswith(terms.runs[0]) else 0.0)
    return bonus


def _freshness(candidate: Candidate, moment: float) -> float:
    if candidate.published_at is None:
        return 0.0
    days = max(0.0, moment - candidate.published_at) / 86_400
    return FRESHNESS * math.exp(-days / FRESHNESS_DAYS)
