"""What is cleared away when nobody looks any more."""

from datetime import timedelta

from cms.core.clock import now
from cms.jobs.registry import handler
from cms.jobs.runner import JobRun
from cms.jobs.schedule import scheduled
from cms.jobs.services import enqueue
from cms.videos.models import Video
from cms.videos.rendition_stores import rendition_store
from cms.videos.services import forget_originals, sweep_files, sweep_uploads

DROP = "videos.drop_generation"
# Players that hold addresses of the first rung finish in peace before it goes.
GRACE = timedelta(minutes=10)


def drop_later(video: Video, generation: str) -> None:
    """Remove a generation when those who hold its addresses have had time to finish."""
    enqueue(DROP, {"uuid": str(video.uuid), "generation": generation}, run_after=now() + GRACE)


@handler(DROP)
def drop_generation(run: JobRun) -> None:
    """Remove a generation that is no longer shown."""
    uuid, generation = run.job.payload["uuid"], run.job.payload["generation"]
    if generation and not Video.objects.filter(uuid=uuid, generation=generation).exists():
        rendition_store().delete(uuid, generation)


@scheduled("videos.sweep_uploads", every=timedelta(hours=1))
def sweep_old_uploads() -> None:
    sweep_uploads()


@scheduled("videos.sweep_files", every=timedelta(days=1))
def sweep_old_files() -> None:
    sweep_files()


@scheduled("videos.forget_originals", every=timedelta(days=1))
def forget_old_originals() -> None:
    forget_originals()
