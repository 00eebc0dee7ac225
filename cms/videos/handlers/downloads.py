"""Prepares originals for download: a copy of picture and sound without what the device wrote beside them."""

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings

from cms.jobs.registry import handler
from cms.jobs.runner import Cancelled, JobRun
from cms.videos import original_stores
from cms.videos.handlers.originals import local_original
from cms.videos.models import Video
from cms.videos.queries import DOWNLOAD
from cms.videos.rendition_stores import forget, new_generation, rendition_store
from cms.videos.services.downloads import FORGET, forget_download, note_download
from cms.videos.workspaces import clear_workspace, workspace
from media_pipeline.errors import failure
from media_pipeline.stripping import strip


@handler(DOWNLOAD, on_failure=clear_workspace, on_cancel=clear_workspace, max_attempts=3)
def prepare_download(run: JobRun) -> dict[str, Any]:
    """Copy the original into a generation of its own, which the signed addresses of its video reach."""
    video = Video.objects.filter(pk=run.job.payload["video"]).first()
    if video is None or not video.original:
        raise Cancelled
    generation = new_generation()
    with workspace(run) as folder:
        made = folder / "download"
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        require_room(folder, video.original_bytes)
        file = strip(local_original(run, video, folder), made, on_progress=run.heartbeat, should_stop=run.should_stop)
        size = file.stat().st_size
        try:
            rendition_store().publish(made, str(video.uuid), generation, run.heartbeat)
            offer(run, video, f"{generation}/{file.name}", size)
        except BaseException:
            forget(str(video.uuid), generation)
            raise
    return {"bytes": size}


def offer(run: JobRun, video: Video, name: str, size: int) -> None:
    """Let the row name the copy, unless this attempt has lost the job or the video its original."""
    with run.guard():
        if not note_download(video, name, size):
            raise Cancelled


def require_room(folder: Path, size: int) -> None:
    """Raise PipelineError out_of_space when a copy of that size would fill the disk it is made on or the one it is kept on.

    An original that lies elsewhere is fetched first, and lies beside the copy.
    """
    made = size if original_stores.are_here() else 2 * size
    rooms = ((shutil.disk_usage(folder).free, made), (rendition_store().free_bytes(), size))
    if any(free - needed < settings.UPLOAD_FREE_DISK_BYTES for free, needed in rooms):
        raise failure("out_of_space")


@handler(FORGET)
def forget_prepared(run: JobRun) -> None:
    """Take a prepared original away when its days are over."""
    forget_download(run.job.payload["video"], run.job.payload["download"])
