"""Real worker processes: racing, killed, asked to end, orphaned."""

import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest

from cms.jobs.enums import JobStatus, Lane
from cms.jobs.models import Job, ScheduledRun, WorkerBeat
from cms.jobs.supervisor import LOOK_S
from cms.jobs.worker import LaneWorker
from tests.factories.jobs import JobFactory
from tests.factories.processes import eventually, is_running, process

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
WORKER = ("-m", "tests.cms.jobs.cheap_worker", "ladder", "embedded")


def slow_jobs(count: int, *, steps: int) -> list[Job]:
    return [
        JobFactory(kind="test.slow", lane=Lane.LADDER, payload={"steps": steps}, max_attempts=50)
        for _n in range(count)
    ]


def published() -> list[str]:
    return sorted(ScheduledRun.objects.filter(name__startswith="published").values_list("name", flat=True))


def all_done() -> bool:
    return not Job.objects.filter(kind="test.slow").exclude(status=JobStatus.DONE).exists()


def someone_works() -> bool:
    return Job.objects.filter(kind="test.slow", status=JobStatus.RUNNING, progress__gt=0).exists()


def test_two_workers_in_one_lane_share_the_work_and_do_nothing_twice() -> None:
    jobs = slow_jobs(30, steps=2)
    with process(*WORKER), process(*WORKER):
        eventually(all_done)
    assert published() == sorted(f"published {job.pk}" for job in jobs)
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}


def test_killing_the_worker_at_any_moment_loses_nothing_and_publishes_nothing_twice() -> None:
    jobs = slow_jobs(6, steps=25)
    chance = random.Random(5)  # noqa: S311  # moments, not secrets
    for _kill in range(3):
        with process(*WORKER):
            eventually(lambda: someone_works() or all_done())
            time.sleep(chance.random() * 0.6)
    with process(*WORKER):
        eventually(all_done)
    assert published() == sorted(f"published {job.pk}" for job in jobs)


def test_a_worker_that_is_asked_to_end_gives_its_job_back_without_counting_an_attempt() -> None:
    job = slow_jobs(1, steps=100_000)[0]
    with process(*WORKER) as worker:
        eventually(someone_works)
        worker.terminate()
        assert worker.wait(60) == 0
    job.refresh_from_db()
    assert (job.status, job.attempts, job.worker) == (JobStatus.QUEUED, 0, "")
    assert not WorkerBeat.objects.exists()


def lanes() -> dict[str, int]:
    """Return the process number in each lane's newest beat."""
    return {beat.lane: int(beat.name.rsplit("-", 2)[1]) for beat in WorkerBeat.objects.order_by("started_at")}


def hold_up(pid: int, seconds: float) -> None:
    """Stop a process as a terminal or a frozen container does, and let it go on."""
    os.kill(pid, signal.SIGSTOP)
    time.sleep(seconds)
    os.kill(pid, signal.SIGCONT)


def test_the_supervisor_outlives_a_stop_restarts_a_lane_and_leaves_no_orphan_when_it_is_killed_itself() -> None:
    with process("manage.py", "worker") as supervisor:
        eventually(lambda: set(lanes()) == set(Lane.values))
        first = lanes()
        hold_up(supervisor.pid, 2 * LOOK_S)
        os.kill(first[Lane.LADDER], signal.SIGKILL)
        eventually(lambda: lanes()[Lane.LADDER] != first[Lane.LADDER])
        now_running = lanes()
        os.kill(supervisor.pid, signal.SIGKILL)
        supervisor.wait()
        eventually(lambda: not any(is_running(pid) for pid in now_running.values()))


def test_the_supervisor_ends_its_lanes_when_it_is_asked_to_end() -> None:
    with process("manage.py", "worker") as supervisor:
        eventually(lambda: set(lanes()) == set(Lane.values))
        pids = lanes().values()
        supervisor.terminate()
        assert supervisor.wait(60) == 0
        assert not any(is_running(pid) for pid in pids)


def test_a_whole_group_that_is_asked_to_end_ends_in_order() -> None:
    with process("manage.py", "worker") as supervisor:
        eventually(lambda: set(lanes()) == set(Lane.values))
        pids = lanes().values()
        # As a terminal does for Ctrl-C: lanes hear it themselves, and once more from their supervisor.
        os.killpg(supervisor.pid, signal.SIGINT)
        assert supervisor.wait(60) == 0
        assert not any(is_running(pid) for pid in pids)
    assert not WorkerBeat.objects.exists()


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_kept_waiting(pid: int, number: signal.Signals) -> bool:
    """Tell whether a signal came that the process has not let through yet."""
    status = Path(f"/proc/{pid}/status").read_text()
    masks = [line.split()[1] for line in status.splitlines() if line.startswith(("SigPnd:", "ShdPnd:"))]
    return any(int(mask, 16) >> number - 1 & 1 for mask in masks)


def test_a_lane_that_is_asked_to_end_before_it_listens_ends_all_the_same(tmp_path: Path) -> None:
    gate = tmp_path / "listens"
    with process("-m", "tests.cms.jobs.late_lane", str(gate)) as supervisor:
        eventually(lambda: children_of(supervisor.pid))
        [lane] = children_of(supervisor.pid)
        supervisor.terminate()
        eventually(lambda: is_kept_waiting(lane, signal.SIGTERM))
        gate.touch()
        assert supervisor.wait(60) == 0
        assert not is_running(lane)


def test_only_a_worker_of_its_own_ends_at_once_when_it_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    stopping = threading.Event()
    monkeypatch.setattr("cms.jobs.worker.STOPPING", stopping)
    supervised = LaneWorker(Lane.SMALL, parent=os.getppid())
    for _ask in range(3):
        supervised.on_signal(signal.SIGTERM, None)
    assert stopping.is_set()
    with pytest.raises(SystemExit) as end:
        LaneWorker(Lane.SMALL).on_signal(signal.SIGTERM, None)
    assert end.value.code == 1
