"""What converting costs beside other structures, how soon a film plays, and what a storm of kills costs."""

import json
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
from media_pipeline import bench, engine
from media_pipeline.probe import probe
from media_pipeline.samples import make_phone_clip, make_sample
from tests.benchmarks.figures import Figures
from tests.cms.videos.conftest import Sender, ffmpegs
from tests.factories.accounts import UserFactory
from tests.factories.processes import eventually, is_running, process
from tests.factories.videos import folder_of

pytestmark = [pytest.mark.ffmpeg, pytest.mark.timeout(3600)]
LANES = [Lane.FIRST_PLAY, Lane.LADDER]


def test_ours_beside_the_structures_of_others(figures: Figures) -> None:
    found = bench.bench(bench.FULL if figures.full_size else bench.QUICK)
    assert json.loads(json.dumps(found)) == found
    assert bench.report.table(found).count("ours") == 3
    ratios, waits, vmaf = found["ratios"], found["first_playable_s"], found["vmaf"]
    assert set(vmaf) >= {"360p", "240p"}
    per_rung = "processor time of all sizes, poster and preview, of one process per size"
    figures.at_most(0.65, f"{per_rung}: 1080p SDR", ratios["sdr_per_rung"], "×")
    figures.at_most(0.65, f"{per_rung} that scales before tone mapping: 1080p HLG", ratios["hlg_scale_first"], "×")
    figures.at_most(0.40, f"{per_rung} that tone-maps first: 1080p HLG", ratios["hlg_tone_map_first"], "×")
    figures.at_most(1.0, "of the largest size first and the others from it: 1080p SDR", ratios["sdr_chain"], "×")
    figures.at_most(1.0, "of one command that scales separately: 1080p SDR", ratios["sdr_one_command"], "×")
    figures.at_most(1.03, "of our own commands by hand: 1080p HLG", ratios["hlg_bare"], "×")
    for name, scores in vmaf.items():
        figures.at_most(1.0, f"VMAF lost by scaling in steps: {name}", scores["direct"] - scores["ours"], "points")
    for kind, limit in (("fit", 2), ("hlg", 12)):
        each = {name: seconds for name, seconds in waits.items() if name.startswith(kind)}
        for name, seconds in each.items():
            figures.at_most(limit, f"first play after the last byte: {name}", seconds, "s")
        spread = max(each.values()) / min(each.values())
        figures.at_most(1.2, f"first play, the longest wait of the shortest: {kind}", spread, "×")


def test_a_phone_s_recording_is_probed_and_converted_in_time(figures: Figures, tmp_path: Path) -> None:
    clip = make_phone_clip(tmp_path / "phone.mov", title="测速", seconds=60 if figures.full_size else 1, seed=1)
    started = time.monotonic()
    source = probe(clip)
    figures.at_most(0.5, "probe of a phone's clip", time.monotonic() - started, "s")
    made = engine.transcode(clip, tmp_path / "out")
    speed = source.duration_s / made.total_s
    figures.at_least(0.2, "all sizes of a phone's 1080p HLG clip, seconds of film per second", speed, "×")


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
