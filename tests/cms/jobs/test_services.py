from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django_tasks_db.models import DBTaskResult
from structlog.testing import capture_logs

from cms.accounts.models import AuditEntry
from cms.core.clock import now
from cms.core.errors import StaleState
from cms.jobs import lifecycle, registry, transport
from cms.jobs.enums import JobStatus, Lane
from cms.jobs.models import Job, ScheduledRun, WorkerBeat
from cms.jobs.queries import eta_s, queue_position, worker_is_alive
from cms.jobs.runner import JobRun, LeaseLost, run_claimed
from cms.jobs.schedule import _table, scheduled
from cms.jobs.services import (
    beat,
    cancel,
    due_at,
    enqueue,
    fail,
    forget_old_work,
    reap,
    retry,
    start_due_work,
    take_back,
)
from cms.jobs.tasks import run_job
from cms.jobs.worker import LaneWorker
from tests.cms.jobs.conftest import Notes, UnluckyError
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory, run_waiting_jobs

pytestmark = pytest.mark.django_db


def test_a_job_is_offered_to_its_lane_after_the_commit(django_capture_on_commit_callbacks: Any, notes: Notes) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        enqueue("test.note", {"say": "早"}, lane=Lane.LADDER)
        assert not transport.run_one_message([Lane.LADDER], "w")
    assert not transport.run_one_message([Lane.SMALL], "w")
    assert transport.run_one_message([Lane.LADDER], "w")
    assert notes == ["早"]
    job = Job.objects.get()
    assert (job.status, job.result, job.progress, job.attempts) == (JobStatus.DONE, {"said": True}, 1.0, 1)


def test_the_same_key_is_queued_once_while_it_is_open() -> None:
    first = enqueue("test.note", {}, key="one")
    assert enqueue("test.note", {}, key="one") == first
    Job.objects.update(status=JobStatus.DONE)
    assert enqueue("test.note", {}, key="one") != first


def test_a_message_that_comes_twice_runs_the_job_once(notes: Notes) -> None:
    job = JobFactory()
    run_job.call(job.pk)
    run_job.call(job.pk)
    assert notes == [job.pk]


def test_a_message_runs_the_job_whose_turn_it_is(notes: Notes) -> None:
    busy, waiting = UserFactory(), UserFactory()
    JobFactory(owner=busy, payload={"say": "first"})
    second = JobFactory(owner=busy, payload={"say": "second"})
    JobFactory(owner=waiting, payload={"say": "other"})
    for _time in range(3):
        run_job.call(second.pk)
    assert notes == ["first", "other", "second"]


def test_of_two_claims_on_what_both_read_one_wins() -> None:
    job = JobFactory()
    first, second = Job.objects.get(), Job.objects.get()
    assert lifecycle.claim(first, worker="a") == 1
    assert lifecycle.claim(second, worker="b") is None
    job.refresh_from_db()
    assert (job.worker, job.fence, job.attempts) == ("a", 1, 1)


def test_a_zombie_can_neither_publish_nor_end_the_job(settings: Any, notes: Notes) -> None:
    zombie = JobFactory()
    old = lifecycle.claim(zombie, worker="a")
    assert old == 1
    Job.objects.update(lease_until=now() - timedelta(seconds=1))
    taken = Job.objects.get()
    assert lifecycle.claim(taken, worker="b") == 2
    run = JobRun(zombie, old)
    with pytest.raises(LeaseLost), run.guard():
        raise AssertionError("nothing may be published")
    assert not lifecycle.advance(zombie, JobStatus.DONE, actor=None, reason="done", fence=old)
    assert not lifecycle.renew(zombie.pk, old)
    assert JobRun(taken, 2).is_current()


def test_a_handler_that_lost_its_lease_leaves_the_job_to_the_other(notes: Notes) -> None:
    job = JobFactory()
    fence = lifecycle.claim(job, worker="a")
    Job.objects.update(fence=7)
    assert fence is not None
    run_claimed(job, fence)
    assert Job.objects.get().status == JobStatus.RUNNING


def test_a_permanent_error_ends_the_job_at_once_with_its_code(notes: Notes) -> None:
    JobFactory(kind="test.refuse")
    run_waiting_jobs()
    job = Job.objects.get()
    assert (job.status, job.attempts, job.error_code, job.error_message) == (
        JobStatus.FAILED,
        1,
        "refused",
        "It cannot be done.",
    )
    assert notes == [("failed", "refused", True)]


def test_an_error_class_named_at_registration_is_permanent(notes: Notes) -> None:
    JobFactory(kind="test.value")
    run_waiting_jobs()
    assert notes == [("failed", "internal", True)]


def test_any_other_error_is_tried_again_later_until_the_attempts_are_used(notes: Notes) -> None:
    JobFactory(kind="test.unlucky", max_attempts=2)
    assert run_waiting_jobs() == 1
    job = Job.objects.get()
    assert (job.status, job.error_code) == (JobStatus.QUEUED, "unlucky")
    assert job.run_after > now()
    Job.objects.update(run_after=now())
    run_waiting_jobs()
    assert Job.objects.get().status == JobStatus.FAILED
    assert notes == [("failed", "unlucky", False)]


