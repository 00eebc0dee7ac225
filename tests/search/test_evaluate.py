"""Measures, against the binding of trec_eval and by hand; files as others write them; and the command."""

import json
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import pytrec_eval
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from search.evaluate import (
    UnreadableSetError,
    measures,
    ndcg,
    percentile,
    read_corpus,
    read_qrels,
    read_queries,
    reciprocal_rank,
    run_lines,
)

DOCUMENTS = [f"d{number}" for number in range(130)]
runs = st.dictionaries(
    st.sampled_from(["q1", "q2", "q3", "q4"]),
    st.lists(st.sampled_from(DOCUMENTS), unique=True, min_size=1, max_size=120),
    min_size=1,
)
judgements = st.dictionaries(
    st.sampled_from(["q1", "q2", "q3", "q4", "q5"]),
    st.dictionaries(st.sampled_from(DOCUMENTS), st.integers(0, 3), min_size=1, max_size=30),
)
TREC = {"ndcg_cut_10": 10, "recall_10": 10, "recall_100": 100, "recip_rank": 10, "success_1": 1}


def judged_by_trec_eval(run: Mapping[str, Sequence[str]], grades: Mapping[str, Mapping[str, int]]) -> list[float]:
    """Return the means that trec_eval gives over the questions with a relevant document."""
    rated = {name for name in run if any(grade > 0 for grade in grades.get(name, {}).values())}
    means = []
    for measure, depth in TREC.items():
        scored = {
            name: {document: -float(place) for place, document in enumerate(run[name][:depth])} for name in rated
        }
        judge = pytrec_eval.RelevanceEvaluator({name: dict(grades[name]) for name in rated}, {measure})
        values = [each[measure] for each in judge.evaluate(scored).values()]
        means.append(sum(values) / len(rated) if rated else 0.0)
    return means


@given(runs, judgements)
def test_measures_are_those_of_trec_eval(run: dict[str, list[str]], grades: dict[str, dict[str, int]]) -> None:
    found = measures(run, grades)

    ours = [found.ndcg_at_10, found.recall_at_10, found.recall_at_100, found.mrr_at_10, found.success_at_1]
    assert ours == pytest.approx(judged_by_trec_eval(run, grades))


def test_gains_are_linear_and_the_best_order_counts_all_that_was_judged() -> None:
    grades = {"a": 3, "b": 2, "c": 1}

    # 2/log2(2) + 3/log2(3) of 3/log2(2) + 2/log2(3) + 1/log2(4)
    assert ndcg(["b", "a", "x"], grades, 10) == pytest.approx((2 + 3 / 1.5849625) / (3 + 2 / 1.5849625 + 0.5))
    assert ndcg(["a"], grades, 1) == 1.0
    assert ndcg([], grades, 10) == 0.0


def test_the_first_relevant_document_counts_by_its_place() -> None:
    assert reciprocal_rank(["x", "y", "a"], {"a": 1}, 10) == pytest.approx(1 / 3)
    assert reciprocal_rank(["x", "y", "a"], {"a": 1}, 2) == 0.0


def test_means_leave_out_what_nobody_judged_and_zero_hits_count_everything() -> None:
    run = {"found": ["a"], "nothing": [], "not judged": ["a"], "judged irrelevant": ["a"]}
    grades = {"found": {"a": 1}, "nothing": {"a": 2}, "judged irrelevant": {"a": 0}, "not asked": {"a": 1}}

    found = measures(run, grades)

    assert (found.ndcg_at_10, found.success_at_1, found.zero_hit_rate) == (0.5, 0.5, 0.25)


def test_without_a_judged_question_there_is_nothing_to_praise() -> None:
    assert measures({}, {}).ndcg_at_10 == 0.0
    assert measures({"q": ["a"]}, {}).recall_at_100 == 0.0


@pytest.mark.parametrize(("share", "value"), [(0.5, 2.0), (0.75, 3.0), (0.95, 4.0), (0.0, 1.0)])
def test_a_percentile_is_one_of_the_values(share: float, value: float) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], share) == value
    assert percentile([], share) == 0.0


