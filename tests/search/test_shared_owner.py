"""A server knows whose an index is and what was sent last: other sites and backups that were put back are noticed."""

from typing import Any

import pytest

from search import generations, log, outbox
from search.engines.protocol import EngineAway
from search.feeder import feed_shared
from search.models import Cursor, GenerationState, IndexGeneration, IndexOwner, OutboxEntry
from search.query import search
from search.rebuild_shared import rebuild_shared
from search.schema import Query
from search.worker import run_shared_round
from tests.factories.shared_index import SharedStandIn

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_drain_after_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the tests say when the log is read."""
    monkeypatch.setattr(outbox, "_after_commit", [])


@pytest.fixture
def fed(shared: SharedStandIn, room: Any) -> SharedStandIn:
    """Let a generation with two documents answer."""
    room.publish("1", "延安精神")
    room.publish("2", "井冈山")
    rebuild_shared(shared)
    feed_shared(shared)
    return shared


def titles() -> list[str]:
    return sorted(hit.title for hit in search(Query(text="", page_size=100)).hits)


def test_an_index_bears_the_mark_of_its_site_which_stays(fed: SharedStandIn) -> None:
    rebuild_shared(fed)

    assert set(fed.owners().values()) == {IndexOwner.objects.get().mark}
    assert len(fed.owners()) == 2


def test_an_index_of_another_site_is_neither_replaced_nor_asked(room: Any, shared: SharedStandIn) -> None:
    other = SharedStandIn(shared.path)
    other.create("theirs", owner="another site")
    other.point_to("theirs")
    room.publish("1", "延安精神")

    assert run_shared_round().away is True
    Cursor.objects.update(retry_at=None)
    with pytest.raises(EngineAway, match="WEIKE_ELASTICSEARCH_PREFIX"):
        rebuild_shared(shared)

    assert (shared.pointed_to(), shared.generations()) == ("theirs", ["theirs"])
    shared.faults.asked.clear()
    assert search(Query(text="")).engine == "embedded"
    assert shared.faults.asked == []


def test_an_alias_that_another_site_took_is_left_to_a_person(fed: SharedStandIn) -> None:
    fed.create("theirs", owner="another site")
    fed.point_to("theirs")

    assert feed_shared(fed).away is True

    assert fed.pointed_to() == "theirs"


def test_a_backup_that_was_put_back_is_noticed_and_the_index_made_anew(room: Any, fed: SharedStandIn) -> None:
    backup = {**Cursor.objects.filter(index="elasticsearch").values("transaction", "entry", "batch")[0]}
    kept = dict(room.docs)
    room.publish("3", "备份之后")
    feed_shared(fed)
    OutboxEntry.objects.filter(object_id="3").delete()
    Cursor.objects.filter(index="elasticsearch").update(**backup)
    room.docs = kept

    assert run_shared_round().missed is True

    assert titles() == ["井冈山", "延安精神"]
    assert run_shared_round().missed is False


def test_noticing_is_not_forgotten_when_the_next_number_is_higher(room: Any, fed: SharedStandIn) -> None:
    Cursor.objects.filter(index="elasticsearch").update(batch=1)
    room.publish("3", "备份之后")

    assert feed_shared(fed).missed is True
    assert feed_shared(fed).missed is True

    assert IndexGeneration.objects.get(state=GenerationState.CURRENT).behind is True


def test_generations_of_this_site_that_nobody_knows_of_are_dropped(fed: SharedStandIn) -> None:
    known = str(fed.pointed_to())
    fed.create("after-the-backup", owner=generations.own_mark())
    fed.create("theirs", owner="another site")
    fed.create("somebody-s")

    rebuild_shared(fed)

    assert sorted(fed.generations()) == sorted([known, str(fed.pointed_to()), "theirs", "somebody-s"])


def test_the_number_of_the_last_batch_is_no_document(fed: SharedStandIn) -> None:
    current = str(fed.pointed_to())

    assert fed.version_of(current, "", "batch") == Cursor.objects.get(index="elasticsearch").batch
    assert fed.version_of(current, "", "other") == 0
    assert [doc.pk for doc in fed.indexed()] == ["1", "2"]
    assert log.position_of(Cursor.objects.get(index="elasticsearch")) == log.newest()
