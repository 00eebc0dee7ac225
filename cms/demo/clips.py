"""Six clips, filmed by nobody: made by the engine's sample maker, sent in as uploads, converted by the real jobs."""

import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Self

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
    Clip("安全生产微课", 7),
    Clip("乡村振兴实用技术", 6),
    Clip("身边榜样", 6.5),
    Clip("党章党规入门", 6),
    Clip("数字素养（长辈版）", 9, 640, 360),
)
WORKER = "demo-seed"
# Two conversions at once: the phone's clip takes as long as all others together.
HANDS = 2


@dataclass(frozen=True)
class Footage:
    """What was filmed: the finished videos in the order of CLIPS, one that failed, and the first bytes of a recording."""

    videos: list[Video]
    failed: Video | None = None
    beginning: bytes = b""


class Filming:
    """The clips while they are being filmed, which needs no database and goes on beside other work."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.hands = ThreadPoolExecutor(HANDS)
        names = [f"VID_{number:04d}{'.mov' if clip.phone else '.mp4'}" for number, clip in enumerate(CLIPS, 1)]
        self.paths = [Path(self.folder.name) / name for name in names]
        self.filmed = [
            self.hands.submit(film, clip, path, seed)
            for seed, (clip, path) in enumerate(zip(CLIPS, self.paths, strict=True))
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.hands.shutdown(cancel_futures=True)
        self.folder.cleanup()

    def develop(self, owner: User, *, unlucky: User) -> Footage:
        """Send the clips in, and one that was cut off for the unlucky; convert them and return what became of them."""
        for filmed in self.filmed:
            filmed.result()
        whole = self.paths[1].read_bytes()
        # A recording whose second half got lost is recognised as a video, but nobody can play it.
        beginning = whole[: len(whole) // 2]
        videos = [send_in(owner, clip, path) for clip, path in zip(CLIPS, self.paths, strict=True)]
        failed = send_in(unlucky, Clip("表格求和", 0), cut_off(self.paths[1], beginning))
        for lane in (Lane.FIRST_PLAY, Lane.LADDER):
            list(self.hands.map(convert_waiting, [lane] * HANDS))
        for video in (*videos, failed):
            video.refresh_from_db()
        return Footage(videos, failed, beginning)


def cut_off(path: Path, beginning: bytes) -> Path:
    """Write the beginning of a clip as a file of its own."""
    short = path.with_name(f"cut-{path.name}")
    short.write_bytes(beginning)
    return short


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
