"""An index that all nodes share follows the log: one feeder at a time, and right also when there were two."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from search import generations, lease, log, outbox
from search.dead_letters import retry_due
from search.engines.protocol import EngineAway
from search.feeder import BATCH, PATIENCE, feed_shared
from search.models import Cursor, DeadLetter, GenerationState, IndexGeneration
from search.worker import run_shared_round
from tests.factories.shared_index import SharedStandIn, titles

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("_log_read_when_told")]


def held(shared: SharedStandIn, generation: str | None = None) -> dict[str, int]:
    return {doc.pk: doc.version for doc in shared.indexed(generation)}


def cursor() -> Cursor:
    return Cursor.objects.get(index="elasticsearch")


def rested() -> None:
    """Let the time pass that the server is left alone."""
    Cursor.objects.update(retry_at=timezone.now())


def test_the_present_state_is_sent_once_for_many_changes_with_the_number_of_its_batch(room: Any, fed: Any) -> None:
    for title in ("草稿", "定稿"):
        room.publish("1", title)
    room.publish("2", "井冈山")

    report = feed_shared(fed)

    assert (report.indexed, report.removed, report.failed, report.missed) == (2, 0, 0, False)
    assert titles() == ["井冈山", "定稿"]
    assert set(held(fed).values()) == {cursor().batch}
    assert log.position_of(cursor()) == log.newest()
    assert (cursor().holder, cursor().lease_until) == ("", None)


def test_what_is_deleted_leaves_a_mark_that_an_older_number_cannot_undo(room: Any, fed: Any) -> None:
    room.publish("1", "延安精神")
    feed_shared(fed)
    doc = room.docs["1"]
    room.delete("1")

    assert feed_shared(fed).removed == 1

    late = fed.sender(cursor().batch - 1, generations=[fed.pointed_to()])
    late.put(replace(doc, version=cursor().batch - 1))
    assert late.flush() == ()
    assert titles() == []


def test_every_number_is_used_once_and_follows_the_clock(fed: Any) -> None:
    numbers = [lease.next_batch(fed.name) for _ in range(5)]
    Cursor.objects.update(batch=17)

    after = lease.next_batch(fed.name)

    assert numbers == sorted(set(numbers))
    assert after > numbers[0]


def test_the_number_is_raised_before_any_state_is_read_and_after_the_entries_were(room: Any, fed: Any) -> None:
    seen: list[bool] = []
    before = cursor().batch
    room.publish("1", "延安精神")

    def change(_pk: str) -> None:
        seen.append(cursor().batch > before)
        room.publish("2", "其间")

    room.while_building = change

    feed_shared(fed, budget_s=0)

    # What changed while states were read has an entry of its own, for the next batch.
    assert seen == [True]
    assert sorted(held(fed)) == ["1"]
    room.while_building = lambda _pk: None
    feed_shared(fed)
    assert sorted(held(fed)) == ["1", "2"]


def test_a_refused_document_is_buried_alone_and_not_found_as_it_was(room: Any, fed: Any) -> None:
    room.publish("1", "全体可见")
    feed_shared(fed)
    fed.faults.refused["1"] = "strict_dynamic_mapping_exception"
    room.publish("1", "只给支部")
    room.publish("2", "井冈山")

    report = feed_shared(fed)

    assert (report.indexed, report.failed) == (1, 1)
    assert titles() == ["井冈山"]
    letter = DeadLetter.objects.get()
    assert (letter.index, letter.object_id, letter.error) == (
        "elasticsearch",
        "1",
        "Refused: strict_dynamic_mapping_exception",
    )
    assert log.position_of(cursor()) == log.newest()


def test_a_refused_document_that_is_taken_later_leaves_the_dead_letters(room: Any, fed: Any) -> None:
    fed.faults.refused["1"] = "too long"
    room.publish("1", "延安精神")
    feed_shared(fed)
    fed.faults.refused.clear()
    DeadLetter.objects.update(retry_at=timezone.now())
    retry_due()

    assert feed_shared(fed).indexed == 1

    assert (DeadLetter.objects.count(), titles()) == (0, ["延安精神"])


def test_a_document_that_cannot_be_built_does_not_hold_up_the_others(room: Any, fed: Any) -> None:
    room.docs["1"] = None
    outbox.record_change("lesson", 1)
    room.publish("2", "井冈山")

    report = feed_shared(fed)

    assert (report.indexed, report.failed, titles()) == (1, 1, ["井冈山"])
    assert DeadLetter.objects.get().error == "ValueError: lesson 1 is broken"


def test_a_server_that_is_away_keeps_the_entries_and_is_left_alone_longer_and_longer(room: Any, fed: Any) -> None:
    room.publish("1", "延安精神")
    where = log.position_of(cursor())
    fed.faults.away = True
    rests: list[timedelta] = []
    fed.faults.asked.clear()
    for _ in range(7):
        began = timezone.now()
        assert feed_shared(fed).away is True
        # Nothing that may hang for long is asked.
        assert fed.faults.asked == ["ping"]
        rests.append((cursor().retry_at or began) - began)
        fed.faults.asked.clear()
        assert feed_shared(fed).away is True
        assert fed.faults.asked == []
        rested()

    assert log.position_of(cursor()) == where
    assert timedelta(seconds=0.4) < rests[0] < timedelta(seconds=5)
    assert all(timedelta(seconds=7) < rest < timedelta(seconds=20) for rest in rests[4:])
    fed.faults.away = False
    assert feed_shared(fed).indexed == 1
    assert (cursor().failures, cursor().retry_at, titles()) == (0, None, ["延安精神"])


@pytest.mark.long
def test_a_document_that_the_server_chokes_on_holds_up_the_others_for_a_while_only(room: Any, fed: Any) -> None:
    room.publish("9", "全体可见")
    feed_shared(fed)
    fed.faults.choked_by = {"9"}
    for number in range(20):
        room.publish(str(number), f"第{number}讲")

    rounds = 1
    while feed_shared(fed).away:
        # Those before it are not held up for long.
        assert len(held(fed)) >= 10 or rounds < 6
        rested()
        rounds += 1

    assert PATIENCE < rounds <= 3 * PATIENCE
    assert sorted(held(fed)) == sorted(str(number) for number in range(20) if number != 9)
    assert [(letter.object_id, letter.error) for letter in DeadLetter.objects.all()] == [("9", "Refused: 500")]


def test_a_server_that_takes_nothing_loses_no_document(room: Any, fed: Any) -> None:
    room.publish("1", "延安精神")
    Cursor.objects.update(failures=PATIENCE)
    fed.faults.before = lambda what: (_ for _ in ()).throw(EngineAway("disk is full")) if what == "bulk" else None

    assert feed_shared(fed).away is True

    fed.faults.before = lambda _what: None
    rested()
    assert (feed_shared(fed).indexed, DeadLetter.objects.count(), titles()) == (1, 0, ["延安精神"])


def test_a_bulk_that_timed_out_and_happens_late_brings_nothing_back(room: Any, fed: Any) -> None:
    room.publish("1", "旧题目")
    room.publish("2", "要删的")
    fed.faults.late = True
    assert feed_shared(fed).away is True
    room.publish("1", "新题目")
    room.delete("2")
    rested()
    feed_shared(fed)

    fed.arrive()

    assert titles() == ["新题目"]


def test_a_crash_between_the_answer_and_the_cursor_repeats_the_batch(
    room: Any, fed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.publish("1", "延安精神")

    def die(*_args: object, **_names: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(lease.Hold, "move_to", die)
        with pytest.raises(KeyboardInterrupt):
            feed_shared(fed)
    first = held(fed)["1"]

    assert feed_shared(fed).indexed == 1
    assert held(fed)["1"] > first


def test_only_one_feeds_at_a_time_and_the_next_one_waits_no_longer_than_the_lease(room: Any, fed: Any) -> None:
    room.publish("1", "延安精神")
    with lease.holding(fed.name) as hold:
        assert hold is not None
        assert feed_shared(fed).busy is True
        Cursor.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

        assert feed_shared(fed).indexed == 1

        with pytest.raises(lease.LeaseLost):
            hold.move_to(log.newest())


def test_a_feeder_that_was_stopped_and_comes_back_changes_nothing(room: Any, fed: Any) -> None:
    room.publish("1", "第一稿")
    old = room.docs["1"]

    def stop_here(_pk: str) -> None:
        """Another one takes over, and is done, while this one has read a state and not sent it yet."""
        room.while_building = lambda _pk: None
        Cursor.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        room.publish("1", "第二稿")
        room.publish("2", "井冈山")
        assert feed_shared(fed).indexed == 2
        room.docs["1"] = old

    room.while_building = stop_here
    where = feed_shared(fed)

    assert where.busy is True
    assert log.position_of(cursor()) == log.newest()
    assert titles() == ["井冈山", "第二稿"]


@pytest.mark.long
def test_more_than_a_batch_is_fed_in_one_call(room: Any, fed: Any) -> None:
    outbox.record_changes("lesson", range(BATCH + 1))

    assert feed_shared(fed).removed == BATCH + 1
    assert fed.faults.asked.count("bulk") == 2


def test_a_mark_that_is_refused_is_no_document(room: Any, fed: Any) -> None:
    room.publish("1", "延安精神")
    room.publish("2", "井冈山")
    feed_shared(fed)
    fed.faults.refused["2"] = "The key is longer than 512 bytes"
    fed.faults.refuses_marks = True
    room.publish("1", "改过的第一讲")
    room.delete("2")

    report = feed_shared(fed)

    assert (report.indexed, report.removed, report.failed) == (1, 0, 1)


def test_without_a_generation_the_first_round_makes_one(shared: SharedStandIn, room: Any) -> None:
    room.publish("1", "延安精神")

    assert run_shared_round().missed is True

    assert titles() == ["延安精神"]
    assert shared.generations() == [IndexGeneration.objects.get().name] == [shared.pointed_to()]


def test_a_generation_that_was_deleted_on_the_server_is_made_anew(room: Any, fed: Any) -> None:
    room.publish("1", "延安精神")
    feed_shared(fed)
    fed.drop(str(fed.pointed_to()))

    run_shared_round()

    assert titles() == ["延安精神"]
    assert IndexGeneration.objects.get().state == GenerationState.CURRENT


def test_what_is_still_in_the_log_is_fed_though_something_was_missed(room: Any, fed: Any) -> None:
    for pk in ("1", "2"):
        room.publish(pk, f"第{pk}讲")
    feed_shared(fed)
    Cursor.objects.all().delete()
    log.publish(log.newest(), index="embedded", node="one")
    log.purge()
    room.delete("1")

    assert feed_shared(fed).missed is True

    assert titles() == ["第2讲"]
    # Not forgotten by going on.
    assert feed_shared(fed).missed is True


def test_an_alias_that_somebody_moved_is_moved_back(room: Any, fed: Any) -> None:
    ours = fed.pointed_to()
    fed.create("somewhere")
    fed.point_to("somewhere")

    feed_shared(fed)

    assert fed.pointed_to() == ours


def test_a_cursor_behind_the_purged_part_of_the_log_rebuilds(room: Any, fed: Any) -> None:
    room.publish("1", "延安精神")
    Cursor.objects.all().delete()
    log.publish(log.newest(), index="embedded", node="one")
    log.purge()
    room.publish("2", "井冈山")

    assert run_shared_round().missed is True

    assert titles() == ["井冈山", "延安精神"]
    # Where copying began is where feeding goes on.
    assert run_shared_round().missed is False
    assert log.position_of(cursor()) == log.newest()


def test_a_rebuild_that_meets_a_server_that_is_away_lets_it_rest(shared: SharedStandIn, room: Any) -> None:
    shared.faults.before = lambda what: (_ for _ in ()).throw(EngineAway("503")) if what == "create" else None

    run_shared_round()

    assert (IndexGeneration.objects.get().state, cursor().failures) == (GenerationState.LEAVING, 1)
    shared.faults.before = lambda _what: None
    rested()
    run_shared_round()
    assert [row.state for row in IndexGeneration.objects.all()] == [GenerationState.CURRENT]
    assert generations.needs_rebuild(shared.fingerprint()) is False
