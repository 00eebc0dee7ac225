"""How good the answers are: judged sets of texts and questions, asked of an index, and the usual measures.

Files are those of BEIR. Lines of JSONL end at a line feed only, since texts hold other line ends. Measures are those of
trec_eval: gains are linear, means go over the questions that have a relevant document, one that finds nothing counts 0.
"""

import json
import math
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.engines.protocol import Searching
from search.schema import MAX_PAGE_SIZE, Query, SearchDoc, Visibility
from search.synonyms import Alternatives

KIND = "text"
# Found documents of each question, the best first.
Run = Mapping[str, Sequence[str]]
# What people judged: for each question its documents with a grade; above 0 is relevant.
Judgements = Mapping[str, Mapping[str, int]]
QRELS_COLUMNS = 3


class UnreadableSetError(ValueError):
    """A file of a set cannot be read; the text says which line and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Means over the questions that have a relevant document, 0 to 1; `zero_hit_rate` over all that were asked."""

    ndcg_at_10: float
    recall_at_10: float
    recall_at_100: float
    mrr_at_10: float
    success_at_1: float
    zero_hit_rate: float


def read_corpus(path: Path) -> Iterator[SearchDoc]:
    """Yield the texts of a set as documents that everybody may find. Raises UnreadableSetError."""
    for where, fields in _objects(path):
        yield SearchDoc(
            kind=KIND,
            pk=_text(fields, "_id", where),
            title=_text(fields, "title", where, missing=""),
            body=_text(fields, "text", where),
            url="/",
            visibility=Visibility(public=True),
        )


def read_queries(path: Path) -> dict[str, str]:
    """Return the questions of a set by id. Raises UnreadableSetError."""
    return {_text(fields, "_id", where): _text(fields, "text", where) for where, fields in _objects(path)}


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Return the judgements of a set; a first line without a number is its header. Raises UnreadableSetError."""
    judged: dict[str, dict[str, int]] = {}
    for number, line in _lines(path):
        cells = line.split("\t")
        if len(cells) != QRELS_COLUMNS:
            raise UnreadableSetError(f"{path.name}, line {number}: three columns are needed, separated by tabs.")
        question, document, grade = cells
        try:
            judged.setdefault(question, {})[document] = int(grade)
        except ValueError as error:
            if number > 1:
                raise UnreadableSetError(f"{path.name}, line {number}: {grade!r} is no whole number.") from error
            judged.clear()
    return judged


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that hold something, with their numbers."""
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSetError(f"{path} cannot be read: {error}.") from error


def _objects(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, line in _lines(path):
        where = f"{path.name}, line {number}"
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UnreadableSetError(f"{where}: this is no JSON.") from error
        if not isinstance(fields, dict):
            raise UnreadableSetError(f"{where}: an object is needed.")
        yield where, fields


def _text(fields: Mapping[str, Any], name: str, where: str, *, missing: str | None = None) -> str:
    """Return a field as text: some sets number their texts, and some say that there is no title."""
    found = fields.get(name)
    if found is None:
        found = missing
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    if not isinstance(found, str):
        raise UnreadableSetError(f"{where}: {name} must be a text.")
    return found


def ask_all(
    engine: Searching,
    questions: Mapping[str, str],
    *,
    synonyms: Alternatives,
    told: Callable[[int], object] = lambda _asked: None,
) -> tuple[dict[str, tuple[str, ...]], list[float]]:
    """Ask every question; return what was found, at most 100 each, and how long each took in milliseconds.

    One question is asked beforehand, so that no time holds the reading of dictionaries. `told` hears how many were asked.
    """
    found: dict[str, tuple[str, ...]] = {}
    times: list[float] = []
    for text in [*questions.values()][:1]:
        engine.search(_question(text, synonyms))
    for name, text in questions.items():
        began = time.perf_counter()
        result = engine.search(_question(text, synonyms))
        times.append((time.perf_counter() - began) * 1000)
        found[name] = tuple(hit.id for hit in result.hits)
        told(len(found))
    return found, times


def _question(text: str, synonyms: Alternatives) -> Query:
    return Query(text=text, page_size=MAX_PAGE_SIZE, synonyms=synonyms)


def measures(run: Run, judged: Judgements) -> Measures:
    """Judge what was found. Without any judged question that was asked, all means are 0."""
    relevant = {question: _relevant(judged.get(question, {})) for question in run}
    rated = [(run[question], grades) for question, grades in relevant.items() if grades]
    return Measures(
        ndcg_at_10=_mean(ndcg(found, grades, 10) for found, grades in rated),
        recall_at_10=_mean(recall(found, grades, 10) for found, grades in rated),
        recall_at_100=_mean(recall(found, grades, 100) for found, grades in rated),
        mrr_at_10=_mean(reciprocal_rank(found, grades, 10) for found, grades in rated),
        success_at_1=_mean(float(found[0] in grades if found else 0) for found, grades in rated),
        zero_hit_rate=_mean(float(not found) for found in run.values()),
    )


def _relevant(grades: Mapping[str, int]) -> dict[str, int]:
    return {document: grade for document, grade in grades.items() if grade > 0}


def _mean(values: Iterable[float]) -> float:
    return statistics.fmean(found) if (found := list(values)) else 0.0


def ndcg(found: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """Return the gain of the first `depth` places, each divided by log2(place + 1), as a share of the best possible.

    Järvelin and Kekäläinen 2002 in trec_eval's form: the gain is the grade itself.
    """
    best = _gain(sorted(grades.values(), reverse=True)[:depth])
    return _gain([grades.get(document, 0) for document in found[:depth]]) / best if best else 0.0


def _gain(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(place + 1) for place, grade in enumerate(grades, start=1))


def recall(found: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """Return the share of the relevant documents that stand in the first `depth` places."""
    return len(grades.keys() & set(found[:depth])) / len(grades)


def reciprocal_rank(found: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """Return one divided by the place of the first relevant document, 0 when none stands in the first `depth`."""
    return next((1 / place for place, document in enumerate(found[:depth], start=1) if document in grades), 0.0)


def percentile(times: Sequence[float], share: float) -> float:
    """Return the smallest value that at least the share (0 to 1) of all values do not exceed; 0 without any."""
    ordered = sorted(times)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def run_lines(run: Run, *, tag: str) -> Iterator[str]:
    """Yield the lines of a TREC run. Scores fall from place to place: trec_eval sorts equal ones by document.

    Raises UnreadableSetError for an id with a blank, which the format cannot hold.
    """
    for question, found in run.items():
        for place, document in enumerate(found, start=1):
            if question.split() != [question] or document.split() != [document]:
                raise UnreadableSetError(
                    f"A TREC run cannot hold the id {question!r} or {document!r}: it has a blank."
                )
            yield f"{question} Q0 {document} {place} {len(found) - place + 1} {tag}\n"
