from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cms.jobs.fairness import Waiting, order_of_turns

START = datetime(2026, 11, 1, tzinfo=UTC)
JOBS = st.lists(st.tuples(st.none() | st.integers(1, 4), st.integers(0, 30)), max_size=25).map(
    lambda rows: [Waiting(pk, owner, START + timedelta(minutes=at)) for pk, (owner, at) in enumerate(rows)]
)
SERVED = st.dictionaries(st.none() | st.integers(1, 4), st.integers(0, 30).map(lambda m: START + timedelta(minutes=m)))


def job(pk: int, owner: int | None, minute: int) -> Waiting:
    return Waiting(pk, owner, START + timedelta(minutes=minute))


def test_ten_videos_of_one_person_delay_another_persons_only_video_by_one() -> None:
    many = [job(pk, 1, pk) for pk in range(10)]
    assert order_of_turns([*many, job(99, 2, 50)], {}) == [0, 99, 1, 2, 3, 4, 5, 6, 7, 8, 9]


def test_whoever_was_served_last_comes_last() -> None:
    waiting = [job(1, 1, 0), job(2, 2, 5)]
    assert order_of_turns(waiting, {1: START}) == [2, 1]


@given(JOBS, SERVED)
def test_every_job_gets_exactly_one_turn(waiting: list[Waiting], served: dict[int | None, datetime]) -> None:
    assert sorted(order_of_turns(waiting, served)) == sorted(entry.pk for entry in waiting)


@given(JOBS, SERVED)
def test_the_jobs_of_one_person_keep_their_order(waiting: list[Waiting], served: dict[int | None, datetime]) -> None:
    turns = order_of_turns(waiting, served)
    for owner in {entry.owner for entry in waiting}:
        own = [entry for entry in waiting if entry.owner == owner]
        in_order = [entry.pk for entry in sorted(own, key=lambda entry: (entry.created_at, entry.pk))]
        assert [pk for pk in turns if pk in in_order] == in_order


@given(JOBS, SERVED)
def test_nobody_gets_a_second_turn_before_everybody_waiting_had_one(
    waiting: list[Waiting], served: dict[int | None, datetime]
) -> None:
    owner_of = {entry.pk: entry.owner for entry in waiting}
    owners = [owner_of[pk] for pk in order_of_turns(waiting, served)]
    first_round = owners[: len(set(owners))]
    assert len(set(first_round)) == len(first_round)
