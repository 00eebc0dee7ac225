"""Ask a judged set of questions of an index that is made for it and thrown away."""

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from search import trials
from search.engines.protocol import EngineAway
from search.evaluate import (
    Measures,
    UnreadableSetError,
    ask_all,
    measures,
    percentile,
    read_corpus,
    read_qrels,
    read_queries,
    run_lines,
)
from search.synonyms import own_synonyms

WRONG = 2
TELL_EVERY = 500


class Command(BaseCommand):
    help = (
        "Index a judged set (BEIR files) in a throw-away index, ask its questions and print how good the answers are. "
        "With --json the last line is JSON; exit 2 with an error object for files that cannot be read or an engine that is not here."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--corpus", type=Path, required=True, help='JSONL of {"_id", "title", "text"}.')
        parser.add_argument("--queries", type=Path, required=True, help='JSONL of {"_id", "text"}.')
        parser.add_argument("--qrels", type=Path, required=True, help="TSV: query-id, corpus-id, score.")
        parser.add_argument("--engine", choices=trials.NAMES, default="embedded")
        parser.add_argument("--run", type=Path, help="Also write what was found as a TREC run.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = self._evaluate(**{name: options[name] for name in ("corpus", "queries", "qrels", "engine", "run")})
        except (UnreadableSetError, trials.EngineAbsentError, EngineAway, OSError) as error:
            code = "engine_absent" if isinstance(error, trials.EngineAbsentError | EngineAway) else "unreadable"
            self.stdout.write(json.dumps({"error": {"code": code, "message": str(error)}}, ensure_ascii=False))
            sys.exit(WRONG)
        if options["json"]:
            self.stdout.write(json.dumps(found))
        else:
            self.stdout.write("\n".join(f"{name:14}{value}" for name, value in found.items()))

    def _evaluate(
        self, *, corpus: Path, queries: Path, qrels: Path, engine: str, run: Path | None
    ) -> Mapping[str, object]:
        questions, judged = read_queries(queries), read_qrels(qrels)
        server = settings.ELASTICSEARCH_URL
        with trials.folder_of_trial(engine, server=server) as folder:
            index = trials.index_in(folder, engine, server=server)
            began = time.perf_counter()
            documents = index.fill(read_corpus(corpus))
            index_s = time.perf_counter() - began
            self.stderr.write(f"{documents} documents are indexed; {len(questions)} questions follow.")
            found, times = ask_all(index, questions, synonyms=own_synonyms(), told=self._told)
            index_mb = index.megabytes()
        if run:
            run.write_text("".join(run_lines(found, tag=engine)), encoding="utf-8")
        return {
            "engine": engine,
            "documents": documents,
            "queries": len(questions),
            **named(measures(found, judged)),
            "p50_ms": round(percentile(times, 0.5), 2),
            "p95_ms": round(percentile(times, 0.95), 2),
            "index_s": round(index_s, 2),
            "index_mb": round(index_mb, 2),
        }

    def _told(self, asked: int) -> None:
        if asked % TELL_EVERY == 0:
            self.stderr.write(f"{asked} questions are asked.")


def named(found: Measures) -> dict[str, float]:
    """Return the measures under the names that docs/api.md promises."""
    return {
        "ndcg@10": round(found.ndcg_at_10, 4),
        "recall@10": round(found.recall_at_10, 4),
        "recall@100": round(found.recall_at_100, 4),
        "mrr@10": round(found.mrr_at_10, 4),
        "success@1": round(found.success_at_1, 4),
        "zero_hit_rate": round(found.zero_hit_rate, 4),
    }
