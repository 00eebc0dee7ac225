"""How soon a program that nobody wants any more is gone with all its files, on both transports and wherever it was."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

import pytest
from django.conf import settings

from cms.jobs.enums import JobStatus
from cms.jobs.models import Job
from cms.videos.enums import VideoStatus
from cms.videos.models import Video
from cms.videos.queries import FIRST_PLAY, LADDER
from cms.videos.services import cancel_video, delete_video
from tests.benchmarks.figures import Figures
from tests.benchmarks.films import clip, job_is_at, send, state_of
from tests.cms.videos.conftest import files_below
from tests.factories.processes import commands_of, eventually, is_led, programs_of
from tests.factories.transports import CELERY, EMBEDDED, TRANSPORTS, workers

pytestmark = [pytest.mark.ffmpeg, pytest.mark.timeout(3600), pytest.mark.django_db(transaction=True)]
# Longer than a handler needs from one program to the next, so that none begins after all seems over.
QUIET_S = 1.5
PATIENCE_S = 30.0
TURNS = 3


@dataclass(frozen=True)
class Stage:
    """A moment in the life of a video: how much film it takes, and whether it has come, in the worker of that number."""

    seconds: float
    has_come: Callable[[Video, int], bool]


def before_it_plays(video: Video, worker: int) -> bool:
    return bool(programs_of(worker)) and state_of(video) == VideoStatus.PROCESSING


def while_it_grows(video: Video, worker: int) -> bool:
    return state_of(video) == VideoStatus.PLAYABLE and job_is_at(FIRST_PLAY, 0.05)


def while_sizes_are_made(video: Video, worker: int) -> bool:
    return job_is_at(LADDER, 0.3)


def while_sizes_are_tested(video: Video, worker: int) -> bool:
    return any(b"verify_child" in command for command in commands_of(worker)) and job_is_at(LADDER, 0.0)


STAGES = (
    Stage(60, before_it_plays),
    Stage(60, while_it_grows),
    Stage(60, while_sizes_are_made),
    Stage(6, while_sizes_are_tested),
)
SMALL = {EMBEDDED: (Stage(4, while_sizes_are_made),), CELERY: (Stage(8, while_it_grows),)}


@pytest.mark.usefixtures("_empty_disk")
@pytest.mark.parametrize("how", TRANSPORTS)
def test_deleting_ends_the_program_within_two_seconds_and_leaves_no_file(
    figures: Figures, tmp_path: Path, how: str
) -> None:
    stages = STAGES * TURNS if figures.full_size else SMALL[how]
    width, height = (1280, 720) if figures.full_size else (640, 360)
    data = {
        seconds: clip(tmp_path, seconds=seconds, width=width, height=height)
        for seconds in {stage.seconds for stage in stages}
    }
    mortal = ("-m", "tests.factories.mortal_worker", str(tmp_path))
    waits = []
    with workers(how, *mortal) as worker:
        for turn, stage in enumerate(stages):
            video = send(data[stage.seconds])
            eventually(partial(stage.has_come, video, worker))
            waits.append(seconds_until_gone(video, worker, cancel=turn >= len(stages) * 2 / 3))
    over = Job.objects.filter(kind__in=[FIRST_PLAY, LADDER]).exclude(status=JobStatus.DONE)
    assert set(over.values_list("status", flat=True)) == {JobStatus.CANCELLED}
    told = f"of {len(waits)} deleted or cancelled videos until no program lives and no file is left, {how}"
    figures.at_most(2, f"median {told}", median(waits), "s")
    figures.at_most(2, f"longest {told}", max(waits), "s")


def seconds_until_gone(video: Video, worker: int, *, cancel: bool) -> float:
    """Delete or cancel the video; return after how many seconds the last sign of it was seen."""
    groups = programs_of(worker)
    asked = last = time.monotonic()
    if cancel:
        cancel_video(video, actor=None)
    else:
        delete_video(video, None)
    while time.monotonic() - last < QUIET_S:
        if programs_of(worker) or any(map(is_led, groups)) or something_left():
            last = time.monotonic()
            assert last - asked < PATIENCE_S
        time.sleep(0.02)
    return last - asked


def something_left() -> bool:
    return any(files_below(root) for root in (settings.WORK_ROOT, settings.MEDIA_ROOT, settings.UPLOAD_ROOT))
