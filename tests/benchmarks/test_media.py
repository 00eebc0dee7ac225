"""How soon a phone's recording plays, and what a storm of kills costs."""

import os
import random
import signal
import time
from pathlib import Path

import pytest
from django.db.models import F

from cms.jobs.enums import JobStatus, Lane
from cms.jobs.models import Job, WorkerBeat
from cms.videos.enums import VideoStatus
from cms.videos.models import Video, VideoChange
from media_pipeline import bench
from media_pipeline.samples import make_sample
from tests.benchmarks.figures import Figures
from tests.cms.videos.conftest import Sender, ffmpegs
from tests.factories.accounts import UserFactory
from tests.factories.processes import eventually, is_running, process
from tests.factories.videos import folder_of

pytestmark = [pytest.mark.ffmpeg, pytest.mark.timeout(3600)]
LANES = [Lane.FIRST_PLAY, Lane.LADDER]


def test_a_recording_plays_long_before_all_its_sizes_are_made(figures: Figures) -> None:
    seconds = 60 if figures.full_size else 2
    measured = bench.bench(seconds)
    copied, phone = measured["remux"], measured["ladder"]
    assert (copied["lane"], phone["lane"]) == ("remux", "encode")
    assert 0 < phone["playable_s"] <= phone["first_play_s"]
    figures.at_most(2, f"a fit clip of {seconds} s: first play after the last byte", copied["playable_s"], "s")
    figures.at_most(
        12, f"a phone's 1080p HLG clip of {seconds} s: first play after the last byte", phone["playable_s"], "s"
    )
    figures.at_most(0.5, "probe of the phone's clip", phone["probe_s"], "s")
    figures.at_least(0.2, "all sizes of the phone's clip, seconds of film per second", phone["times_real_time"], "×")


@pytest.mark.django_db(transaction=True)
def test_a_storm_of_kills_loses_no_video_and_publishes_none_twice(figures: Figures, tmp_path: Path) -> None:
    kills, clips = (25, 6) if figures.full_size else (5, 2)
    senders = [Sender(UserFactory()) for _n in range(clips)]
    for number, sender in enumerate(senders):
        send_clip(sender, tmp_path, number)
    started = time.monotonic()
    with process("manage.py", "worker"):
        for number in range(kills):
            if all_ready():
                send_clip(senders[number % clips], tmp_path, clips + number)
            kill_a_working_lane(random.Random(number))  # noqa: S311  # moments, not secrets
        eventually(all_ready, patience_s=900)
    recovered = time.monotonic() - started
    videos = list(Video.objects.all())
    assert [readied(video) for video in videos] == [1] * len(videos)
    assert [has_master(video) for video in videos] == [True] * len(videos)
    assert ffmpegs() == []
    figures.at_least(len(videos), f"videos complete after {kills} kills", sum(map(has_master, videos)), "videos")
    figures.at_most(0, "videos published twice", sum(readied(video) > 1 for video in videos), "videos")
    figures.at_most(kills * 30, f"from the first of {kills} kills until all are complete", recovered, "s")


def send_clip(sender: Sender, folder: Path, number: int) -> None:
    """Send a clip that has to be encoded anew, so that there is time to kill somebody."""
    path = folder / f"clip{number}.mp4"
    make_sample(path, title="试片", seconds=2 + number % 2, width=640, height=360, codec="hevc", seed=number)
    data = path.read_bytes()
    assert sender.patch(sender.begin(len(data)), 0, data).status_code == 204


def kill_a_working_lane(chance: random.Random) -> None:
    """Wait until a lane works on a video, and some more; then end its process at once.

    A job at its last attempt is spared: whatever loses its worker eight times counts as the cause of it, by design.
    """
    found: list[int] = []

    def look() -> bool:
        running = Job.objects.filter(status=JobStatus.RUNNING, lane__in=LANES, attempts__lt=F("max_attempts")).first()
        pid = lane_pids().get(running.lane) if running else None
        found[:] = [pid] if pid and is_running(pid) else []
        return bool(found) or all_ready()

    eventually(look)
    time.sleep(chance.random() * 1.5)
    if found and is_running(found[0]):
        os.kill(found[0], signal.SIGKILL)
        eventually(lambda: not is_running(found[0]))


def lane_pids() -> dict[str, int]:
    """Return the process of each lane; a later one of the same lane stands in place of an earlier."""
    return {beat.lane: int(beat.name.rsplit("-", 2)[1]) for beat in WorkerBeat.objects.order_by("started_at")}


def all_ready() -> bool:
    return not Video.objects.exclude(status=VideoStatus.READY).exists()


def readied(video: Video) -> int:
    """Return how often the video was published complete."""
    return VideoChange.objects.filter(video=video, status=VideoStatus.READY).count()


def has_master(video: Video) -> bool:
    return (folder_of(str(video.uuid), video.generation) / "master.m3u8").is_file()
