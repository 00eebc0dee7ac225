"""Two engines, one judgement: our own questions on a real server, as they are answered by the embedded engine."""

import json
from io import StringIO
from pathlib import Path
from statistics import fmean

import pytest
from django.core.management import call_command
from pytest_django import Settings

from search import trials
from search.evaluate import Run, ask_all, measures
from search.synonyms import own_synonyms
from tests.search.domain import CORPUS, FLOORS, QRELS, QUERIES, DomainSet, by_kind, read_domain_set

TEN = 10


@pytest.fixture(scope="module")
def domain() -> DomainSet:
    return read_domain_set()


@pytest.fixture
def named_server(elasticsearch_url: str, settings: Settings) -> None:
    """Name the server in the settings."""
    settings.ELASTICSEARCH_URL = elasticsearch_url


@pytest.fixture(scope="module")
def runs(elasticsearch_url: str, domain: DomainSet) -> dict[str, Run]:
    """Ask both engines everything."""
    found: dict[str, Run] = {}
    for name in ("embedded", "elasticsearch"):
        with trials.folder_of_trial(name, server=elasticsearch_url) as folder:
            index = trials.index_in(folder, name, server=elasticsearch_url)
            index.fill(domain.docs)
            found[name], _times = ask_all(index, domain.questions, synonyms=own_synonyms())
    return found


@pytest.mark.parametrize("kind", FLOORS)
def test_each_kind_of_question_is_answered_as_well_as_by_the_embedded_engine(
    domain: DomainSet, runs: dict[str, Run], kind: str
) -> None:
    assert by_kind(domain, runs["elasticsearch"])[kind] >= FLOORS[kind]


def test_both_engines_are_equally_good(domain: DomainSet, runs: dict[str, Run]) -> None:
    own, other = (measures(run, domain.judged) for run in runs.values())

    assert other.ndcg_at_10 == pytest.approx(own.ndcg_at_10, abs=0.01)
    assert other.zero_hit_rate == own.zero_hit_rate


def test_the_first_ten_of_both_engines_are_mostly_the_same(domain: DomainSet, runs: dict[str, Run]) -> None:
    own, other = runs.values()
    shared = {name: len(set(own[name][:TEN]) & set(other[name][:TEN])) for name in domain.questions}
    full = [found for name, found in shared.items() if min(len(own[name]), len(other[name])) >= TEN]

    assert len(full) >= TEN
    assert fmean(full) >= 8
    assert {name for name in own if set(own[name]) != set(other[name])} == set()


@pytest.mark.usefixtures("named_server")
@pytest.mark.parametrize("engine", ["elasticsearch", "standard", "cjk"])
def test_a_judged_set_is_asked_of_the_engine_and_of_the_analyzers_beside_it(engine: str) -> None:
    out = StringIO()
    files = {"corpus": CORPUS, "queries": QUERIES, "qrels": QRELS}
    call_command("search_evaluate", **files, engine=engine, json=True, stdout=out, stderr=StringIO())
    found = json.loads(out.getvalue())

    assert (found["engine"], found["documents"], found["queries"]) == (engine, 160, 152)
    # Without tags and transcripts, which the files of such sets do not have.
    assert found["ndcg@10"] >= 0.85 if engine == "elasticsearch" else found["ndcg@10"] < 0.75
    assert found["index_mb"] > 0


@pytest.mark.usefixtures("named_server")
def test_a_load_is_measured_and_an_index_that_is_kept_can_be_used_again(
    tmp_path: Path, elasticsearch_url: str
) -> None:
    out = StringIO()
    load = {"documents": 30, "readers": 1, "writes": 10, "seconds": 0.5, "engine": "elasticsearch"}
    index = trials.index_in(tmp_path, "elasticsearch", server=elasticsearch_url)
    try:
        call_command("search_bench", **load, folder=tmp_path, json=True, stdout=out, stderr=StringIO())
        kept = index.documents()
    finally:
        index.throw_away()
    found = json.loads(out.getvalue())

    assert (found["errors"], kept) == ([], 30)
    assert min(found["searches"]["count"], found["write"]["count"], found["index_mb"]) > 0
    assert index.documents() == 0
