"""Our own set: texts as this platform has them, questions of twelve kinds, judged by hand from 1 (touches it) to 3 (answers it).

The files are those of BEIR, so that `manage.py search_evaluate` reads them; texts have tags and transcripts besides,
and `kinds.tsv` says of what kind each question is. All of it was written for this purpose.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from search.evaluate import Judgements, Run, measures, read_corpus, read_qrels, read_queries
from search.schema import SearchDoc, Segment

FOLDER = Path(__file__).parent / "data"
CORPUS, QUERIES, QRELS = FOLDER / "corpus.jsonl", FOLDER / "queries.jsonl", FOLDER / "qrels.tsv"
# nDCG@10 that an engine must keep for each kind: what was reached when this was written, less 0.02.
FLOORS = {
    "exact title": 0.98,
    "part of a title": 0.98,
    "two words": 0.90,
    "sentence question": 0.91,
    "traditional": 0.96,
    "pinyin": 0.98,
    "initials": 0.98,
    "homophone": 0.97,
    "slip": 0.98,
    "synonym": 0.96,
    "Latin and digits": 0.98,
    "transcript": 0.98,
}


@dataclass(frozen=True, slots=True)
class DomainSet:
    """The set; `kinds` names the kind of each question."""

    docs: tuple[SearchDoc, ...]
    questions: dict[str, str]
    judged: Judgements
    kinds: dict[str, str]


def read_domain_set() -> DomainSet:
    """Read the files."""
    more = {fields["_id"]: fields for fields in map(json.loads, CORPUS.read_text(encoding="utf-8").splitlines())}
    lines = (FOLDER / "kinds.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return DomainSet(
        docs=tuple(
            replace(
                doc,
                tags=tuple(more[doc.pk].get("tags", ())),
                segments=tuple(Segment(start, text) for start, text in more[doc.pk].get("transcript", ())),
            )
            for doc in read_corpus(CORPUS)
        ),
        questions=read_queries(QUERIES),
        judged=read_qrels(QRELS),
        kinds=dict(line.split("\t") for line in lines),
    )


def by_kind(domain: DomainSet, run: Run) -> dict[str, float]:
    """Return nDCG@10 of each kind of question."""
    of_kind: dict[str, dict[str, Sequence[str]]] = {}
    for question, kind in domain.kinds.items():
        of_kind.setdefault(kind, {})[question] = run[question]
    return {kind: measures(part, domain.judged).ndcg_at_10 for kind, part in of_kind.items()}
