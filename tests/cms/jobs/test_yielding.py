"""Long work lets other people's work begin, and loses nothing by it."""

import time

import pytest
from django.db import OperationalError

from cms.core.clock import now
from cms.jobs import registry
from cms.jobs.enums import JobStatus, Lane
from cms.jobs.models import Job
from cms.jobs.queries import AT_ONCE, others_wait_to_begin
from cms.jobs.runner import JobRun, Yielded, run_next
from tests.cms.jobs.conftest import Notes
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory

PATIENCE_S = 8.0


@pytest.fixture
def long_work(notes: Notes) -> Notes:
    """Register work that can be continued; it writes down its beginning and its end."""

    @registry.handler("test.long")
    def work(run: JobRun) -> None:
        notes.append(f"{run.job.payload['say']} begins")
        if run.job.payload.get("lets"):
            run.let_others_begin()
        ends = time.monotonic() + run.job.payload["seconds"]
        while time.monotonic() < ends:
            run.heartbeat(0.5)
            time.sleep(0.02)
        notes.append(f"{run.job.payload['say']} ends")

    return notes


def waiting(say: str, *, seconds: float, lets: bool = False, owner: object = None) -> Job:
    payload = {"say": say, "seconds": seconds, "lets": lets}
    return JobFactory(kind="test.long", payload=payload, owner=owner, run_after=now() - 2 * AT_ONCE)


@pytest.mark.long
@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_other_people_s_work_begins_and_the_long_one_goes_on_after_it(long_work: Notes) -> None:
    film = waiting("film", seconds=PATIENCE_S, lets=True, owner=UserFactory())
    clip = waiting("clip", seconds=0, owner=UserFactory())
    started = time.monotonic()

    assert run_next(Lane.SMALL, worker="one")
    film.refresh_from_db()

    assert time.monotonic() - started < PATIENCE_S
    assert (film.status, film.attempts, film.started_at is not None) == (JobStatus.QUEUED, 0, True)
    Job.objects.filter(pk=film.pk).update(payload={**film.payload, "seconds": 0})
    while run_next(Lane.SMALL, worker="one"):
        pass
    assert long_work == ["film begins", "clip begins", "clip ends", "film begins", "film ends"]
    clip.refresh_from_db()
    film.refresh_from_db()
    assert (film.status, clip.status) == (JobStatus.DONE, JobStatus.DONE)


@pytest.mark.long
@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_work_that_cannot_be_continued_is_not_interrupted(long_work: Notes) -> None:
    waiting("film", seconds=2, owner=UserFactory())
    waiting("clip", seconds=0, owner=UserFactory())
    while run_next(Lane.SMALL, worker="one"):
        pass
    assert long_work == ["film begins", "film ends", "clip begins", "clip ends"]


@pytest.mark.django_db
def test_only_others_work_that_was_never_begun_is_waited_for() -> None:
    owner, other = UserFactory(), UserFactory()
    film = waiting("film", seconds=1, owner=owner)
    assert not others_wait_to_begin(film)
    waiting("own", seconds=1, owner=owner)
    begun = waiting("begun", seconds=1, owner=other)
    Job.objects.filter(pk=begun.pk).update(started_at=now())
    fresh = JobFactory(kind="test.long", owner=other)
    elsewhere = waiting("elsewhere", seconds=1, owner=other)
    Job.objects.filter(pk=elsewhere.pk).update(lane=Lane.LADDER)
    assert not others_wait_to_begin(film)
    Job.objects.filter(pk=fresh.pk).update(run_after=now() - 2 * AT_ONCE)
    assert others_wait_to_begin(film)


@pytest.mark.django_db(transaction=True)
def test_a_film_gets_some_of_its_turn_before_it_lets_the_next_begin(long_work: Notes) -> None:
    run = JobRun(JobFactory(kind="test.long"), 1)
    run.let_others_begin(after_s=60)
    waiting("clip", seconds=0, owner=UserFactory())
    assert run.why_to_yield() is None
    run.let_others_begin()
    assert run.why_to_yield() is None
    run.yields_from = 0.0
    assert run.why_to_yield() is Yielded
    run.go_to_the_end()
    assert run.why_to_yield() is None


@pytest.mark.long
@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_for_a_moment_ends_no_watch(long_work: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def away_once(job: Job) -> bool:
        asked.append(job.pk)
        if len(asked) == 1:
            raise OperationalError("the server closed the connection")
        return others_wait_to_begin(job)

    monkeypatch.setattr("cms.jobs.runner.others_wait_to_begin", away_once)
    film = waiting("film", seconds=PATIENCE_S, lets=True, owner=UserFactory())
    waiting("clip", seconds=0, owner=UserFactory())
    assert run_next(Lane.SMALL, worker="one")
    film.refresh_from_db()
    assert (film.status, len(asked)) == (JobStatus.QUEUED, 2)
