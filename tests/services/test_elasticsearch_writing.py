"""Writing to a real server: what comes late, what is refused, what is gone, what answers."""

import secrets
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from search.engines.elastic import ElasticIndex
from search.engines.elastic.searching import ElasticRecall
from search.engines.protocol import EngineAway, Refusal
from search.schema import Facet, FacetCount, Query, SearchDoc, Visibility
from tests.search.engines.contract import LIBRARY, ids, lesson
from tests.services.processes import free_port

GENERATIONS = ("a", "b")


@pytest.fixture
def index(elasticsearch_url: str) -> Iterator[ElasticIndex]:
    index = ElasticIndex(elasticsearch_url, prefix=f"weike-writing-{secrets.token_hex(4)}", timeout_s=20)
    index.create("a")
    index.point_to("a")
    yield index
    for generation in GENERATIONS:
        index.drop(generation)


def send(index: ElasticIndex, version: int, *docs: SearchDoc, to: tuple[str, ...] = ("a",)) -> tuple[Refusal, ...]:
    sender = index.sender(version, generations=to)
    for doc in docs:
        sender.put(doc)
    refused = sender.flush()
    index.refresh()
    return refused


def remove(index: ElasticIndex, version: int, pk: str) -> None:
    sender = index.sender(version, generations=["a"])
    sender.remove("lesson", pk)
    assert sender.flush() == ()
    index.refresh()


def held(index: ElasticIndex, generation: str | None = None) -> list[tuple[str, str]]:
    return [(each.kind, each.pk) for each in index.indexed(generation)]


def test_what_comes_too_late_changes_nothing_and_counts_as_done(index: ElasticIndex) -> None:
    assert send(index, 5, lesson("1", "新的题目")) == ()
    assert send(index, 4, lesson("1", "旧的题目"), lesson("2", "另一课")) == ()

    assert (ids(index.search(Query(text="题目"))), held(index)) == (["1"], [("lesson", "1"), ("lesson", "2")])
    assert index.search(Query(text="题目")).hits[0].title == "新的题目"


def test_the_same_version_writes_again_and_what_is_gone_stays_gone(index: ElasticIndex) -> None:
    send(index, 7, lesson("1", "先写"))
    send(index, 7, lesson("1", "再写"))
    assert index.search(Query(text="再写")).total == 1

    remove(index, 8, "1")
    send(index, 7, lesson("1", "迟到"))

    assert (index.search(Query(text="迟到")).total, held(index)) == (0, [])
    send(index, 9, lesson("1", "又来"))
    assert held(index) == [("lesson", "1")]


def test_one_document_that_is_refused_does_not_hold_up_the_others(index: ElasticIndex) -> None:
    long_value = lesson("2", "太长", facets={"topic": (Facet("值" * 20_000, "长"),)})
    long_key = lesson("钥" * 300, "太长")

    refused = send(index, 1, lesson("1", "第一课"), long_value, long_key, lesson("3", "第三课"), to=("a",))

    assert {(each.kind, each.pk) for each in refused} == {("lesson", "2"), ("lesson", "钥" * 300)}
    reasons = {each.pk[:1]: each.reason for each in refused}
    assert "longer than the allowed max length" in reasons["2"]
    assert reasons["钥"] == "The key is longer than 512 bytes"
    assert held(index) == [("lesson", "1"), ("lesson", "3")]


def test_a_batch_goes_to_every_generation_and_is_refused_once(index: ElasticIndex) -> None:
    index.create("b")
    long_value = lesson("2", "太长", facets={"topic": (Facet("值" * 20_000, "长"),)})

    refused = send(index, 1, lesson("1", "第一课"), long_value, to=GENERATIONS)

    assert [each.pk for each in refused] == ["2"]
    assert held(index, "a") == held(index, "b") == [("lesson", "1")]


def test_a_generation_that_is_not_there_is_not_made(index: ElasticIndex) -> None:
    with pytest.raises(EngineAway):
        send(index, 1, lesson("1", "第一课"), to=("a", "b"))

    assert index.fingerprint_of("b") is None


def test_another_generation_answers_in_one_step_and_the_one_before_can_come_back(index: ElasticIndex) -> None:
    index.create("b")
    send(index, 1, lesson("1", "旧索引"))
    send(index, 2, lesson("1", "新索引"), to=("b",))
    answers: list[int] = []
    ended = threading.Event()

    def ask() -> None:
        while not ended.is_set():
            answers.append(index.search(Query(text="索引")).total)

    asking = threading.Thread(target=ask)
    asking.start()
    for _time in range(5):
        index.point_to("b")
        assert index.pointed_to() == "b"
        index.point_to("a")
    ended.set()
    asking.join()

    assert set(answers) == {1}
    assert (index.pointed_to(), index.search(Query(text="旧索引")).total) == ("a", 1)


