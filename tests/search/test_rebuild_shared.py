"""A new generation beside the one in use: nothing lost, nothing brought back, the old one kept for going back."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from search import generations, lease, log
from search.encoding import digest, encode
from search.engines.protocol import EngineAway, EngineBusy
from search.feeder import feed_shared
from search.models import Cursor, DeadLetter, GenerationState, IndexGeneration
from search.query import search
from search.rebuild import RebuildReport
from search.rebuild_shared import NothingToGoBackTo, RebuildDiffers, go_back, rebuild_shared
from search.schema import Query
from search.worker import run_shared_round
from tests.factories.processes import eventually
from tests.factories.shared_index import SharedStandIn, titles

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.wide,
    pytest.mark.races,
    pytest.mark.usefixtures("_log_read_when_told"),
]


def states() -> dict[str, str]:
    return {row.name: row.state for row in IndexGeneration.objects.all()}


def once(room: Any, what: Callable[[], object]) -> None:
    """Do something the first time a document is built from now on."""

    def do(_pk: str) -> None:
        room.while_building = lambda _pk: None
        what()

    room.while_building = do


def test_a_rebuilt_index_holds_what_the_rooms_hold(room: Any, filled: SharedStandIn) -> None:
    old = str(filled.pointed_to())
    room.docs["3"] = None

    assert rebuild_shared(filled) == RebuildReport(documents=2, failed=1)

    new = str(filled.pointed_to())
    assert titles() == ["井冈山", "延安精神"]
    assert states() == {old: GenerationState.FORMER, new: GenerationState.CURRENT}
    assert DeadLetter.objects.get().object_id == "3"


def test_the_one_before_the_former_is_dropped(filled: SharedStandIn) -> None:
    first = str(filled.pointed_to())
    rebuild_shared(filled)
    second = str(filled.pointed_to())
    rebuild_shared(filled)
    third = str(filled.pointed_to())

    assert states() == {second: GenerationState.FORMER, third: GenerationState.CURRENT}
    assert filled.generations() == sorted([second, third])
    assert first not in filled.generations()


def test_changes_made_and_fed_while_it_runs_are_in_both(room: Any, filled: SharedStandIn) -> None:
    old = str(filled.pointed_to())

    def change() -> None:
        room.publish("1", "改过的第一讲")
        room.delete("2")
        room.publish("3", "新来的一讲")
        feed_shared(filled)

    once(room, change)
    rebuild_shared(filled)

    assert titles() == ["改过的第一讲", "新来的一讲"]
    assert sorted(doc.pk for doc in filled.indexed(old)) == ["1", "3"]


def test_a_copier_that_is_slower_than_the_feeder_brings_nothing_back(room: Any, filled: SharedStandIn) -> None:
    old = dict(room.docs)

    def change() -> None:
        """The copier has its number already; what it reads is older than what the feeder sends with a higher one."""
        room.publish("1", "改过的第一讲")
        room.delete("2")
        feed_shared(filled)
        room.docs.update(old)

    once(room, change)
    filled.faults.before = lambda what: room.docs.pop("2", None) if what == "refresh" else None
    rebuild_shared(filled)

    assert titles() == ["改过的第一讲"]


def test_a_rebuild_under_which_the_log_was_purged_loses_nothing(room: Any, filled: SharedStandIn) -> None:
    def change() -> None:
        room.publish("1", "改过的第一讲")
        log.purge()

    once(room, change)
    rebuild_shared(filled)
    feed_shared(filled)

    assert titles() == ["井冈山", "改过的第一讲"]


def test_a_rebuild_under_which_everybody_read_and_purged_knows_what_changed(room: Any, filled: SharedStandIn) -> None:
    def change() -> None:
        for number in range(5):
            room.publish(f"new{number}", "其间")
        feed_shared(filled)
        log.publish(log.newest(), index="embedded", node="one")
        log.purge()

    once(room, change)
    rebuild_shared(filled)

    assert titles() == sorted(["井冈山", "延安精神", *["其间"] * 5])
    # Afterwards nothing keeps the log.
    log.publish(log.newest(), index="embedded", node="one")
    log.purge()
    assert log.floor() == log.newest()
    assert sorted(Cursor.objects.values_list("index", flat=True)) == ["elasticsearch", "embedded"]


def test_a_first_rebuild_keeps_the_log_from_its_beginning_on(room: Any, shared: SharedStandIn) -> None:
    room.publish("1", "延安精神")
    log.publish(log.newest(), index="embedded", node="one")
    log.purge()

    def change() -> None:
        room.publish("1", "改过的第一讲")
        log.publish(log.newest(), index="embedded", node="one")
        log.purge()

    once(room, change)
    rebuild_shared(shared)

    assert feed_shared(shared).indexed == 1
    assert titles() == ["改过的第一讲"]


def test_a_second_rebuild_is_refused_while_one_runs_and_takes_over_when_it_died(
    room: Any, filled: SharedStandIn
) -> None:
    dead = generations.begin(filled)
    with pytest.raises(EngineBusy):
        rebuild_shared(filled)
    IndexGeneration.objects.filter(pk=dead.pk).update(lease_until=timezone.now() - timedelta(seconds=1))

    rebuild_shared(filled)

    assert dead.name not in filled.generations()
    with pytest.raises(EngineBusy):
        generations.renew(dead, filled)
    with pytest.raises(EngineBusy):
        generations.promote(dead, filled)


def test_a_rebuild_that_fails_leaves_the_old_index(room: Any, filled: SharedStandIn) -> None:
    before = states()

    def die() -> None:
        raise KeyboardInterrupt

    once(room, die)
    with pytest.raises(KeyboardInterrupt):
        rebuild_shared(filled)
    feed_shared(filled)

    assert titles() == ["井冈山", "延安精神"]
    assert states() == before
    assert filled.generations() == list(before)


def test_an_alias_that_does_not_move_leaves_everything_as_it_was(room: Any, filled: SharedStandIn) -> None:
    before = states()
    filled.faults.before = lambda what: (_ for _ in ()).throw(EngineAway("503")) if what == "point_to" else None

    with pytest.raises(EngineAway):
        rebuild_shared(filled)

    filled.faults.before = lambda _what: None
    Cursor.objects.update(retry_at=None)
    feed_shared(filled)
    assert states() == before


def test_a_generation_that_lost_a_document_on_the_way_is_thrown_away(room: Any, filled: SharedStandIn) -> None:
    before = states()

    def lose(what: str) -> None:
        if what == "refresh":
            name = IndexGeneration.objects.get(state=GenerationState.BUILDING).name
            with filled._connect() as connection:
                connection.execute("DELETE FROM document WHERE generation = ? AND pk = '1'", (name,))

    filled.faults.before = lose
    with pytest.raises(RebuildDiffers):
        rebuild_shared(filled)
    filled.faults.before = lambda _what: None
    feed_shared(filled)

    assert states() == before


def test_a_generation_that_holds_another_text_is_thrown_away(room: Any, filled: SharedStandIn) -> None:
    def spoil(what: str) -> None:
        if what == "refresh":
            name = IndexGeneration.objects.get(state=GenerationState.BUILDING).name
            with filled._connect() as connection:
                connection.execute(
                    "UPDATE document SET data = replace(data, '延安', '延边') WHERE generation = ?", (name,)
                )

    filled.faults.before = spoil
    with pytest.raises(RebuildDiffers):
        rebuild_shared(filled)


def test_a_worker_whose_rebuild_differs_does_not_try_again_at_once(
    shared: SharedStandIn, room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.publish("1", "延安精神")
    monkeypatch.setattr(shared, "indexed", lambda _generation: iter(()))

    run_shared_round()

    cursor = Cursor.objects.get(index="elasticsearch")
    assert (cursor.rebuild_at or timezone.now()) - timezone.now() > timedelta(minutes=4)
    assert cursor.retry_at is None
    shared.faults.asked.clear()
    report = run_shared_round()
    assert (report.missed, report.away, "create" in shared.faults.asked) == (True, False, False)


def test_going_back_sends_first_what_was_missed(room: Any, filled: SharedStandIn) -> None:
    first = str(filled.pointed_to())
    rebuild_shared(filled)
    second = str(filled.pointed_to())
    room.publish("1", "改过的第一讲")
    room.delete("2")
    room.publish("3", "新来的一讲")
    feed_shared(filled)
    once(room, lambda: (room.publish("4", "其间"), feed_shared(filled)))

    report = go_back(filled)

    assert report == RebuildReport(documents=3, failed=0)
    assert filled.pointed_to() == first
    assert states() == {first: GenerationState.CURRENT, second: GenerationState.FORMER}
    assert titles() == ["其间", "改过的第一讲", "新来的一讲"]
    assert {doc.digest for doc in filled.indexed()} == {digest(encode(doc)) for doc in room.docs.values()}


def test_there_is_nothing_to_go_back_to_at_first_nor_to_what_other_code_made(filled: SharedStandIn) -> None:
    with pytest.raises(NothingToGoBackTo):
        go_back(filled)
    filled.code = "code-2"
    rebuild_shared(filled)

    with pytest.raises(NothingToGoBackTo):
        go_back(filled)


def test_going_back_that_fails_keeps_both(room: Any, filled: SharedStandIn) -> None:
    rebuild_shared(filled)
    before = states()
    room.publish("1", "改过的第一讲")

    def die() -> None:
        raise KeyboardInterrupt

    once(room, die)
    with pytest.raises(KeyboardInterrupt):
        go_back(filled)

    assert states() == before


@pytest.mark.long
def test_readers_and_writers_go_on_during_rebuilds(room: Any, filled: SharedStandIn) -> None:
    for number in range(30):
        room.publish(f"old{number}", f"旧的第{number}讲")
    feed_shared(filled)
    stop = threading.Event()
    totals: list[int] = []
    failures: list[Exception] = []

    def read() -> None:
        while not stop.is_set():
            totals.append(filled.search(Query(text="旧的")).total)

    reader = threading.Thread(target=read)
    writer = threading.Thread(target=write_and_feed, args=(room, filled, failures))
    reader.start()
    writer.start()
    while writer.is_alive():
        rebuild_shared(filled)
    stop.set()
    reader.join()
    feed_all(filled)

    assert failures == []
    assert set(totals) == {30}
    assert search(Query(text="新的", page_size=100)).total == 30
    assert lease.of(filled.name).holder == ""


def write_and_feed(room: Any, filled: SharedStandIn, failures: list[Exception]) -> None:
    try:
        for number in range(40):
            room.publish(f"new{number}", f"新的第{number}讲")
            if number % 4 == 0:
                room.delete(f"new{number}")
            feed_shared(filled)
    except Exception as error:  # noqa: BLE001  # shown by whoever waits
        failures.append(error)
    finally:
        connection.close()


def feed_all(filled: SharedStandIn) -> None:
    """Feed what waits; a generation that was dropped under a batch makes the feeder rest for a second."""
    eventually(lambda: not feed_shared(filled).away)
