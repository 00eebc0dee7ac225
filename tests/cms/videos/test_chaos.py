"""kill -9 of the real workers while they make a video playable and complete; cancelling while ffmpeg runs."""

import os
import random
import signal
import time
from pathlib import Path

import pytest
from django.conf import settings

from cms.jobs.enums import JobStatus, Lane
from cms.jobs.models import Job, WorkerBeat
from cms.videos import rendition_stores
from cms.videos.enums import VideoStatus
from cms.videos.models import Video, VideoChange
from cms.videos.services import delete_video
from media_pipeline.samples import make_sample
from tests.cms.videos.conftest import Sender, files_below
from tests.factories.accounts import UserFactory
from tests.factories.processes import eventually, is_running, process

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.ffmpeg]


def send_clip(folder: Path, *, seconds: float) -> Video:
    path = folder / f"clip{seconds}.mp4"
    # HEVC has to be encoded anew, so that there is time to kill somebody.
    make_sample(path, title="试片", seconds=seconds, width=640, height=360, codec="hevc")
    data, sender = path.read_bytes(), Sender(UserFactory())
    assert sender.patch(sender.begin(len(data)), 0, data).status_code == 204
    return Video.objects.latest("pk")


def lane_pids() -> dict[str, int]:
    return {beat.lane: int(beat.name.rsplit("-", 2)[1]) for beat in WorkerBeat.objects.order_by("started_at")}


def ffmpegs() -> list[int]:
    """Return the numbers of running ffmpeg processes that write below this suite's folders."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = entry.read_bytes()
        except OSError:
            continue
        if b"ffmpeg" in command and str(settings.DATA_DIR).encode() in command:
            found.append(int(entry.parent.name))
    return [pid for pid in found if is_running(pid)]


def all_ready() -> bool:
    return not Video.objects.exclude(status=VideoStatus.READY).exists()


def test_killing_workers_at_random_moments_loses_no_video_and_publishes_none_twice(tmp_path: Path) -> None:
    videos = [send_clip(tmp_path, seconds=seconds) for seconds in (2, 3)]
    chance = random.Random(3)  # noqa: S311  # moments, not secrets
    killed = 0
    with process("manage.py", "worker"):
        while killed < 5 and not all_ready():
            running = Job.objects.filter(status=JobStatus.RUNNING, lane__in=[Lane.FIRST_PLAY, Lane.LADDER]).first()
            pid = lane_pids().get(running.lane) if running else None
            if pid and is_running(pid):
                time.sleep(chance.random() * 1.5)
                os.kill(pid, signal.SIGKILL)
                killed += 1
                eventually(lambda dead=pid: not is_running(dead))  # type: ignore[misc]  # bound for this round
            time.sleep(0.1)
        eventually(all_ready, patience_s=240)
    assert killed == 5
    for video in videos:
        video.refresh_from_db()
        assert VideoChange.objects.filter(video=video, status=VideoStatus.READY).count() == 1
        folder = rendition_stores.folder_of(str(video.uuid), video.generation)
        assert (folder / "master.m3u8").is_file()
    assert ffmpegs() == []


def test_deleting_while_it_is_being_converted_ends_the_program_and_leaves_no_file(tmp_path: Path) -> None:
    video = send_clip(tmp_path, seconds=20)
    with process("manage.py", "worker"):
        eventually(lambda: Job.objects.filter(lane=Lane.LADDER, status=JobStatus.RUNNING, progress__gt=0).exists())
        delete_video(video, None)
        eventually(lambda: not ffmpegs() and not files_below(settings.WORK_ROOT))
        eventually(lambda: Job.objects.filter(kind="videos.ladder", status=JobStatus.CANCELLED).exists())
    assert files_below(settings.MEDIA_ROOT) == []
