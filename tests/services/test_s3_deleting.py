"""A video is deleted or cancelled while its files are on the way from a bucket or into one: nothing of it is left."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client, override_settings
from pytest_django import Settings

from cms.jobs.enums import JobStatus, Lane
from cms.jobs.models import Job
from cms.jobs.runner import run_next
from cms.videos import original_stores
from cms.videos.models import Video
from cms.videos.rendition_buckets import BucketStore
from cms.videos.services.work import enqueue_first_play
from media_pipeline.samples import make_sample
from tests.cms.videos.conftest import clear_disk, files_below
from tests.factories.jobs import run_waiting_jobs
from tests.factories.videos import VideoFactory
from tests.services.conftest import ORIGINALS, RENDITIONS, lie_in_buckets
from tests.services.versitygw import Versitygw

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.ffmpeg]
Act = Callable[[Video], tuple[int, int]]
# How the act and the next look at the video are answered.
GONE, STAYS = (204, 404), (200, 200)


@pytest.fixture
def server(s3: Versitygw, settings: Settings) -> Iterator[Versitygw]:
    lie_in_buckets(s3, settings)
    clear_disk()
    yield s3
    clear_disk()


@pytest.fixture
def video(server: Versitygw, tmp_path: Path) -> Video:
    clip = make_sample(tmp_path / "clip.mp4", title="删", seconds=1, width=64, height=48)
    made: Video = VideoFactory(waiting=True)
    storages["originals"].save(made.original, ContentFile(clip.read_bytes()))
    enqueue_first_play(made)
    return made


def delete(video: Video) -> tuple[int, int]:
    """Delete the video as its owner does; return how that and the next look at it were answered."""
    with owner_elsewhere(video) as (client, address):
        return client.delete(address).status_code, client.get(address).status_code


def cancel(video: Video) -> tuple[int, int]:
    with owner_elsewhere(video) as (client, address):
        return client.post(f"{address}/cancel").status_code, client.get(address).status_code


@contextmanager
def owner_elsewhere(video: Video) -> Iterator[tuple[Client, str]]:
    """Let the owner ask a web server on another machine than the worker's, whose folders it cannot reach."""
    client = Client()
    client.force_login(video.owner)
    with override_settings(WORK_ROOT=configured.WORK_ROOT / "elsewhere"):
        yield client, f"/api/v1/videos/{video.pk}"


def left(server: Versitygw) -> list[str]:
    """Return what lies in the buckets and in this machine's folders, beside the marks of the site."""
    stored = [name for bucket in (ORIGINALS, RENDITIONS) for name in server.names(bucket) if name != "site/owner"]
    return [*stored, *(name for root in (configured.WORK_ROOT, configured.MEDIA_ROOT) for name in files_below(root))]


@pytest.mark.parametrize(("lane", "act"), [(Lane.FIRST_PLAY, cancel), (Lane.LADDER, delete)])
def test_nothing_is_left_of_what_was_on_its_way_into_the_bucket(
    server: Versitygw, video: Video, monkeypatch: pytest.MonkeyPatch, lane: Lane, act: Act
) -> None:
    if lane == Lane.LADDER:
        run_waiting_jobs(Lane.FIRST_PLAY)
    answered: list[tuple[int, int]] = []
    real = BucketStore.send

    def send(self: BucketStore, path: Path, name: str, alive: Any) -> None:
        real(self, path, name, alive)
        if not answered:
            answered.append(act(video))
            # What was on the line is written after all was removed.
            real(self, path, name, lambda: None)

    monkeypatch.setattr(BucketStore, "send", send)
    assert run_next(lane, worker="suite")

    assert (answered, left(server)) == ([GONE if act is delete else STAYS], [])
    assert Job.objects.filter(lane=lane).latest("pk").status == JobStatus.CANCELLED


def test_nothing_is_left_of_what_was_on_its_way_from_the_bucket(
    server: Versitygw, video: Video, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered: list[tuple[int, int]] = []
    real = original_stores.blocks

    def blocks(name: str) -> Iterator[bytes]:
        for block in real(name):
            yield block
            answered.append(delete(video))

    monkeypatch.setattr(original_stores, "blocks", blocks)
    assert run_next(Lane.FIRST_PLAY, worker="suite")

    assert (answered, left(server)) == ([GONE], [])
    assert Job.objects.get().status == JobStatus.CANCELLED
