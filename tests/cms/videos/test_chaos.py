"""Deleting a video while the real worker converts it."""

from pathlib import Path

import pytest
from django.conf import settings

from cms.jobs.enums import JobStatus, Lane
from cms.jobs.models import Job
from cms.videos.models import Video
from cms.videos.services import delete_video
from media_pipeline.samples import make_sample
from tests.cms.videos.conftest import Sender, ffmpegs, files_below
from tests.factories.accounts import UserFactory
from tests.factories.processes import eventually, process

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.ffmpeg]


def send_clip(folder: Path, *, seconds: float) -> Video:
    path = folder / f"clip{seconds}.mp4"
    # HEVC has to be encoded anew, so that there is time to kill somebody.
    make_sample(path, title="试片", seconds=seconds, width=640, height=360, codec="hevc")
    data, sender = path.read_bytes(), Sender(UserFactory())
    assert sender.patch(sender.begin(len(data)), 0, data).status_code == 204
    return Video.objects.latest("pk")


def test_deleting_while_it_is_being_converted_ends_the_program_and_leaves_no_file(tmp_path: Path) -> None:
    there_before = files_below(settings.MEDIA_ROOT)
    video = send_clip(tmp_path, seconds=20)
    with process("manage.py", "worker"):
        eventually(lambda: Job.objects.filter(lane=Lane.LADDER, status=JobStatus.RUNNING, progress__gt=0).exists())
        delete_video(video, None)
        eventually(lambda: not ffmpegs() and not files_below(settings.WORK_ROOT))
        eventually(lambda: Job.objects.filter(kind="videos.ladder", status=JobStatus.CANCELLED).exists())
    assert files_below(settings.MEDIA_ROOT) == there_before