def test_making_and_dropping_twice_is_no_error_and_keeps_what_is_there(index: ElasticIndex) -> None:
    send(index, 1, lesson("1", "第一课"))
    index.create("a")

    assert held(index) == [("lesson", "1")]
    assert index.fingerprint_of("a") == index.fingerprint()
    index.drop("b")
    index.drop("a")
    index.drop("a")
    assert (index.pointed_to(), index.fingerprint_of("a")) == (None, None)
    with pytest.raises(EngineAway):
        index.search(Query(text="第一课"))
    with pytest.raises(EngineAway):
        held(index)


def test_an_index_tells_whose_it_is_and_under_which_number_it_was_written_last(index: ElasticIndex) -> None:
    index.create("b", owner="this site")
    sender = index.sender(7, generations=GENERATIONS)
    sender.remove("", "batch")
    assert sender.flush() == ()

    assert index.owners() == {"a": "", "b": "this site"}
    assert index.fingerprint_of("b") == index.fingerprint()
    assert [index.version_of("b", "", pk) for pk in ("batch", "other")] == [7, 0]
    assert (index.version_of("c", "", "batch"), held(index, "b")) == (0, [])


def test_what_is_held_is_listed_as_python_orders_text_with_version_and_digest(index: ElasticIndex) -> None:
    docs = [lesson(pk, "课", version=3) for pk in ("10", "2", "é", "中", "😀", "A", "a", "")]
    others = [replace(doc, kind="course") for doc in docs]
    send(index, 1, *docs, *others, *LIBRARY)
    remove(index, 2, "2")

    listed = list(index.indexed())

    names = [(each.kind, each.pk) for each in listed]
    assert names == sorted(names)
    assert set(names) == {(doc.kind, doc.pk) for doc in (*docs, *others, *LIBRARY)} - {("lesson", "2")}
    assert {each.version for each in listed if each.kind == "course"} == {3}
    assert len({each.digest for each in listed if each.kind == "course"}) == len(others)


def test_long_lists_are_read_piece_by_piece(index: ElasticIndex) -> None:
    assert send(index, 1, *(lesson(f"{number:04d}", f"第{number}讲") for number in range(2100))) == ()

    assert [each.pk for each in index.indexed()] == [f"{number:04d}" for number in range(2100)]


def test_what_is_withdrawn_while_it_is_asked_for_is_not_shown(
    index: ElasticIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(index, 1, lesson("1", "党课一"), lesson("2", "党课二"), lesson("3", "党课三"))
    contents = ElasticRecall.contents

    def later(recall: ElasticRecall, keys: Sequence[str]) -> dict[str, SearchDoc]:
        remove(index, 2, "1")
        send(index, 2, lesson("2", "内部党课二", visibility=Visibility(organisations=("0001",))))
        return contents(recall, keys)

    monkeypatch.setattr(ElasticRecall, "contents", later)

    assert ids(index.search(Query(text="党课"))) == ["3"]


def test_a_chosen_value_is_counted_and_named_however_many_are_more_frequent(index: ElasticIndex) -> None:
    organisations = [Facet(f"o{number:03d}", f"第{number}支部") for number in range(250)]
    docs = [lesson(f"{number}", "党课", facets={"organisation": (each,)}) for number, each in enumerate(organisations)]
    assert send(index, 1, *docs) == ()

    found = index.search(
        Query(text="党课", filters={"organisation": ("o240", "o999")}, facets=("organisation",))
    ).facets["organisation"]

    assert [each.value for each in found[:100]] == [f"o{number:03d}" for number in range(100)]
    assert found[100:] == (
        FacetCount("o240", "第240支部", 1, selected=True),
        FacetCount("o999", "o999", 0, selected=True),
    )


@pytest.mark.parametrize("name", ["\x00" * 50, 'a"[]{}\\.*|<1-9>', "topic.", ".", "x" * 2000, "党" * 200])
def test_names_and_values_of_facets_from_an_address_are_data(index: ElasticIndex, name: str) -> None:
    send(index, 1, lesson("1", "党课"))
    ways = "".join(chr(0x4E00 + number) for number in range(200))

    result = index.search(Query(text="党课", filters={name: (ways, name)}, facets=(name, "topic")))

    assert (result.total, [each.count for each in result.facets[name]]) == (0, [0, 0])


def test_a_server_that_is_not_there_is_away_for_everything() -> None:
    index = ElasticIndex(f"http://127.0.0.1:{free_port()}", prefix="weike-away", timeout_s=1)

    assert index.ping() is False
    for ask in (
        lambda: index.search(Query(text="党课")),
        lambda: index.keys(Query(text="")),
        lambda: index.suggest("党", Query(text="").viewer, limit=6),
        lambda: send(index, 1, lesson("1", "第一课")),
        lambda: index.create("a"),
        lambda: index.drop("a"),
        lambda: index.point_to("a"),
        index.pointed_to,
        lambda: index.fingerprint_of("a"),
        index.owners,
        lambda: index.version_of("a", "", "batch"),
        lambda: list(index.indexed("a")),
        index.refresh,
    ):
        with pytest.raises(EngineAway):
            ask()
