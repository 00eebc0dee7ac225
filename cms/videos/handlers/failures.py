"""What is said when a conversion ends without a video, and that it ends at all."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.db import transaction

from cms.core.events import publish
from cms.jobs.models import Job
from cms.jobs.runner import JobRun
from cms.videos.events import VideoChanging, VideoFailed
from cms.videos.models import Video
from cms.videos.queries import LADDER
from cms.videos.services.videos import note_failure, note_halt, tell_owner_of_failure
from cms.videos.workspaces import clear_workspace
from media_pipeline.errors import PipelineError

log = structlog.get_logger("weike.videos")
TIMEOUTS = 2
# A worker that dies counts as an attempt, so there are more of them than for other work.
ATTEMPTS = 8
WITHOUT_ROOM = ("quota_minutes", "quota_organisation")


def on_failure(job: Job) -> None:
    """Say at the video why its job failed."""
    transaction.on_commit(lambda: clear_workspace(job))
    # The job is over for good, the video is not: whoever makes room has it converted again.
    tell_failure(job, code=job.error_code, permanent=job.error_permanent and job.error_code not in WITHOUT_ROOM)


def on_cancel(job: Job) -> None:
    """Say at a video that is still wanted that its conversion was stopped by somebody else's act."""
    transaction.on_commit(lambda: clear_workspace(job))
    tell_failure(job, code="cancelled", permanent=False)


def tell_failure(job: Job, *, code: str, permanent: bool) -> None:
    """Mark the job's video as failed and let its owner and the rooms above know; one that plays goes on playing."""
    video = Video.objects.select_related("owner").filter(pk=job.payload["video"]).first()
    if video is None:
        return
    publish(VideoChanging(video_id=video.pk))
    halted = job.kind == LADDER and note_halt(video, code=code, permanent=permanent)
    if not halted and not note_failure(video, code=code, permanent=permanent):
        return
    try:
        with transaction.atomic():
            if not halted:
                publish(VideoFailed(video_id=video.pk, code=code))
            tell_owner_of_failure(video, code)
    except Exception:
        # The video has failed whoever hears of it; left as it was, it would be shown as being converted for ever.
        log.exception("videos.failure_not_told", video=video.pk)


@contextmanager
def no_endless_tries(run: JobRun) -> Iterator[None]:
    """End a conversion for good that ran into its time limit twice: it would hold the lane for hours again.

    Raises PipelineError timeout as a permanent one then.
    """
    try:
        yield
    except PipelineError as error:
        if error.code != "timeout":
            raise
        # Attempts that ended otherwise, by a crash or a full disk, say nothing about the time it takes.
        timeouts = run.job.result.get("timeouts", 0) + 1
        run.remember(timeouts=timeouts)
        if timeouts < TIMEOUTS:
            raise
        raise PipelineError(error.code, error.message, permanent=True) from error
