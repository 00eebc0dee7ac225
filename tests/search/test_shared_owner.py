"""A server knows whose an index is and what was sent last: other sites and backups that were put back are noticed."""

from typing import Any

import pytest

from search import generations, log
from search.engines.protocol import EngineAway
from search.feeder import feed_shared
from search.models import Cursor, GenerationState, IndexGeneration, IndexOwner, OutboxEntry
from search.query import search
from search.rebuild_shared import rebuild_shared
from search.schema import Query
from search.worker import run_shared_round
from tests.factories.shared_index import SharedStandIn, titles

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("_log_read_when_told")]


def test_an_index_bears_the_mark_of_its_site_which_stays(filled: SharedStandIn) -> None:
    rebuild_shared(filled)

    assert set(filled.owners().values()) == {IndexOwner.objects.get().mark}
    assert len(filled.owners()) == 2


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


def test_an_alias_that_another_site_took_is_left_to_a_person(filled: SharedStandIn) -> None:
    filled.create("theirs", owner="another site")
    filled.point_to("theirs")

    assert feed_shared(filled).away is True

    assert filled.pointed_to() == "theirs"


def test_a_backup_that_was_put_back_is_noticed_and_the_index_made_anew(room: Any, filled: SharedStandIn) -> None:
    backup = {**Cursor.objects.filter(index="elasticsearch").values("transaction", "entry", "batch")[0]}
    kept = dict(room.docs)
    room.publish("3", "备份之后")
    feed_shared(filled)
    OutboxEntry.objects.filter(object_id="3").delete()
    Cursor.objects.filter(index="elasticsearch").update(**backup)
    room.docs = kept

    assert run_shared_round().missed is True

    assert titles() == ["井冈山", "延安精神"]
    assert run_shared_round().missed is False


def test_noticing_is_not_forgotten_when_the_next_number_is_higher(room: Any, filled: SharedStandIn) -> None:
    Cursor.objects.filter(index="elasticsearch").update(batch=1)
    room.publish("3", "备份之后")

    assert feed_shared(filled).missed is True
    assert feed_shared(filled).missed is True

    assert IndexGeneration.objects.get(state=GenerationState.CURRENT).behind is True


def test_generations_of_this_site_that_nobody_knows_of_are_dropped(filled: SharedStandIn) -> None:
    known = str(filled.pointed_to())
    filled.create("after-the-backup", owner=generations.own_mark())
    filled.create("theirs", owner="another site")
    filled.create("somebody-s")

    rebuild_shared(filled)

    assert sorted(filled.generations()) == sorted([known, str(filled.pointed_to()), "theirs", "somebody-s"])


def test_the_number_of_the_last_batch_is_no_document(filled: SharedStandIn) -> None:
    current = str(filled.pointed_to())

    assert filled.version_of(current, "", "batch") == Cursor.objects.get(index="elasticsearch").batch
    assert filled.version_of(current, "", "other") == 0
    assert [doc.pk for doc in filled.indexed()] == ["1", "2"]
    assert log.position_of(Cursor.objects.get(index="elasticsearch")) == log.newest()
