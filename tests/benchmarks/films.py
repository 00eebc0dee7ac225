"""Clips on their way through real workers, for the measurements of what happens to them there."""

from pathlib import Path

from cms.accounts.models import User
from cms.jobs.enums import JobStatus
from cms.jobs.models import Job
from cms.videos.enums import VideoStatus
from cms.videos.models import Video
from media_pipeline.samples import make_sample
from tests.cms.videos.conftest import Sender
from tests.factories.accounts import UserFactory


def clip(folder: Path, *, seconds: float, width: int = 640, height: int = 360) -> bytes:
    """Return a clip that has to be encoded anew, so that there is time to disturb somebody."""
    path = folder / f"clip-{seconds:g}.mp4"
    return make_sample(path, title="试片", seconds=seconds, width=width, height=height, codec="hevc").read_bytes()


def send(data: bytes, *, owner: User | None = None) -> Video:
    """Send the clip, as a person of its own unless one is named."""
    sender = Sender(owner or UserFactory())
    assert sender.patch(sender.begin(len(data)), 0, data).status_code == 204
    return Video.objects.latest("pk")


def all_ready() -> bool:
    return not Video.objects.exclude(status=VideoStatus.READY).exists()


def job_is_at(kind: str, share: float) -> bool:
    """Return whether a job of the kind is done at this moment and has come that far."""
    return Job.objects.filter(kind=kind, status=JobStatus.RUNNING, progress__gte=share).exists()


def state_of(video: Video) -> str:
    """Return the video's state as it is now."""
    return Video.objects.values_list("status", flat=True).get(pk=video.pk)
