"""Changes are noted with the change itself, or not at all."""

from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from search import drain, outbox
from search.models import OutboxEntry
from search.query import keys, search, suggest
from search.schema import ANONYMOUS, Query


def noted() -> list[tuple[str, str]]:
    return list(OutboxEntry.objects.values_list("kind", "object_id"))


@pytest.mark.django_db
def test_a_change_is_one_row_with_its_kind_and_key(room: Any) -> None:
    outbox.record_change("lesson", 7)
    outbox.record_change("lecturer", "abc")

    assert noted() == [("lesson", "7"), ("lecturer", "abc")]


@pytest.mark.django_db
@pytest.mark.long
def test_many_changes_are_noted_in_few_statements(room: Any, django_assert_num_queries: Any) -> None:
    many = 60 * outbox.AT_ONCE
    with django_assert_num_queries(60):
        outbox.record_changes("lesson", range(many))
    with django_assert_num_queries(0):
        outbox.record_changes("lesson", ())

    assert noted() == [("lesson", str(pk)) for pk in range(many)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.long
def test_a_rollback_takes_the_note_back(room: Any) -> None:
    @transaction.atomic
    def fail() -> None:
        room.publish("1", "没有发生")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert noted() == []
    assert search(Query(text="没有发生")).total == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.long
def test_what_is_committed_is_found_without_any_worker(room: Any) -> None:
    with transaction.atomic():
        room.publish("1", "延安精神")
        assert search(Query(text="延安")).total == 0

    assert search(Query(text="延安")).total == 1
    assert [item.text for group in suggest("yan", ANONYMOUS) for item in group.items] == ["延安精神"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.long
def test_what_is_taken_down_is_not_found_any_more(room: Any) -> None:
    room.publish("1", "延安精神")
    room.delete("1")

    assert search(Query(text="延安")).total == 0


@pytest.mark.django_db
def test_many_changes_of_one_transaction_call_the_listeners_once(
    room: Any, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as callbacks, transaction.atomic():
        for number in range(40):
            outbox.record_change("lesson", number)

    assert len(callbacks) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.long
def test_a_rolled_back_savepoint_does_not_keep_the_rest_from_being_indexed(room: Any) -> None:
    def fail_inside() -> None:
        with transaction.atomic():
            room.publish("1", "井冈山")
            raise RuntimeError

    with transaction.atomic():
        with pytest.raises(RuntimeError):
            fail_inside()
        room.publish("2", "延安精神")

    assert noted() == [("lesson", "2")]
    assert search(Query(text="延安")).total == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.long
def test_a_listener_that_breaks_does_not_break_the_change(room: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []

    def broken() -> None:
        called.append("broken")
        raise RuntimeError

    monkeypatch.setattr(outbox, "_after_commit", [broken, drain.drain_after_commit])
    room.publish("1", "延安精神")

    assert called == ["broken"]
    assert search(Query(text="延安")).total == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.long
def test_an_index_that_cannot_be_written_does_not_break_the_change(room: Any, index_path: Any) -> None:
    index_path.write_text("no link, no index")

    room.publish("1", "延安精神")

    assert noted() == [("lesson", "1")]
    asked = Query(text="延安")
    assert (search(asked).degraded, keys(asked), suggest("延", ANONYMOUS)) == (True, (), ())


@pytest.mark.django_db
def test_a_kind_is_registered_once_and_the_last_registration_counts(room: Any) -> None:
    outbox.register("lesson", build=lambda _pk: None, iterate=lambda: iter(("9",)))

    assert list(outbox.sources()) == ["lesson"]
    assert list(outbox.sources()["lesson"].iterate()) == ["9"]
