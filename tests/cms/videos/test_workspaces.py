"""What of an attempt's work outlives it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from cms.jobs.enums import JobStatus
from cms.jobs.models import Job
from cms.jobs.runner import Cancelled, Interrupted, JobRun
from cms.videos import workspaces
from cms.videos.services import sweep_files
from cms.videos.workspaces import clear_workspace, workspace
from media_pipeline.errors import PipelineError
from tests.factories.jobs import JobFactory

pytestmark = pytest.mark.django_db


def leave_by(trouble: Exception, run: JobRun) -> None:
    with workspace(run) as folder:
        (folder / "piece").write_text("made")
        raise trouble


def pieces(run: JobRun) -> list[str]:
    return sorted(path.parent.name for path in Path(settings.WORK_ROOT).glob(f"job-{run.job.pk}-*/piece"))


@pytest.mark.parametrize(
    "trouble", [Interrupted(), PipelineError("stalled", "It stood still.", permanent=False), SystemExit()]
)
def test_what_an_interrupted_attempt_made_is_taken_over_by_the_next(trouble: Exception) -> None:
    job = JobFactory()
    with pytest.raises(type(trouble)):
        leave_by(trouble, JobRun(job, 9))
    with workspace(JobRun(job, 10)) as folder:
        assert (folder / "piece").read_text() == "made"
        assert pieces(JobRun(job, 10)) == [f"job-{job.pk}-10"]
    assert not folder.exists()


@pytest.mark.parametrize(
    "trouble",
    [
        PipelineError("broken", "It is broken.", permanent=True),
        PipelineError("out_of_space", "The disk is full.", permanent=False),
        Cancelled(),
    ],
)
def test_what_nobody_goes_on_with_is_removed(trouble: Exception) -> None:
    run = JobRun(JobFactory(), 1)
    with pytest.raises(type(trouble)):
        leave_by(trouble, run)
    assert pieces(run) == []


def test_work_that_was_cancelled_is_removed_whatever_the_program_said_while_it_was_ended() -> None:
    run = JobRun(JobFactory(), 1)
    Job.objects.update(status=JobStatus.CANCELLED)
    with pytest.raises(PipelineError):
        leave_by(PipelineError("cancelled", "It was stopped.", permanent=False), run)
    assert pieces(run) == []


def test_a_job_that_is_over_leaves_no_folder() -> None:
    run = JobRun(JobFactory(), 1)
    with pytest.raises(Interrupted):
        leave_by(Interrupted(), run)
    clear_workspace(run.job)
    assert pieces(run) == []


def test_a_program_of_an_attempt_that_only_seemed_dead_writes_into_nothing() -> None:
    job = JobFactory()
    with pytest.raises(Interrupted):
        leave_by(Interrupted(), JobRun(job, 9))
    old = Path(settings.WORK_ROOT) / f"job-{job.pk}-9"
    write = "import sys; sys.stdin.read(1); open('late', 'w').write('late')"
    argv = [sys.executable, "-c", write]
    program = subprocess.Popen(argv, cwd=old, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    with workspace(JobRun(job, 10)) as folder:
        program.communicate(b"x")
        assert sorted(path.name for path in folder.iterdir()) == ["piece"]
    assert program.returncode != 0
    assert pieces(JobRun(job, 10)) == []


def test_what_a_later_attempt_makes_is_not_taken_from_it() -> None:
    job = JobFactory()
    with workspace(JobRun(job, 10)) as later:
        (later / "piece").write_text("made")
        with workspace(JobRun(job, 9)) as earlier:
            assert list(earlier.iterdir()) == []
        assert (later / "piece").read_text() == "made"


def test_the_sweep_leaves_work_that_is_still_wanted() -> None:
    job, done = JobFactory(), JobFactory(status=JobStatus.DONE)
    for one in (job, done):
        with pytest.raises(Interrupted):
            leave_by(Interrupted(), JobRun(one, 1))
    if pieces(JobRun(done, 1)):
        clear_workspace(done)
    lost = Path(settings.WORK_ROOT) / f"job-{done.pk}-1"
    lost.mkdir()
    for folder in (lost, Path(settings.WORK_ROOT) / f"job-{job.pk}-1"):
        os.utime(folder, (0, 0))
    assert sweep_files() == 1
    assert (lost.exists(), pieces(JobRun(job, 1))) == (False, [f"job-{job.pk}-1"])


def test_each_machine_that_works_sweeps_what_was_left_on_it_once_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    done, later = (Path(settings.WORK_ROOT) / f"job-{JobFactory(status=JobStatus.DONE).pk}-1" for _n in range(2))
    monkeypatch.setitem(workspaces._swept, "at", time.monotonic() - workspaces.SWEEP_EVERY_S)
    for left in (done, later):
        left.mkdir(parents=True)
        os.utime(left, (0, 0))
        with workspace(JobRun(JobFactory(), 1)):
            pass
    assert (done.exists(), later.exists()) == (False, True)
