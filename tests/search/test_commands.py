"""What operators type: one JSON value on the last line."""

import json
from contextlib import suppress
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from search import outbox
from search.engines.embedded import EmbeddedEngine
from search.query import search
from search.schema import Query, SearchDoc, Visibility
from tests.factories.shared_index import SharedStandIn

pytestmark = pytest.mark.django_db


def last_line(name: str, *args: str) -> dict[str, Any]:
    out = StringIO()
    with suppress(SystemExit):
        call_command(name, *args, stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return answer


@pytest.fixture
def waiting_room(room: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Publish two documents that no index has seen yet."""
    monkeypatch.setattr(outbox, "_after_commit", [])
    room.publish("1", "延安精神")
    room.publish("2", "井冈山")
    return room


def test_the_worker_feeds_what_waits(waiting_room: Any) -> None:
    assert last_line("search_worker", "--once") == {"indexed": 2, "removed": 0, "failed": 0}
    assert search(Query(text="延安")).total == 1


def test_a_rebuild_says_what_it_holds(waiting_room: Any) -> None:
    assert last_line("search_rebuild") == {"documents": 2, "failed": 0}


def test_a_rebuild_that_cannot_run_is_a_plain_refusal(waiting_room: Any, engine: EmbeddedEngine) -> None:
    with engine.building(), pytest.raises(CommandError, match="Another rebuild is running"):
        call_command("search_rebuild")


def test_a_rebuild_of_an_index_that_is_not_shared_is_a_plain_refusal(waiting_room: Any) -> None:
    for option in ("--shared", "--back"):
        with pytest.raises(CommandError, match="No index is shared"):
            call_command("search_rebuild", option)


def test_both_indexes_are_fed_and_rebuilt_where_one_is_shared(shared: SharedStandIn, waiting_room: Any) -> None:
    assert last_line("search_rebuild") == {
        "documents": 2,
        "failed": 0,
        "elasticsearch": {"documents": 2, "failed": 0},
    }
    waiting_room.publish("3", "三会一课")
    # The entries that the rebuild had read already are fed to the shared one again.
    assert last_line("search_worker", "--once") == {"indexed": 4, "removed": 0, "failed": 0}
    assert shared.search(Query(text="三会")).total == search(Query(text="三会")).total == 1


def test_a_shared_index_that_cannot_be_rebuilt_is_a_plain_refusal(
    shared: SharedStandIn, waiting_room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandError, match="There is no former index"):
        call_command("search_rebuild", "--back")
    shared.faults.away = True
    with pytest.raises(CommandError, match="does not answer: no answer to a ping"):
        call_command("search_rebuild", "--shared")
    shared.faults.away = False
    monkeypatch.setattr(shared, "indexed", lambda _generation: iter(()))
    with pytest.raises(CommandError, match="0 documents instead of 2"):
        call_command("search_rebuild", "--shared")


def test_a_check_of_a_current_index_is_ok(waiting_room: Any) -> None:
    call_command("search_worker", "--once", stdout=StringIO())

    assert last_line("search_check") == {
        "ok": True,
        "documents": 2,
        "missing": [],
        "stale": [],
        "orphaned": [],
        "dead": [],
        "waiting": 0,
        "repaired": 0,
    }


def test_a_check_names_what_differs_and_repairs_it(waiting_room: Any, engine: EmbeddedEngine) -> None:
    call_command("search_worker", "--once", stdout=StringIO())
    with engine.writing(wait_s=1) as writer:
        writer.remove("lesson", "1")
        stale = SearchDoc(kind="lesson", pk="2", title="旧题目", url="/", visibility=Visibility(public=True))
        writer.put(stale)
        writer.put(SearchDoc(kind="lesson", pk="3", title="早已删除", url="/", visibility=Visibility(public=True)))

    found = last_line("search_check")
    with pytest.raises(SystemExit) as ended:
        call_command("search_check", stdout=StringIO())
    repaired = last_line("search_check", "--repair")

    assert (found["ok"], found["missing"], found["stale"], found["orphaned"]) == (
        False,
        ["lesson:1"],
        ["lesson:2"],
        ["lesson:3"],
    )
    assert ended.value.code == 1
    assert (repaired["ok"], repaired["repaired"], repaired["documents"]) == (True, 3, 2)


def test_a_check_names_what_cannot_be_built(waiting_room: Any) -> None:
    waiting_room.docs["1"] = None

    call_command("search_worker", "--once", stdout=StringIO())

    assert last_line("search_check")["dead"] == ["lesson:1"]


@pytest.mark.parametrize("name", ["search_worker", "search_rebuild", "search_check"])
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command(name, "--help")

    assert ended.value.code == 0
    assert "Last line: JSON" in " ".join(capsys.readouterr().out.split())
