"""What becomes of a video when the program that converts it misbehaves: tried again, said, and nothing left behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from cms.core.clock import now
from cms.jobs.enums import JobStatus, Lane
from cms.jobs.models import Job
from cms.jobs.runner import run_next
from cms.videos.enums import VideoStatus
from cms.videos.models import Video
from cms.videos.services import retry_video
from media_pipeline.samples import make_sample
from tests.cms.videos.conftest import Sender, files_below
from tests.factories.jobs import run_waiting_jobs
from tests.media_pipeline.fakes import HANGS, NOTHING, Fakes

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


def test_it_is_tried_again_and_then_said_and_a_better_program_goes_on(
    sender: Sender, fake: Fakes, tmp_path: Path
) -> None:
    clip = make_sample(tmp_path / "clip.mp4", title="试", seconds=1, width=64, height=48, codec="hevc").read_bytes()
    assert sender.patch(sender.begin(len(clip)), 0, clip).status_code == 204
    video = Video.objects.get()

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
