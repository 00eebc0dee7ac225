"""How long answers take while others ask and write: `manage.py search_bench`, at full size with a hundred thousand documents."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from tests.benchmarks.figures import Figures

pytestmark = [pytest.mark.wide, pytest.mark.timeout(1800)]


def test_answers_come_while_others_ask_and_write(figures: Figures) -> None:
    documents, readers, writes, seconds = (100_000, 4, 20, 30.0) if figures.full_size else (100, 1, 10, 0.5)
    out = StringIO()
    arguments = {"documents": documents, "readers": readers, "writes": writes, "seconds": seconds, "json": True}
    call_command("search_bench", **arguments, stdout=out, stderr=StringIO())
    found = json.loads(out.getvalue())
    searches, completed, written = found["searches"], found["classes"]["suggestion"], found["write"]

    assert found["errors"] == []
    assert min(searches["count"], completed["count"], written["count"]) > 0
    load = f"{documents} documents, {readers} readers, {writes} writes a second"
    figures.at_most(25, f"{load}: a question, median", searches["p50_ms"], "ms")
    figures.at_most(120, f"{load}: a question, 95th percentile", searches["p95_ms"], "ms")
    figures.at_most(20, f"{load}: a suggestion, 95th percentile", completed["p95_ms"], "ms")
    for name, timed in found["classes"].items():
        figures.at_most(120, f"of them, {name}, 95th percentile", timed["p95_ms"], "ms")
    figures.at_most(1000, f"{load}: a write, 95th percentile", written["p95_ms"], "ms")
    figures.at_least(0.95 * writes * seconds, f"{load}: written in {seconds:g} s", written["count"], "documents")
    figures.at_most(0, "questions, suggestions and writes that failed", len(found["errors"]), "")
