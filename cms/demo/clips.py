"""Six clips, filmed by nobody: made by the engine's sample maker, sent in as uploads, converted by the real jobs."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile

from cms.accounts.models import User
from cms.jobs.enums import Lane
from cms.jobs.runner import run_next
from cms.videos.models import Video
from cms.videos.services import receive_form_upload
from media_pipeline.samples import make_phone_clip, make_sample


@dataclass(frozen=True)
class Clip:
    """What one clip looks like; `phone` is the portrait 10-bit HLG recording of a recent phone."""

    title: str
    seconds: float
    width: int = 960
    height: int = 540
    phone: bool = False


CLIPS = (
    Clip("安全生产微课", 9),
    Clip("乡村振兴实用技术", 8),
    Clip("身边榜样", 7),
    Clip("党章党规入门", 6),
    Clip("数字素养（长辈版）", 12, 640, 360),
    Clip("党史地图", 6, phone=True),
)
WORKER = "demo-seed"


def make_clips(owner: User) -> list[Video]:
    """Make, send in and convert the clips; return their finished videos in the order of CLIPS."""
    videos = []
    with tempfile.TemporaryDirectory() as folder:
        for number, clip in enumerate(CLIPS):
            path = Path(folder) / f"clip-{number}{'.mov' if clip.phone else '.mp4'}"
            film(clip, path, seed=number)
            with path.open("rb") as file:
                sent = UploadedFile(file, path.name, "video/quicktime", path.stat().st_size)
                videos.append(receive_form_upload(owner, sent, title=clip.title))
    convert_all()
    for video in videos:
        video.refresh_from_db()
    return videos


def film(clip: Clip, path: Path, *, seed: int) -> None:
    """Write one clip."""
    if clip.phone:
        make_phone_clip(path, title=clip.title, seconds=clip.seconds, seed=seed)
    else:
        make_sample(
            path, title=clip.title, seconds=clip.seconds, width=clip.width, height=clip.height, seed=seed, phone=True
        )


def convert_all() -> None:
    """Run the waiting conversions here and now, as the worker would."""
    for lane in (Lane.FIRST_PLAY, Lane.LADDER):
        while run_next(lane, worker=WORKER):
            pass
