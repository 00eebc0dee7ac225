"""Two versions of the code on one shared index: neither writes into what the other one made, and nothing withdrawn stays found."""

from typing import Any

import pytest

from search import generations, log
from search.feeder import feed_shared
from search.models import Cursor
from search.rebuild_shared import go_back
from search.worker import run_shared_round
from tests.factories.shared_index import SharedStandIn, titles

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("_log_read_when_told")]


def held(shared: SharedStandIn, generation: str) -> list[str]:
    return [doc.pk for doc in shared.indexed(generation)]


def cursor() -> Cursor:
    return Cursor.objects.get(index="elasticsearch")


def test_other_code_makes_the_index_anew_and_feeds_the_old_one_no_more(room: Any, fed: Any) -> None:
    room.publish("1", "延安精神")
    feed_shared(fed)
    old = str(fed.pointed_to())
    fed.code = "code-2"
    room.publish("2", "井冈山")

    assert run_shared_round().missed is True

    assert titles() == ["井冈山", "延安精神"]
    assert fed.pointed_to() != old
    assert held(fed, old) == ["1"]
    assert run_shared_round().missed is False


def test_what_other_code_made_loses_what_changes_until_a_rebuild_has_ended(room: Any, fed: Any) -> None:
    for pk in ("1", "2", "3"):
        room.publish(pk, f"第{pk}讲")
    feed_shared(fed)
    where = log.position_of(cursor())
    fed.code = "code-2"
    room.delete("1")

    assert feed_shared(fed).missed is True
    assert titles() == ["第2讲", "第3讲"]
    # For whoever can write what changed.
    assert log.position_of(cursor()) == where
    fed.faults.asked.clear()
    feed_shared(fed)
    assert "bulk" not in fed.faults.asked

    building = generations.begin(fed)
    room.publish("2", "改过的第二讲")
    assert feed_shared(fed).missed is False
    assert titles() == ["第3讲"]
    assert (held(fed, building.name), log.position_of(cursor())) == (["2"], log.newest())
    assert sorted(Cursor.objects.values_list("index", flat=True)) == ["elasticsearch", "elasticsearch-rebuild"]


def test_code_that_is_put_back_writes_again_what_was_taken_out(room: Any, fed: Any) -> None:
    room.publish("1", "延安精神")
    feed_shared(fed)
    fed.code = "code-2"
    room.publish("1", "改过的第一讲")
    feed_shared(fed)
    assert titles() == []
    fed.code = "code-1"

    assert feed_shared(fed).missed is False

    assert titles() == ["改过的第一讲"]


def test_code_that_is_put_back_does_not_trust_a_generation_that_missed_changes(room: Any, fed: SharedStandIn) -> None:
    fed.code = "code-2"
    building = generations.begin(fed)
    room.publish("3", "只有新的知道")
    feed_shared(fed)
    generations.give_up(building)
    fed.code = "code-1"

    assert generations.needs_rebuild(fed.fingerprint()) is True
    assert feed_shared(fed).missed is True


def test_two_versions_do_not_replace_each_other_for_ever(room: Any, fed: Any) -> None:
    room.publish("1", "延安精神")
    feed_shared(fed)
    fed.code = "code-2"
    run_shared_round()
    new = fed.pointed_to()
    fed.code = "code-1"
    room.publish("2", "井冈山")

    for _ in range(3):
        assert run_shared_round().missed is True
        Cursor.objects.update(rebuild_at=None)

    assert (fed.pointed_to(), "create" in fed.faults.asked[-10:]) == (new, False)
    assert titles() == ["延安精神"]
    fed.code = "code-2"
    assert run_shared_round().missed is False
    assert titles() == ["井冈山", "延安精神"]


def test_code_that_was_put_back_may_go_back_or_rebuild_when_it_is_told_to(room: Any, fed: Any) -> None:
    room.publish("1", "延安精神")
    feed_shared(fed)
    old = fed.pointed_to()
    fed.code = "code-2"
    run_shared_round()
    fed.code = "code-1"
    room.publish("1", "改过的第一讲")
    run_shared_round()

    go_back(fed)

    assert (fed.pointed_to(), titles()) == (old, ["改过的第一讲"])
    assert run_shared_round().missed is False
