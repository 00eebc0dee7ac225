"""A storm of kills on both transports."""

import random
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cms.jobs.enums import JobStatus
from cms.jobs.models import Job
from cms.videos.enums import VideoStatus
from cms.videos.models import Video, VideoChange
from cms.videos.queries import FIRST_PLAY, LADDER
from tests.benchmarks.figures import Figures
from tests.benchmarks.films import all_ready, clip, send
from tests.cms.videos.conftest import ffmpegs
from tests.factories.mortal_worker import POINTS, read_journal
from tests.factories.processes import eventually
from tests.factories.transports import CELERY, EMBEDDED, TRANSPORTS, workers
from tests.factories.videos import folder_of

pytestmark = [pytest.mark.ffmpeg, pytest.mark.timeout(3600), pytest.mark.django_db(transaction=True)]
SMALL = {EMBEDDED: ("claim", "sizes", "publish"), CELERY: ("probe", "playable", "end")}
KILLS = 20
# The lease of the settings as it is shipped; and one that lets a check be short.
LEASES = {True: ("60", "10"), False: ("3", "1")}


@pytest.mark.usefixtures("_empty_disk")
@pytest.mark.parametrize("how", TRANSPORTS)
def test_a_storm_of_kills_loses_no_video_and_publishes_none_twice(figures: Figures, tmp_path: Path, how: str) -> None:
    points = storm() if figures.full_size else SMALL[how]
    data = clip(tmp_path, seconds=24 if figures.full_size else 2)
    lease, beat = LEASES[figures.full_size]
    fate = tmp_path / "fate"
    fate.mkdir()
    mortal = ("-m", "tests.factories.mortal_worker", str(fate))
    with workers(how, *mortal, WEIKE_JOB_LEASE_S=lease, WEIKE_JOB_HEARTBEAT_S=beat):
        for point in points:
            # Before the film is there: a quick worker would pass the point before it waited for anybody.
            (fate / point).write_text("0.6" if point == "sizes" else "")
            send(data)
            eventually(partial(is_met, fate / point), patience_s=900)
        eventually(all_ready, patience_s=900)
        eventually(lambda: not Job.objects.filter(kind__in=[FIRST_PLAY, LADDER], status=JobStatus.RUNNING))
    videos = list(Video.objects.all())
    assert [readied(video) for video in videos] == [1] * len(videos)
    assert [has_master(video) for video in videos] == [True] * len(videos)
    assert ffmpegs() == []
    journal = read_journal(fate)
    assert [note["point"] for note in journal if note["what"] == "died"] == list(points)
    told = f"after {len(points)} kills, {how}"
    figures.at_least(len(videos), f"videos complete {told}", sum(map(has_master, videos)), "videos")
    figures.at_most(0, f"videos published twice {told}", sum(readied(video) > 1 for video in videos), "videos")
    figures.at_most(90, f"longest until a killed lane is at work again, {how}", max(absences(journal)), "s")
    figures.at_most(20, f"most of a film that was made again, {how}", max(made_again(journal), default=0.0), "s")


def is_met(point: Path) -> bool:
    return not point.exists()


def storm() -> list[str]:
    """Return each point at least twice, in an order that chance gave."""
    chance = random.Random(9)  # noqa: S311  # moments, not secrets
    points = [*POINTS, *POINTS, *chance.choices(POINTS, k=KILLS - 2 * len(POINTS))]
    chance.shuffle(points)
    return points


def absences(journal: list[dict[str, Any]]) -> list[float]:
    """Return for each death how long it took until its lane was at work again, be it for whose turn was next."""
    return [
        next(
            later["at"] for later in journal[place:] if (later["what"], later.get("lane")) == ("claimed", note["lane"])
        )
        - note["at"]
        for place, note in enumerate(journal)
        if note["what"] == "died"
    ]


def made_again(journal: list[dict[str, Any]]) -> list[float]:
    """Return for each death during an encoding how much of the film was made once more, in seconds."""
    return [
        note["made_s"]
        - next(
            later["begun_s"]
            for later in journal[place:]
            if (later["what"], later.get("job"), later.get("point")) == ("began", note["job"], note["point"])
        )
        for place, note in enumerate(journal)
        if note["what"] == "died" and note["point"] in ("first_segments", "sizes")
    ]


def readied(video: Video) -> int:
    """Return how often the video was published complete."""
    return VideoChange.objects.filter(video=video, status=VideoStatus.READY).count()


def has_master(video: Video) -> bool:
    return (folder_of(str(video.uuid), video.generation) / "master.m3u8").is_file()