def test_work_that_needs_what_is_away_waits_for_it_without_using_up_its_attempts(notes: Notes) -> None:
    JobFactory(kind="test.away", max_attempts=2)
    for _n in range(3):
        Job.objects.update(run_after=now())
        assert run_waiting_jobs() == 1
        job = Job.objects.get()
        assert (job.status, job.attempts, job.error_code) == (JobStatus.QUEUED, 0, "away")
        assert job.run_after > now()


def test_an_unknown_kind_fails_with_a_code() -> None:
    JobFactory(kind="test.nobody_knows")
    run_waiting_jobs()
    assert Job.objects.get().error_code == "unknown_kind"


def test_an_expired_lease_goes_back_to_the_queue(notes: Notes) -> None:
    job = JobFactory()
    lifecycle.claim(job, worker="dead")
    assert reap(now() + timedelta(minutes=5)) == 1
    assert Job.objects.get().status == JobStatus.QUEUED


def test_work_whose_workers_died_each_time_fails_and_its_room_hears_of_it(notes: Notes) -> None:
    job = JobFactory(kind="test.unlucky", max_attempts=1)
    lifecycle.claim(job, worker="dead")
    reap(now() + timedelta(minutes=5))
    assert Job.objects.get().error_code == "worker_lost"
    assert notes == [("failed", "worker_lost", False)]


def test_a_worker_that_wakes_after_its_lease_leaves_the_job_to_the_next(notes: Notes) -> None:
    job = JobFactory(kind="test.stalled")
    fence = lifecycle.claim(job, worker="stalled")
    assert fence is not None
    run_claimed(job, fence)
    assert (Job.objects.get().status, notes) == (JobStatus.QUEUED, [])
    run_waiting_jobs()
    assert (Job.objects.get().status, notes) == (JobStatus.DONE, [fence + 2])


def test_a_worker_that_stalled_cannot_fail_what_waits_for_the_next(notes: Notes) -> None:
    job = JobFactory(kind="test.unlucky")
    fence = lifecycle.claim(job, worker="stalled")
    reap(now() + timedelta(minutes=5))
    assert not fail(job, code="unlucky", message="", permanent=True, fence=fence)
    assert (Job.objects.get().status, notes) == (JobStatus.QUEUED, [])


def test_a_lease_that_was_renewed_meanwhile_is_not_taken_back(notes: Notes) -> None:
    job = JobFactory()
    lifecycle.claim(job, worker="late")
    read_as_expired = Job.objects.get()
    assert lifecycle.renew(job.pk, job.fence)
    take_back(read_as_expired, now())
    assert Job.objects.get().status == JobStatus.RUNNING


def test_a_room_that_raises_when_told_does_not_keep_its_job_open(notes: Notes) -> None:
    JobFactory(kind="test.deaf", max_attempts=1)
    run_waiting_jobs()
    assert (Job.objects.get().status, Job.objects.get().error_code) == (JobStatus.FAILED, "unlucky")


