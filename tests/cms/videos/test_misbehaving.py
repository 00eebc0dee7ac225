"""What becomes of a video when the program that converts it misbehaves: tried again, said, and nothing left behind."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from cms.core.clock import now
from cms.jobs.enums import JobStatus, Lane
from cms.jobs.models import Job
from cms.jobs.runner import run_next
from cms.videos.enums import VideoStatus
from cms.videos.models import Video
from cms.videos.services import delete_video, retry_video
from media_pipeline import run
from media_pipeline.samples import make_sample
from tests.cms.videos.conftest import Sender, ffmpegs, files_below
from tests.factories.jobs import run_waiting_jobs
from tests.media_pipeline.fakes import FILLS, HANGS, NOTHING, Fakes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.ffmpeg]


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fakes]:
    fakes = Fakes(tmp_path, monkeypatch)
    yield fakes
    fakes.back_to_real()


def attempt(lane: Lane) -> Job:
    """Let the lane work once on what waits in it, due or not."""
    Job.objects.filter(lane=lane, status=JobStatus.QUEUED).update(run_after=now(), max_attempts=2)
    assert run_next(lane, worker="suite")
    return Job.objects.filter(lane=lane).latest("pk")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A second that has to be encoded anew, with sound."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    return make_sample(path, title="试", seconds=1, width=64, height=48, codec="hevc").read_bytes()


@pytest.fixture
def video(sender: Sender, clip: bytes) -> Video:
    assert sender.patch(sender.begin(len(clip)), 0, clip).status_code == 204
    return Video.objects.get()


def test_it_is_tried_again_and_then_said_and_a_better_program_goes_on(video: Video, fake: Fakes) -> None:
    fake.use(HANGS, patiently=False)
    job = attempt(Lane.FIRST_PLAY)
    assert (job.status, job.attempts, job.error_code) == (JobStatus.QUEUED, 1, "stalled")
    job = attempt(Lane.FIRST_PLAY)
    video.refresh_from_db()
    assert (job.status, video.status, video.error_code) == (JobStatus.FAILED, VideoStatus.FAILED, "stalled")
    assert (video.error_permanent, fake.alive()) == (False, [])
    assert files_below(settings.WORK_ROOT) == []
    assert files_below(settings.MEDIA_ROOT) == [f"originals/{video.original}"]

    fake.back_to_real()
    retry_video(video, actor=video.owner)
    assert run_waiting_jobs(Lane.FIRST_PLAY) == 1
    shown = files_below(settings.MEDIA_ROOT)
    fake.use(NOTHING)
    assert [attempt(Lane.LADDER).status for _n in range(2)] == [JobStatus.QUEUED, JobStatus.FAILED]
    video.refresh_from_db()
    assert (video.status, video.is_halted, video.error_code) == (VideoStatus.PLAYABLE, True, "encoder_failed")
    assert (files_below(settings.WORK_ROOT), files_below(settings.MEDIA_ROOT)) == ([], shown)

    fake.back_to_real()
    retry_video(video, actor=video.owner)
    run_waiting_jobs(Lane.FIRST_PLAY, Lane.LADDER)
    video.refresh_from_db()
    assert (video.status, video.error_code) == (VideoStatus.READY, "")


@contextmanager
def small_disk(size: str) -> Iterator[None]:
    """Put a disk of that size where the work is done."""
    if os.geteuid() != 0:
        pytest.skip("A disk of its own is mounted by the system's administrator only.")
    place = str(settings.WORK_ROOT)
    settings.WORK_ROOT.mkdir(parents=True, exist_ok=True)
    if subprocess.run(["/bin/mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], check=False).returncode:
        pytest.skip("This machine mounts no disk in memory.")
    try:
        yield
    finally:
        subprocess.run(["/bin/umount", "--lazy", place], check=True)


def test_a_disk_that_fills_up_is_said_and_left_empty(video: Video, fake: Fakes) -> None:
    attempt(Lane.FIRST_PLAY)
    shown = files_below(settings.MEDIA_ROOT)
    with small_disk("1m"):
        fake.use(FILLS)
        job = attempt(Lane.LADDER)
        assert (job.status, job.attempts, job.error_code) == (JobStatus.QUEUED, 1, "out_of_space")
        assert (files_below(settings.WORK_ROOT), files_below(settings.MEDIA_ROOT)) == ([], shown)
    fake.back_to_real()
    assert attempt(Lane.LADDER).status == JobStatus.DONE


def test_the_sizes_are_not_begun_where_there_is_no_room_for_them(video: Video, fake: Fakes) -> None:
    attempt(Lane.FIRST_PLAY)
    with small_disk("32k"):
        fake.use(HANGS, patiently=False)
        assert attempt(Lane.LADDER).error_code == "out_of_space"
        assert files_below(settings.WORK_ROOT) == []


def unwanted(monkeypatch: pytest.MonkeyPatch, video: Video, where: str) -> None:
    """Have the video deleted at the moment when a program begins with this work, and the program hang, deaf."""

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def begin(*arguments: Any, **more: Any) -> Any:
            if where in str(arguments):
                delete_video(video, None)
                return run.run_python(
                    "tests.media_pipeline.hang", wall_s=60, limits=run.Limits(), should_stop=more["should_stop"]
                )
            return real(*arguments, **more)

        return begin

    monkeypatch.setattr(run, "run", watched(run.run))
    monkeypatch.setattr(run, "run_python", watched(run.run_python))


@pytest.mark.parametrize(
    ("lane", "where"),
    [
        (Lane.FIRST_PLAY, "probe_child"),
        (Lane.FIRST_PLAY, ".m3u8"),
        (Lane.FIRST_PLAY, "verify_child"),
        (Lane.LADDER, "verify_child"),
    ],
)
def test_deleting_ends_whatever_works_for_the_video_and_leaves_no_file(
    video: Video, monkeypatch: pytest.MonkeyPatch, lane: Lane, where: str
) -> None:
    if lane == Lane.LADDER:
        attempt(Lane.FIRST_PLAY)
    unwanted(monkeypatch, video, where)

    assert attempt(lane).status == JobStatus.CANCELLED

    assert ffmpegs() == []
    assert [files_below(root) for root in (settings.UPLOAD_ROOT, settings.WORK_ROOT, settings.MEDIA_ROOT)] == [[]] * 3


def test_deleting_between_two_attempts_leaves_no_file(video: Video, fake: Fakes) -> None:
    attempt(Lane.FIRST_PLAY)
    fake.use(NOTHING)
    assert attempt(Lane.LADDER).status == JobStatus.QUEUED
    assert files_below(settings.WORK_ROOT) != []

    delete_video(video, None)

    assert [files_below(root) for root in (settings.UPLOAD_ROOT, settings.WORK_ROOT, settings.MEDIA_ROOT)] == [[]] * 3
