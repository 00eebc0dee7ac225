"""Opening what a person sent."""

from pathlib import Path

from cms.jobs.runner import JobRun
from cms.videos import original_stores
from cms.videos.errors import VideoRefused
from cms.videos.models import Video


def local_original(run: JobRun, video: Video, folder: Path) -> Path:
    """Return where the original can be read.

    Raises VideoRefused missing_file, StorageAway, and what a heartbeat raises.
    """
    try:
        return original_stores.local_file(video.original, folder, run.heartbeat)
    except (FileNotFoundError, IsADirectoryError):
        raise VideoRefused("missing_file") from None