def test_one_job_that_cannot_be_taken_back_does_not_keep_the_others(
    notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = JobFactory(), JobFactory()
    for job in (first, second):
        lifecycle.claim(job, worker="dead")
    sent = transport.offer

    def broken(job: Job) -> None:
        if job.pk == first.pk:
            raise RuntimeError("no way out")
        sent(job)

    monkeypatch.setattr(transport, "offer", broken)
    assert reap(now() + timedelta(minutes=5)) == 2
    assert [job.status for job in Job.objects.order_by("pk")] == [JobStatus.RUNNING, JobStatus.QUEUED]


def test_a_lane_goes_on_after_a_step_that_raised(notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    JobFactory(payload={"say": "after"})
    worker = LaneWorker(Lane.SMALL)

    def broken() -> None:
        raise RuntimeError("a fault in one piece of housekeeping")

    with monkeypatch.context() as patch:
        patch.setattr(worker, "keep_house", broken)
        assert not worker.step_or_log()
    assert worker.step_or_log()
    assert notes == ["after"]


def test_a_lost_message_is_sent_again_when_the_lane_is_idle(
    django_capture_on_commit_callbacks: Any, notes: Notes
) -> None:
    JobFactory(offered_at=now() - timedelta(minutes=5))
    with django_capture_on_commit_callbacks(execute=True):
        reap()
    assert transport.run_one_message([Lane.SMALL], "w")
    assert len(notes) == 1


def test_cancelling_tells_the_room_and_the_log_knows_who_did_it(notes: Notes) -> None:
    staff, job = UserFactory(), JobFactory(kind="test.unlucky", owner=UserFactory())
    assert cancel(job, actor=staff, reason="wrong file")
    assert notes == [("cancelled", job.pk)]
    assert not cancel(job, actor=staff, reason="again")
    assert list(AuditEntry.objects.values_list("action", "reason")) == [("jobs.cancel", "wrong file")]


def test_what_a_handler_says_after_its_work_was_cancelled_is_no_failure(notes: Notes) -> None:
    job = JobFactory(kind="test.torn")

    @registry.handler("test.torn")
    def torn(run: JobRun) -> None:
        cancel(job, actor=None, reason="deleted")
        raise UnluckyError

    with capture_logs() as told:
        run_waiting_jobs()
    job.refresh_from_db()
    assert (job.status, job.error_code) == (JobStatus.CANCELLED, "")
    assert [line["event"] for line in told if line["log_level"] == "warning"] == []


def test_what_failed_can_be_tried_again_and_what_was_done_cannot(notes: Notes) -> None:
    failed = JobFactory(status=JobStatus.FAILED, attempts=5, error_code="x", max_attempts=5)
    retry(failed, actor=None)
    assert (failed.status, failed.attempts, failed.error_code) == (JobStatus.QUEUED, 0, "")
    done = JobFactory(status=JobStatus.DONE)
    with pytest.raises(StaleState):
        retry(done, actor=None)


def test_a_retry_gives_way_to_the_same_work_that_is_open() -> None:
    old = JobFactory(status=JobStatus.FAILED, idempotency_key="k")
    JobFactory(idempotency_key="k")
    with pytest.raises(StaleState):
        retry(old, actor=None)


def test_the_position_counts_those_who_come_before() -> None:
    anna, bert = UserFactory(), UserFactory()
    jobs = [JobFactory(owner=anna) for _n in range(3)] + [JobFactory(owner=bert)]
    assert [queue_position(job) for job in jobs] == [0, 2, 3, 1]


def test_the_expected_time_comes_from_what_was_done_before() -> None:
    start = now() - timedelta(hours=1)
    JobFactory(status=JobStatus.DONE, size=10, started_at=start, finished_at=start + timedelta(seconds=20))
    first, second = JobFactory(size=5), JobFactory(size=1)
    assert (eta_s(first), eta_s(second)) == (10, 12)


def test_nothing_is_expected_where_nothing_is_known() -> None:
    assert eta_s(JobFactory()) is None


@pytest.mark.long
def test_periodic_work_starts_once_for_each_due_time(notes: Notes) -> None:
    ran: list[str] = []

    @scheduled("test.hourly", every=timedelta(hours=1))
    def hourly() -> None:
        ran.append("hourly")

    try:
        at = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
        assert [job.payload["name"] for job in start_due_work(at)].count("test.hourly") == 1
        again = start_due_work(at + timedelta(minutes=5))
        assert [job for job in again if job.payload["name"] == "test.hourly"] == []
        run_waiting_jobs()
        start_due_work(at + timedelta(hours=1))
        run_waiting_jobs()
        assert ran == ["hourly", "hourly"]
        due = ScheduledRun.objects.filter(name="test.hourly").values_list("due_at", flat=True)
        assert [at.hour for at in due] == [11, 10]
    finally:
        del _table["test.hourly"]


def test_a_due_time_is_a_whole_number_of_periods() -> None:
    at = datetime(2026, 11, 22, 10, 47, 13, tzinfo=UTC)
    assert due_at(timedelta(minutes=15), at) == datetime(2026, 11, 22, 10, 45, tzinfo=UTC)


def test_a_worker_is_alive_while_it_beats() -> None:
    assert not worker_is_alive()
    beat("w1", lane=Lane.LADDER)
    assert (worker_is_alive(), worker_is_alive(Lane.LADDER), worker_is_alive(Lane.SMALL)) == (True, True, False)
    WorkerBeat.objects.update(beat_at=now() - timedelta(minutes=2))
    assert not worker_is_alive()


def test_messages_that_a_dead_worker_left_running_are_closed(
    django_capture_on_commit_callbacks: Any, notes: Notes
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        enqueue("test.note", {})
    message = DBTaskResult.objects.get()
    message.claim("dead")
    WorkerBeat.objects.create(name="dead", lane=Lane.SMALL, started_at=now(), beat_at=now() - timedelta(minutes=2))
    reap()
    message.refresh_from_db()
    assert message.status == "FAILED"


def test_old_work_is_forgotten_and_failures_are_kept() -> None:
    long_ago = now() - timedelta(days=200)
    JobFactory(status=JobStatus.DONE, finished_at=long_ago)
    failed = JobFactory(status=JobStatus.FAILED, finished_at=long_ago)
    assert forget_old_work() == 1
    assert Job.objects.get() == failed


def test_a_rolled_back_enqueue_leaves_nothing() -> None:
    with transaction.atomic():
        enqueue("test.note", {})
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_the_command_lists_retries_and_cancels(capsys: Any) -> None:
    job = JobFactory(status=JobStatus.FAILED, error_code="unlucky")
    call_command("jobs", "retry", str(job.pk), "--json")
    call_command("jobs", "cancel", str(job.pk), "--json")
    call_command("jobs", "list", "--json", "--status", "cancelled")
    import json

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["total"], line["items"][0]["status"]) for line in lines] == [
        (1, "queued"),
        (1, "cancelled"),
        (1, "cancelled"),
    ]
