"""What of an attempt's work outlives it."""

from pathlib import Path

import pytest
from django.conf import settings

from cms.jobs.enums import JobStatus
from cms.jobs.models import Job
from cms.jobs.runner import Cancelled, Interrupted, JobRun
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
        # The attempt before finds nothing any more where it used to write.
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
