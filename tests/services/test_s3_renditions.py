"""Renditions in a bucket: made by the real engine, shown while they grow, sent by the same door as files."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from pytest_django import Settings

from cms.core.clock import now
from cms.jobs.enums import Lane
from cms.jobs.models import Job
from cms.settings.environment import bucket_storage
from cms.videos import media_urls
from cms.videos.enums import VideoStatus
from cms.videos.handlers.audit import look_at
from cms.videos.models import Video
from cms.videos.rendition_stores import rendition_store
from cms.videos.services import delete_video, revoke_addresses, sweep_files
from cms.videos.services.reuse import reuse_video
from media_pipeline.samples import make_sample
from tests.factories.jobs import run_waiting_jobs
from tests.factories.videos import VideoFactory
from tests.services.conftest import RENDITIONS
from tests.services.versitygw import KEY, REGION, SECRET, Versitygw
from tests.services.versitygw import client as s3_client

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.ffmpeg]


@pytest.fixture
def server(s3: Versitygw, settings: Settings) -> Versitygw:
    storage = bucket_storage(RENDITIONS, endpoint=s3.url, key=KEY, secret=SECRET, region=REGION)
    settings.STORAGES = {**settings.STORAGES, "renditions": storage}
    return s3


def stored(server: Versitygw, video: Video) -> set[str]:
    """Return the names below the shown generation."""
    prefix = f"{video.uuid}/{video.generation}/"
    return {name.removeprefix(prefix) for name in server.names(RENDITIONS) if name.startswith(prefix)}


def fetch(client: Client, address: str, **headers: str) -> tuple[int, bytes]:
    answer: Any = client.get(address, headers=headers)
    return answer.status_code, b"".join(answer.streaming_content) if answer.streaming else answer.content


def converted(tmp_path: Path) -> Video:
    """Return a video whose clip went through both lanes."""
    clip = make_sample(tmp_path / "clip.mp4", title="试片", seconds=2, width=360, height=640)
    video: Video = VideoFactory(waiting=True)
    original = Path(configured.MEDIA_ROOT) / "originals" / video.original
    original.parent.mkdir(parents=True)
    original.write_bytes(clip.read_bytes())
    from cms.videos.services.work import enqueue_first_play

    enqueue_first_play(video)
    run_waiting_jobs(Lane.FIRST_PLAY)
    video.refresh_from_db()
    return video


def test_a_video_becomes_playable_and_complete_from_the_bucket(server: Versitygw, tmp_path: Path) -> None:
    video = converted(tmp_path)
    assert video.status == VideoStatus.PLAYABLE
    client, folder = Client(), media_urls.folder_url(video)
    first = video.generation
    names = stored(server, video)
    # Everything that the lists name is there, and nothing that only the engine needs.
    assert {"master.m3u8"} < names
    assert [name for name in names if "growing" in name or name.endswith(".part")] == []
    status, master = fetch(client, f"{folder}master.m3u8")
    assert (status, b".m3u8" in master) == (200, True)

    run_waiting_jobs(Lane.LADDER)
    video.refresh_from_db()

    assert (video.status, video.is_complete) == (VideoStatus.READY, True)
    assert {"master.m3u8", "fallback.mp4", "poster.jpg", "sprite.vtt"} <= stored(server, video)
    name = f"{video.uuid}/{video.generation}/fallback.mp4"
    film = server.body(RENDITIONS, name)
    address = f"{media_urls.folder_url(video)}fallback.mp4"
    assert fetch(client, address) == (200, film)
    assert fetch(client, address, range="bytes=100-299") == (206, film[100:300])
    with s3_client(server) as s3:
        assert s3.head_object(Bucket=RENDITIONS, Key=name)["ContentType"] == "video/mp4"

    Job.objects.filter(kind="videos.drop_generation").update(run_after=now())
    run_waiting_jobs(Lane.SMALL)
    assert [name for name in server.names(RENDITIONS) if f"/{first}/" in name] == []

    # What is in the bucket is what was published, until it is not.
    assert look_at(video, wholly=True) == ""
    with s3_client(server) as s3:
        s3.delete_object(Bucket=RENDITIONS, Key=f"{video.uuid}/{video.generation}/poster.jpg")
    assert "poster.jpg is missing" in look_at(video, wholly=False)


@pytest.fixture
def video(server: Versitygw, tmp_path: Path) -> Video:
    """A finished video of two files in the bucket."""
    made: Video = VideoFactory(public=True)
    folder = tmp_path / "made"
    (folder / "360p").mkdir(parents=True)
    (folder / "master.m3u8").write_text("#EXTM3U\n")
    (folder / "360p" / "seg00000.m4s").write_bytes(b"0123456789")
    rendition_store().publish(folder, str(made.uuid), made.generation, lambda: None)
    return made


def test_a_closed_address_opens_nothing_any_more_at_once(server: Versitygw, video: Video) -> None:
    address = f"{media_urls.folder_url(video)}360p/seg00000.m4s"
    assert fetch(Client(), address) == (200, b"0123456789")

    revoke_addresses(video)

    assert fetch(Client(), address)[0] == 404


def test_what_is_not_there_is_not_found(video: Video) -> None:
    assert fetch(Client(), f"{media_urls.folder_url(video)}360p/seg00001.m4s")[0] == 404


def test_a_second_video_of_the_recording_survives_the_first(server: Versitygw, video: Video) -> None:
    second = reuse_video(video, owner=video.owner, title="再用一次")
    assert stored(server, second) == stored(server, video) == {"master.m3u8", "360p/seg00000.m4s"}

    delete_video(video, None)

    assert fetch(Client(), f"{media_urls.folder_url(second)}360p/seg00000.m4s") == (200, b"0123456789")
    assert stored(server, video) == set()


def test_the_sweep_removes_generations_that_no_row_names(server: Versitygw, video: Video, tmp_path: Path) -> None:
    lost = tmp_path / "lost"
    lost.mkdir()
    (lost / "master.m3u8").write_text("#EXTM3U\n")
    rendition_store().publish(lost, str(video.uuid), "e" * 24, lambda: None)

    assert (sweep_files(older_than_s=3600), sweep_files(older_than_s=-5)) == (0, 1)
    assert server.names(RENDITIONS) == [
        f"{video.uuid}/{video.generation}/360p/seg00000.m4s",
        f"{video.uuid}/{video.generation}/master.m3u8",
        "site/owner",
    ]


def test_a_list_is_sent_after_what_it_names_and_only_when_it_changed(server: Versitygw, tmp_path: Path) -> None:
    before = len(server.answered())
    growth = rendition_store().grow("uuid", "generation", tmp_path)
    growth.refresh(lambda: None)
    rung = growth.folder / "360p"
    rung.mkdir(parents=True)
    (rung / "init.mp4").write_bytes(b"init")
    (rung / "seg0.m4s").write_bytes(b"0")
    (rung / "index.m3u8").write_text('#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:2,\nseg0.m4s\n')
    (growth.folder / "master.m3u8").write_text("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n360p/index.m3u8\n")
    growth.refresh(lambda: None)
    growth.refresh(lambda: None)
    (rung / "seg1.m4s").write_bytes(b"half a segm")
    (rung / "index.m3u8").write_text('#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\nseg0.m4s\n#EXTINF:2,\n')
    growth.refresh(lambda: None)

    asked = server.answered()[before:]
    sent = [path.removeprefix(f"/{RENDITIONS}/uuid/generation/") for _status, method, path in asked if method == "PUT"]
    assert sent == ["360p/init.mp4", "360p/seg0.m4s", "360p/index.m3u8", "master.m3u8", "360p/index.m3u8"]
