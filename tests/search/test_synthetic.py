"""Texts and questions by number, and the figures that are made of what processes saw."""

import json
from argparse import ArgumentTypeError
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from search import bench, synthetic, trials
from search.bench import SUGGESTION, Timed, merged
from search.engines.protocol import Searching
from search.management.commands.search_bench import figures, number_of_documents
from search.schema import Query, Viewer

DOCUMENTS = 60
EVERYTHING = Viewer(all_seeing=True)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Searching:
    engine = trials.index_in(tmp_path_factory.mktemp("synthetic"), "embedded")
    assert engine.fill(map(synthetic.document, range(DOCUMENTS))) == DOCUMENTS
    return engine


def test_a_document_is_the_same_whenever_it_is_made() -> None:
    assert synthetic.document(3) == synthetic.document(3)
    assert synthetic.document(3).title != synthetic.document(4).title


def test_another_edition_has_the_same_key_and_another_text() -> None:
    first, second = synthetic.document(3), synthetic.document(3, edition=1)

    assert (first.kind, first.pk) == (second.kind, second.pk)
    assert first.body != second.body


def test_texts_are_of_the_usual_lengths() -> None:
    docs = [synthetic.document(number) for number in range(DOCUMENTS)]

    assert all(4 <= len(doc.title) <= 16 for doc in docs)
    assert all(260 <= len(doc.body) <= 300 for doc in docs)


@pytest.mark.parametrize("name", [name for name in synthetic.CLASSES if name != SUGGESTION])
def test_every_question_has_an_answer(engine: Searching, name: str) -> None:
    questions = [synthetic.question(name, number, documents=DOCUMENTS) for number in range(12)]

    assert [text for text in questions if not engine.search(Query(text=text, viewer=EVERYTHING)).hits] == []
    assert len(set(questions)) > 6


def test_what_is_completed_begins_a_title(engine: Searching) -> None:
    begun = [synthetic.question(SUGGESTION, number, documents=DOCUMENTS) for number in range(12)]

    assert [text for text in begun if not engine.suggest(text, EVERYTHING, limit=6)] == []


@pytest.mark.parametrize(
    ("text", "documents"), [("5000", 5000), ("10k", 10_000), ("100K", 100_000), ("1M", 1_000_000)]
)
def test_sizes_are_written_as_people_write_them(text: str, documents: int) -> None:
    assert number_of_documents(text) == documents


@pytest.mark.parametrize("text", ["", "k", "0", "-1", "1.5k", "many", "²"])
def test_no_size_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError):
        number_of_documents(text)


def test_what_several_processes_saw_is_put_together() -> None:
    one = {"two words": Timed(wall_ms=[1.0, 3.0], cpu_ms=[1.0, 2.0], empty=1)}
    two = {"two words": Timed(wall_ms=[2.0], cpu_ms=[0.5], errors=["OSError()"])}

    assert figures(merged([one, two])["two words"]) == {
        "count": 3,
        "empty": 1,
        "failed": 1,
        "p50_ms": 2.0,
        "p95_ms": 3.0,
        "cpu_p50_ms": 1.0,
        "cpu_p95_ms": 2.0,
    }


@pytest.mark.parametrize("wrong", ["--readers=0", "--writes=-1", "--seconds=0"])
def test_a_load_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("search_bench", wrong)

    assert refused.value.returncode == 2


def test_an_engine_that_is_not_here_is_refused_in_a_sentence(settings: Settings) -> None:
    settings.ELASTICSEARCH_URL = ""
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("search_bench", "--engine=elasticsearch", "--documents=10", stdout=out, stderr=StringIO())

    assert ended.value.code == 2
    assert json.loads(out.getvalue())["error"]["code"] == "engine_absent"


def refused(*args: str) -> tuple[str, object]:
    """Run the bench and return the code of its error and its exit status."""
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("search_bench", "--documents=10", *args, stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())["error"]["code"], ended.value.code


def test_a_folder_that_cannot_hold_an_index_is_not_called_a_missing_engine(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "search.sqlite3.0123456789ab").write_text("no database at all" * 100)
    (tmp_path / "damaged" / "search.sqlite3").symlink_to("search.sqlite3.0123456789ab")

    assert refused(f"--folder={tmp_path / 'file'}") == ("index_unusable", 2)
    assert refused(f"--folder={tmp_path / 'damaged'}") == ("index_unusable", 2)


@pytest.mark.long
def test_a_process_that_says_nothing_ends_the_bench_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "PATIENCE_S", -0.5)

    assert refused("--readers=1", "--writes=0", "--seconds=0.6", f"--folder={tmp_path}") == ("process_silent", 2)
