"""What a question costs on a server: the site's engine beside the server's own analyzers, on the same documents.

At full size with a server of its own, as large as a small site would have one; small, the file of one machine stands in.
"""

import json
from contextlib import ExitStack
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings

from tests.benchmarks.figures import Figures
from tests.search.domain import CORPUS, QRELS, QUERIES
from tests.services.conftest import have_server
from tests.services.elasticsearch_server import Elasticsearch

pytestmark = [pytest.mark.wide, pytest.mark.timeout(3600)]
ON_SERVER = ("elasticsearch", "standard", "cjk")


class SmallSite(Elasticsearch):
    """A server with a gigabyte, compiled as servers are."""

    jvm = ("-Xms1g", "-Xmx1g")


def told(command: str, **options: Any) -> dict[str, Any]:
    out = StringIO()
    call_command(command, json=True, stdout=out, stderr=StringIO(), **options)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_a_question_costs_little_more_than_the_servers_own(figures: Figures, settings: Settings) -> None:
    load = {"readers": 2, "writes": 0, "seconds": 20.0 if figures.full_size else 0.4}
    documents, names = (100_000, ON_SERVER) if figures.full_size else (60, ("embedded",))
    judged = {"corpus": CORPUS, "queries": QUERIES, "qrels": QRELS}
    with ExitStack() as stack:
        if figures.full_size:
            settings.ELASTICSEARCH_URL = stack.enter_context(have_server(SmallSite)).url()
        loads = {name: told("search_bench", engine=name, documents=documents, **load) for name in names}
        answers = {name: told("search_evaluate", engine=name, **judged) for name in names}

    for name, found in loads.items():
        assert found["errors"] == []
        figures.at_least(1, f"{name}, {documents} documents, 2 readers: questions", found["searches"]["count"], "")
        figures.at_most(250, f"{name}: a question, median", found["searches"]["p50_ms"], "ms")
    own = loads[names[0]]["searches"]["p50_ms"]
    for name in names[1:]:
        bare = loads[name]["searches"]["p50_ms"]
        figures.at_most(1.3, f"the site's engine by {name} alone, medians", own / bare, "times")
        least = answers[name]["ndcg@10"]
        figures.at_least(least, f"nDCG@10 of our own set, not below {name}", answers[names[0]]["ndcg@10"], "")
