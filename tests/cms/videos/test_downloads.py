"""The own original as a file to take away: made once, for whom it is, and gone after some days."""

import shutil
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client

from cms.accounts.models import AuditEntry, User
from cms.core.clock import now
from cms.jobs.enums import JobStatus, Lane
from cms.jobs.models import Job
from cms.videos import original_stores, permissions
from cms.videos.enums import VideoStatus
from cms.videos.handlers.downloads import require_room
from cms.videos.models import Video
from cms.videos.queries import DOWNLOAD, download_key, usage_of
from cms.videos.rendition_stores import FolderStore
from cms.videos.services import close_addresses, delete_video, forget_originals, sweep_files
from cms.videos.services.downloads import forget_download
from media_pipeline.errors import PipelineError
from media_pipeline.samples import make_phone_clip
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory, run_waiting_jobs
from tests.factories.videos import VideoFactory, folder_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.ffmpeg]
SECRET = b"30.2741"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("clip") / "clip.mov"
    return make_phone_clip(path, title="试片", seconds=0.5, short_side=240).read_bytes()


@pytest.fixture
def video(clip: bytes) -> Video:
    made = VideoFactory(title="1.5 米：安全/距离", original_bytes=len(clip))
    storages["originals"].save(made.original, ContentFile(clip))
    return made


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def prepared(video: Video) -> Client:
    """Have the owner ask for the original, and do the work."""
    client = signed_in(video.owner)
    assert client.post(f"/videos/{video.pk}/original/")["Location"] == "/videos/mine/"
    assert run_waiting_jobs(Lane.LADDER) == 1
    video.refresh_from_db()
    return client


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_owner_fetches_the_original_without_the_place_it_was_filmed_at(video: Video, clip: bytes) -> None:
    client = prepared(video)
    address = client.get(f"/videos/{video.pk}/original/")["Location"]
    whole = client.get(address)
    data = body(whole)
    assert (SECRET in clip, SECRET in data, len(data)) == (True, False, video.download_bytes)
    assert whole["Content-Type"] == "video/quicktime"
    assert whole["Content-Disposition"].startswith("attachment; filename*=utf-8''1.5%20%E7%B1%B3")
    assert whole["Content-Disposition"].endswith(".mov")
    part = client.get(address, headers={"range": "bytes=5-9"})
    assert (part.status_code, body(part), part["Content-Range"]) == (206, data[5:10], f"bytes 5-9/{len(data)}")
    assert not AuditEntry.objects.exists()


def test_the_page_offers_it_tells_that_it_is_coming_and_leads_to_it(video: Video) -> None:
    client = signed_in(video.owner)
    address = f"/videos/{video.pk}/original/"
    assert f'action="{address}"' in client.get("/videos/mine/").content.decode()
    assert client.get(address)["Location"] == "/videos/mine/"
    for _twice in range(2):
        client.post(address)
    assert Job.objects.count() == 1
    assert address not in client.get("/videos/mine/").content.decode()
    run_waiting_jobs(Lane.LADDER)
    assert f'href="{address}"' in client.get("/videos/mine/").content.decode()


