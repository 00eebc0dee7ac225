"""Six clips, filmed by nobody: made by the engine's sample maker, sent in as uploads, converted by the real jobs."""

import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import connections

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
    Clip("党史地图", 6, phone=True),
    Clip("安全生产微课", 9),
    Clip("乡村振兴实用技术", 8),
    Clip("身边榜样", 7),
    Clip("党章党规入门", 6),
    Clip("数字素养（长辈版）", 12, 640, 360),
)
WORKER = "demo-seed"
# Two conversions at once: the phone's clip takes as long as all others together.
HANDS = 2


def make_clips(owner: User) -> list[Video]:
    """Make, send in and convert the clips; return their finished videos in the order of CLIPS."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(HANDS) as hands:
        paths = [Path(folder) / f"clip-{n}{'.mov' if clip.phone else '.mp4'}" for n, clip in enumerate(CLIPS)]
        list(hands.map(film, CLIPS, paths, range(len(CLIPS))))
        videos = [send_in(owner, clip, path) for clip, path in zip(CLIPS, paths, strict=True)]
        for lane in (Lane.FIRST_PLAY, Lane.LADDER):
            list(hands.map(convert_waiting, [lane] * HANDS))
    for video in videos:
        video.refresh_from_db()
    return videos


def send_in(owner: User, clip: Clip, path: Path) -> Video:
    """Send one clip in as a member does without a script."""
    with path.open("rb") as file:
        sent = UploadedFile(file, path.name, "video/quicktime", path.stat().st_size)
        return receive_form_upload(owner, sent, title=clip.title)


def film(clip: Clip, path: Path, seed: int) -> None:
    """Write one clip."""
    if clip.phone:
        make_phone_clip(path, title=clip.title, seconds=clip.seconds, seed=seed)
    else:
        make_sample(
            path,
            title=clip.title,
            seconds=clip.seconds,
            width=clip.width,
            height=clip.height,
            seed=seed,
            phone=True,
        )


def convert_waiting(lane: Lane) -> None:
    """Run the lane's waiting conversions here and now, as a worker would."""
    try:
        while run_next(lane, worker=f"{WORKER}-{threading.get_ident()}"):
            pass
    finally:
        connections.close_all()
