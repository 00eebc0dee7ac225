"""What the door makes of a server that is away, slow, or refuses: everybody hears of it in the same way."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from search.engines.elastic import ElasticIndex
from search.engines.elastic.door import CHUNK_BYTES
from search.engines.protocol import EngineAway, Refusal
from search.schema import Query
from tests.factories.failing_server import Answer, FailingServer, failing_server
from tests.search.engines.contract import lesson

NOTHING = {
    "took": 1,
    "timed_out": False,
    "_shards": {"total": 1, "failed": 0},
    "hits": {"total": {"value": 0, "relation": "eq"}, "hits": []},
}
LARGEST = 20_000


def index(server: FailingServer, *, timeout_s: float = 2.0) -> ElasticIndex:
    return ElasticIndex(server.url, prefix="weike", timeout_s=timeout_s)


def items(body: bytes) -> list[str]:
    """Return the ids of what a bulk brings."""
    lines = [json.loads(line) for line in body.splitlines()]
    return [line["index"]["_id"] for line in lines if "index" in line]


def taken(names: list[str], **told: Any) -> Answer:
    """Answer a bulk: what is told for a name, else that it was taken."""
    fine = {"status": 201}
    return 200, {
        "errors": bool(told),
        "items": [{"index": {"_id": name, "_index": "weike-g.in", **told.get(name, fine)}} for name in names],
    }


def proxied(_method: str, path: str, body: bytes) -> Answer:
    """Answer as a server does behind something that takes only so much at once."""
    if path != "/_bulk":
        return 200, {}
    return (413, {"error": "too large"}) if len(body) > LARGEST else taken(items(body))


def test_a_piece_that_is_too_large_is_sent_document_by_document_and_only_the_large_one_is_refused() -> None:
    with failing_server(proxied) as server:
        sender = index(server).sender(1, generations=["g"])
        sender.put(lesson("small", "延安精神"))
        sender.put(lesson("large", "井冈山", "山" * LARGEST))
        sender.put(lesson("another", "西柏坡"))
        refused = sender.flush()
    assert [(each.kind, each.pk) for each in refused] == [("lesson", "large")]
    assert [items(body) for _method, path, body in server.asked if path == "/_bulk"] == [
        ["lesson:small", "lesson:large", "lesson:another"],
        ["lesson:small"],
        ["lesson:large"],
        ["lesson:another"],
    ]


@pytest.mark.parametrize("status", [401, 403, 404, 429, 503])
def test_what_the_server_refuses_to_everybody_is_no_fault_of_the_document(status: int) -> None:
    reason = {"type": "cluster_block_exception", "reason": "index is read-only"}

    def told(_method: str, _path: str, body: bytes) -> Answer:
        return taken(items(body), **{"lesson:1": {"status": status, "error": reason}})

    with failing_server(told) as server:
        sender = index(server).sender(1, generations=["g"])
        sender.put(lesson("1", "延安精神"))
        with pytest.raises(EngineAway):
            sender.flush()


def test_a_document_that_does_not_fit_the_mapping_is_refused_alone() -> None:
    reason = {"type": "strict_dynamic_mapping_exception", "reason": "no field so called"}

    def told(_method: str, _path: str, body: bytes) -> Answer:
        return taken(items(body), **{"lesson:1": {"status": 400, "error": reason}})

    with failing_server(told) as server:
        sender = index(server).sender(1, generations=["g"])
        sender.put(lesson("1", "延安精神"))
        sender.put(lesson("2", "井冈山"))
        assert sender.flush() == (Refusal("lesson", "1", "no field so called"),)


@pytest.mark.parametrize("answer", [(429, {}), (503, {}), (200, {**NOTHING, "timed_out": True}), None], ids=str)
def test_whatever_keeps_the_server_from_answering_is_told_alike(answer: Answer | None) -> None:
    with failing_server(lambda *_asked: answer) as server, pytest.raises(EngineAway):
        index(server).search(Query(text="延安"))


def test_a_question_of_many_requests_is_given_up_in_the_time_of_one() -> None:
    with failing_server(lambda *_asked: (200, NOTHING), wait_s=0.2) as server:
        with pytest.raises(EngineAway):
            # No request alone is too slow, and this question takes a dozen.
            index(server, timeout_s=0.5).search(Query(text="党员 延安 wangluo jiaoyu 学习"))
        assert len(server.asked) <= 3


@pytest.mark.parametrize(("answer", "there"), [((200, {}), True), ((404, {}), True), ((403, {}), False), ((503, {}), False), (None, False)], ids=str)  # fmt: skip
def test_a_server_answers_when_it_tells_of_the_alias_there_or_not(answer: Answer | None, there: bool) -> None:  # noqa: FBT001  # an expectation
    with failing_server(lambda *_asked: answer) as server:
        assert index(server).ping() is there


@pytest.fixture
def bulks() -> Iterator[FailingServer]:
    with failing_server(lambda _method, _path, body: taken(items(body))) as server:
        yield server


def test_books_that_follow_one_another_are_sent_before_they_fill_the_memory(bulks: FailingServer) -> None:
    sender = index(bulks).sender(1, generations=["g"])
    for number in range(6):
        sender.put(lesson(str(number), "党史", f"第{number}卷" + "史" * (CHUNK_BYTES // 20)))
    sent = len(bulks.asked)
    sender.flush()
    assert (sent > 0, sorted({name for _m, _p, body in bulks.asked for name in items(body)})) == (
        True,
        [f"lesson:{number}" for number in range(6)],
    )