def test_it_is_nobody_elses_but_of_those_whose_duty_it_is(video: Video, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared(video)
    other, address = UserFactory(), f"/videos/{video.pk}/original/"
    for act in (signed_in(other).get, signed_in(other).post):
        assert act(address).status_code == 404
    assert Client().get(address)["Location"].startswith("/accounts/login/")
    monkeypatch.setitem(permissions.ACTIONS, "manage", Mock(return_value=True))
    assert signed_in(other).get(address).status_code == 302
    assert [(entry.action, entry.actor_id) for entry in AuditEntry.objects.all()] == [("videos.download", other.pk)]


def test_it_counts_against_the_quota_and_goes_after_some_days(video: Video) -> None:
    before = usage_of(video.owner).bytes
    prepared(video)
    folder = folder_of(video.uuid, video.download.partition("/")[0])
    assert (usage_of(video.owner).bytes - before, folder.is_dir()) == (video.download_bytes, True)
    sweep_files(older_than_s=-1)
    forget_download(video.pk, "another/original.mov")
    assert folder.is_dir()
    Job.objects.filter(kind="videos.forget_download").update(run_after=now())
    assert run_waiting_jobs(Lane.SMALL) == 1
    video.refresh_from_db()
    assert (video.download, usage_of(video.owner).bytes, folder.is_dir()) == ("", before, False)
    assert "准备" in signed_in(video.owner).get("/videos/mine/").content.decode()


def test_nothing_of_it_outlives_the_video(video: Video) -> None:
    prepared(video)
    delete_video(video, video.owner)
    assert not folder_of(video.uuid, "").exists()


def test_a_video_that_was_taken_down_gives_no_original_away(video: Video) -> None:
    client = prepared(video)
    address = client.get(f"/videos/{video.pk}/original/")["Location"]
    close_addresses(video)
    assert client.get(address).status_code == 404
    assert client.get(f"/videos/{video.pk}/original/")["Location"] == "/videos/mine/"
    assert "original/" not in client.get("/videos/mine/").content.decode()


def test_with_the_original_its_copy_is_no_longer_offered(video: Video, settings: Any) -> None:
    prepared(video)
    Video.objects.update(ready_at=now() - timedelta(days=9))
    settings.ORIGINAL_KEEP = timedelta(days=1)
    assert forget_originals() == 1
    video.refresh_from_db()
    assert (video.original, video.download, video.download_bytes) == ("", "", 0)


@pytest.mark.parametrize("facts", [{"original": ""}, {"status": VideoStatus.FAILED}])
def test_what_is_not_there_is_not_prepared(facts: dict[str, Any]) -> None:
    video = VideoFactory(**facts)
    signed_in(video.owner).post(f"/videos/{video.pk}/original/")
    assert not Job.objects.exists()


def test_a_copy_that_cannot_be_made_leaves_nothing_and_may_be_asked_for_again(video: Video, settings: Any) -> None:
    Path(storages["originals"].path(video.original)).write_bytes(b"no film" * 100)
    client = signed_in(video.owner)
    client.post(f"/videos/{video.pk}/original/")
    run_waiting_jobs(Lane.LADDER)
    assert (Job.objects.get().status, folder_of(video.uuid, "").exists()) == (JobStatus.FAILED, False)
    assert list(Path(settings.WORK_ROOT).glob("*")) == []
    page = client.get("/videos/mine/").content.decode()
    assert (f'action="/videos/{video.pk}/original/"' in page, "这个视频的原始文件无法读取。" in page) == (True, True)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("out_of_space", "网站暂时没有空间准备原始文件。视频本身不受影响，请稍后再试。"),
        ("encoder_failed", "原始文件未能准备好。视频本身不受影响，请再试一次。"),
    ],
)
def test_why_it_could_not_be_prepared_is_said_and_goes_with_the_next_try(video: Video, code: str, said: str) -> None:
    JobFactory(kind=DOWNLOAD, status=JobStatus.FAILED, error_code=code, idempotency_key=download_key(video))
    client = signed_in(video.owner)
    assert said in client.get("/videos/mine/").content.decode()
    client.post(f"/videos/{video.pk}/original/")
    assert said not in client.get("/videos/mine/").content.decode()


@pytest.mark.parametrize(
    ("free", "here", "fits"), [(20, True, True), (19, True, False), (30, False, True), (29, False, False)]
)
def test_a_copy_needs_room_where_it_is_made_where_it_is_kept_and_for_what_is_fetched(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path, *, free: int, here: bool, fits: bool
) -> None:
    settings.UPLOAD_FREE_DISK_BYTES = 10
    monkeypatch.setattr(original_stores, "are_here", lambda: here)
    monkeypatch.setattr(FolderStore, "free_bytes", lambda _store: 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Mock(free=free))
    with nullcontext() if fits else pytest.raises(PipelineError, match="not enough room"):
        require_room(tmp_path, 10)
    monkeypatch.setattr(FolderStore, "free_bytes", lambda _store: 19)
    with pytest.raises(PipelineError, match="not enough room"):
        require_room(tmp_path, 10)


def test_a_full_disk_is_not_filled_further(video: Video, settings: Any) -> None:
    settings.UPLOAD_FREE_DISK_BYTES = 1 << 60
    signed_in(video.owner).post(f"/videos/{video.pk}/original/")
    run_waiting_jobs(Lane.LADDER)
    assert (Job.objects.get().status, Job.objects.get().error_code) == (JobStatus.QUEUED, "out_of_space")
