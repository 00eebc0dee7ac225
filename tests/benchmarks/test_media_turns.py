"""How long somebody's only video waits for forty of somebody else's."""

import time
from functools import partial
from pathlib import Path

import pytest

from cms.jobs.models import Job
from cms.videos.enums import VideoStatus
from cms.videos.models import Video
from cms.videos.queries import FIRST_PLAY
from tests.benchmarks.figures import Figures
from tests.benchmarks.films import clip, send, state_of
from tests.factories.accounts import UserFactory
from tests.factories.processes import eventually
from tests.factories.transports import EMBEDDED, TRANSPORTS, workers

pytestmark = [pytest.mark.ffmpeg, pytest.mark.timeout(3600), pytest.mark.django_db(transaction=True)]


@pytest.mark.usefixtures("_empty_disk")
def test_the_only_video_of_a_person_does_not_wait_for_the_many_of_another(figures: Figures, tmp_path: Path) -> None:
    many = 40 if figures.full_size else 3
    data = clip(tmp_path, seconds=4 if figures.full_size else 1)
    for how in TRANSPORTS if figures.full_size else (EMBEDDED,):
        Job.objects.all().delete()
        Video.objects.all().delete()
        diligent = UserFactory()
        with workers(how, "-m", "tests.factories.mortal_worker", str(tmp_path)):
            for _n in range(many):
                send(data, owner=diligent)
            first_plays = Job.objects.filter(kind=FIRST_PLAY)
            eventually(first_plays.filter(started_at__isnull=False).exists)
            only = send(data)
            sent = time.monotonic()
            eventually(partial(plays, only))
            waited = time.monotonic() - sent
            own = first_plays.get(payload__video=only.pk)
        before = first_plays.filter(started_at__gt=own.created_at, started_at__lt=own.started_at).exclude(pk=own.pk)
        told = f"only video of a person beside {many} of another"
        figures.at_most(1, f"first plays begun before the {told}, {how}", before.count(), "videos")
        figures.at_most(12, f"first play of the {told}, after its last byte, {how}", waited, "s")
        assert before.count() <= 1


def plays(video: Video) -> bool:
    return state_of(video) in (VideoStatus.PLAYABLE, VideoStatus.READY)
