"""The S3 server is away for a while: pages say so, work waits and goes on, and no attempt is lost by it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from pytest_django import Settings

from cms.core.clock import now
from cms.jobs.enums import JobStatus, Lane
from cms.jobs.models import Job
from cms.jobs.runner import run_next
from cms.videos import media_urls
from cms.videos.enums import AuditFinding, VideoStatus
from cms.videos.models import Video
from cms.videos.publication import fingerprint
from cms.videos.rendition_stores import rendition_store
from cms.videos.services import delete_video, sweep_files
from cms.videos.services.audit import enqueue_nightly_audit
from cms.videos.services.work import enqueue_first_play
from media_pipeline import run as programs
from media_pipeline.samples import make_sample
from tests.factories.videos import VideoFactory
from tests.services.conftest import ORIGINALS, RENDITIONS, lie_in_buckets
from tests.services.versitygw import Versitygw

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.ffmpeg]


@pytest.fixture
def server(s3: Versitygw, settings: Settings) -> Iterator[Versitygw]:
    """A server of both buckets, there again after the test and empty."""
    lie_in_buckets(s3, settings)
    yield s3
    if s3.process and s3.process.poll() is not None:
        s3.start()


@pytest.fixture
def video(server: Versitygw, tmp_path: Path) -> Video:
    clip = make_sample(tmp_path / "clip.mp4", title="试", seconds=1, width=64, height=48)
    made: Video = VideoFactory(waiting=True)
    storages["originals"].save(made.original, ContentFile(clip.read_bytes()))
    enqueue_first_play(made)
    return made


def worked(lane: Lane, video: Video) -> Job:
    """Let the lane work once on what waits in it, and read what became of it."""
    Job.objects.filter(lane=lane, status=JobStatus.QUEUED).update(run_after=now())
    assert run_next(lane, worker="suite")
    video.refresh_from_db()
    return Job.objects.filter(lane=lane).latest("pk")


def waits(job: Job) -> bool:
    return (job.status, job.attempts, job.error_code) == (JobStatus.QUEUED, 0, "storage_away")


def test_work_waits_for_the_buckets_and_goes_on_where_it_was(
    server: Versitygw, video: Video, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.kill()
    for _n in range(2):
        assert waits(worked(Lane.FIRST_PLAY, video))
    server.start()
    assert worked(Lane.FIRST_PLAY, video).status == JobStatus.DONE
    assert video.status == VideoStatus.PLAYABLE
    address = f"{media_urls.folder_url(video)}master.m3u8"

    # It goes while the sizes are made: what was made stands, and is only sent when it is back.
    encode = programs.run

    def encode_and_go(*arguments: object, **more: object) -> programs.Finished:
        finished = encode(*arguments, **more)  # type: ignore[arg-type]  # whatever it takes
        server.kill()
        return finished

    with monkeypatch.context() as patch:
        patch.setattr(programs, "run", encode_and_go)
        assert waits(worked(Lane.LADDER, video))
    answer = Client().get(address)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.content.decode() == "网站的视频存储暂时连接不上。什么都没有丢失，恢复后会自动继续。"
    server.start()
    monkeypatch.setattr(programs, "run", None)
    assert worked(Lane.LADDER, video).status == JobStatus.DONE
    assert video.status == VideoStatus.READY


def test_what_is_deleted_meanwhile_is_gone_and_its_files_are_swept(server: Versitygw, video: Video) -> None:
    worked(Lane.FIRST_PLAY, video)
    other: Video = VideoFactory()
    storages["originals"].save(other.original, ContentFile(b"kept"))
    storages["renditions"].save(f"{other.uuid}/{other.generation}/master.m3u8", ContentFile(b"kept"))
    assert server.names(RENDITIONS)[1:]
    server.kill()

    delete_video(video, None)

    assert not Video.objects.filter(pk=video.pk).exists()
    server.start()
    sweep_files(older_than_s=-5)
    assert server.names(RENDITIONS) == [f"{other.uuid}/{other.generation}/master.m3u8", "site/owner"]
    assert server.names(ORIGINALS) == [other.original, "site/owner"]


def test_a_night_notes_nothing_of_a_bucket_that_is_away_and_finds_what_is_gone_from_one_that_is_there(
    server: Versitygw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("master.m3u8", "poster.jpg"):
        (tmp_path / name).write_bytes(b"made")
    sound, damaged = (VideoFactory(published={"sha256": fingerprint(tmp_path)}) for _each in range(2))
    for each in (sound, damaged):
        rendition_store().publish(tmp_path, str(each.uuid), each.generation, lambda: None)

    def night() -> object:
        enqueue_nightly_audit()
        worked(Lane.LADDER, sound)
        return Job.objects.filter(kind="videos.audit").latest("pk").result

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _place: Mock(free=1))
        assert night() == {"seen": 2, "damaged": 0}
    assert set(Video.objects.values_list("audit_code", flat=True)) == {AuditFinding.UNCHECKED}
    storages["renditions"].delete(f"{damaged.uuid}/{damaged.generation}/poster.jpg")
    server.kill()
    assert night() == {"seen": 0, "damaged": 0}
    server.start()
    assert night() == {"seen": 2, "damaged": 1}
    assert list(Video.objects.order_by("pk").values_list("audit_code", flat=True)) == ["", AuditFinding.DAMAGED]