def write(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


def test_a_text_may_hold_every_line_end_but_the_line_feed(tmp_path: Path) -> None:
    lines = '\ufeff{"_id": "1", "text": "一\u2028二\u0085三\x1d四"}\r\n\n{"_id": "b:2", "title": "题", "text": ""}\n'

    one, two = read_corpus(write(tmp_path / "corpus.jsonl", lines.replace("\x1d", "\\u001d")))

    assert (one.pk, one.title, one.body) == ("1", "", "一\u2028二\u0085三\x1d四")
    assert (two.pk, two.title, two.body) == ("b:2", "题", "")


def test_numbers_are_ids_too_and_no_title_is_an_empty_one(tmp_path: Path) -> None:
    [doc] = read_corpus(write(tmp_path / "corpus.jsonl", '{"_id": 7, "title": null, "text": "a"}'))

    assert (doc.pk, doc.title) == ("7", "")


@pytest.mark.parametrize("header", ["query-id\tcorpus-id\tscore\n", ""])
def test_judgements_are_read_with_and_without_their_header(tmp_path: Path, header: str) -> None:
    path = write(tmp_path / "qrels.tsv", f"{header}q1\td1\t2\r\nq1\td2\t0\nq2\td1\t-1\n")

    assert read_qrels(path) == {"q1": {"d1": 2, "d2": 0}, "q2": {"d1": -1}}


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("corpus.jsonl", '{"_id": "1", "text": "a"}\nno\n', "corpus.jsonl, line 2: this is no JSON."),
        ("corpus.jsonl", "[1]\n", "corpus.jsonl, line 1: an object is needed."),
        ("corpus.jsonl", '{"_id": true, "text": "a"}\n', "corpus.jsonl, line 1: _id must be a text."),
        ("queries.jsonl", '{"_id": "1"}\n', "queries.jsonl, line 1: text must be a text."),
        ("qrels.tsv", "h\th\th\nq1 d1 2\n", "qrels.tsv, line 2: three columns are needed, separated by tabs."),
        ("qrels.tsv", "h\th\th\nq1\td1\tgood\n", "qrels.tsv, line 2: 'good' is no whole number."),
    ],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, name: str, text: str, sentence: str) -> None:
    path = write(tmp_path / name, text)
    read: Any = {"corpus.jsonl": read_corpus, "queries.jsonl": read_queries, "qrels.tsv": read_qrels}[name]

    with pytest.raises(UnreadableSetError) as caught:
        list(read(path))

    assert str(caught.value) == sentence


def test_a_run_has_falling_scores_and_refuses_ids_with_a_blank() -> None:
    assert list(run_lines({"q1": ["d2", "d1"], "q2": []}, tag="embedded")) == [
        "q1 Q0 d2 1 2 embedded\n",
        "q1 Q0 d1 2 1 embedded\n",
    ]
    with pytest.raises(UnreadableSetError, match="it has a blank"):
        list(run_lines({"q 1": ["d1"]}, tag="embedded"))


@pytest.fixture
def small_set(tmp_path: Path) -> list[str]:
    """Write a set of three texts and three questions; return the arguments that name it."""
    corpus = [("a", "插秧", "先育苗再插秧。"), ("b", "", "秋收以后晒谷子。"), ("c", "修渠", "冬天修水渠。")]
    texts = "".join(json.dumps({"_id": i, "title": t, "text": b}) + "\n" for i, t, b in corpus)
    asked = [("1", "怎样插秧"), ("2", "晒谷"), ("3", "打井")]
    write(tmp_path / "corpus.jsonl", texts)
    write(tmp_path / "queries.jsonl", "".join(json.dumps({"_id": i, "text": t}) + "\n" for i, t in asked))
    write(tmp_path / "qrels.tsv", "query-id\tcorpus-id\tscore\n1\ta\t2\n2\tb\t1\n2\tc\t1\n")
    return [f"--{name.split('.')[0]}={tmp_path / name}" for name in ("corpus.jsonl", "queries.jsonl", "qrels.tsv")]


def evaluate(*args: str) -> tuple[dict[str, Any], int]:
    """Return the last line that was printed, and how the command ended."""
    out, ended = StringIO(), 0
    try:
        call_command("search_evaluate", *args, stdout=out, stderr=StringIO())
    except SystemExit as end:
        ended = int(end.code or 0)
    answer: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return answer, ended


def test_the_command_prints_exactly_what_is_promised(small_set: list[str], tmp_path: Path) -> None:
    found, ended = evaluate(*small_set, "--engine=embedded", f"--run={tmp_path / 'run'}", "--json")

    times = {name: found.pop(name) for name in ("p50_ms", "p95_ms", "index_s", "index_mb")}
    assert (ended, found) == (
        0,
        {
            "engine": "embedded",
            "documents": 3,
            "queries": 3,
            "ndcg@10": 0.8066,
            "recall@10": 0.75,
            "recall@100": 0.75,
            "mrr@10": 1.0,
            "success@1": 1.0,
            "zero_hit_rate": 0.3333,
        },
    )
    assert all(value > 0 for name, value in times.items() if name != "index_s")
    assert (tmp_path / "run").read_text() == "1 Q0 a 1 1 embedded\n2 Q0 b 1 1 embedded\n"


def test_without_json_the_figures_are_a_list_for_people(small_set: list[str]) -> None:
    out = StringIO()
    call_command("search_evaluate", *small_set, stdout=out, stderr=StringIO())

    assert "recall@10     0.75" in out.getvalue().splitlines()


@pytest.mark.parametrize(
    ("server", "sentence"),
    [
        ("", "The engine elasticsearch needs a server: ELASTICSEARCH_URL must name it."),
        ("http://127.0.0.1:9", "The server that ELASTICSEARCH_URL names does not answer."),
    ],
)
def test_an_engine_that_is_not_here_is_refused_in_a_sentence(
    small_set: list[str], settings: Settings, server: str, sentence: str
) -> None:
    settings.ELASTICSEARCH_URL = server
    found, ended = evaluate(*small_set, "--engine=elasticsearch", "--json")

    assert (found["error"], ended) == ({"code": "engine_absent", "message": sentence}, 2)


def test_a_file_that_is_not_there_is_refused_in_a_sentence(small_set: list[str], tmp_path: Path) -> None:
    found, ended = evaluate(*small_set[1:], f"--corpus={tmp_path / 'gone'}", "--json")

    assert (found["error"]["code"], ended) == ("unreadable", 2)
