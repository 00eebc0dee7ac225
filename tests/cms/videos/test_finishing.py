"""From the last byte to the video, whoever asks and whatever happens meanwhile."""

import hashlib
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from cms.core.clock import now
from cms.jobs.models import Job
from cms.videos import original_stores, upload_stores
from cms.videos.enums import UploadState
from cms.videos.errors import UploadRefused, WrongOffset
from cms.videos.models import Upload, Video
from cms.videos.services import append, finish_upload, finishing, sweep_uploads
from cms.videos.services.finishing import claim_finish
from tests.cms.videos.conftest import Sender, files_below, video_bytes

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("asked", ["head", "get", "sweep"])
def test_an_upload_whose_end_was_lost_with_the_process_is_finished_later(sender: Sender, asked: str) -> None:
    data = video_bytes(9000)
    url = sender.begin(9000)
    upload = Upload.objects.get()
    folder = settings.UPLOAD_ROOT / upload.pk.hex
    (folder / "data").write_bytes(data)
    Upload.objects.update(offset=9000, container="mp4")
    if asked == "head":
        sender.head(url)
    elif asked == "get":
        sender.told(url)
    else:
        sweep_uploads(now() + timedelta(minutes=10))
    assert Video.objects.get().sha256 == hashlib.sha256(data).hexdigest()
    assert sender.told(url)["state"] == "waiting"


def test_finishing_twice_makes_one_video(sender: Sender) -> None:
    sender.patch(sender.begin(9000), 0, video_bytes(9000))
    stale = Upload.objects.get()
    stale.state = UploadState.RECEIVING
    assert finish_upload(stale).video == Video.objects.get()


def complete_upload(sender: Sender, data: bytes | None = None) -> Upload:
    """Return an upload whose last byte came and whose end was lost with its process."""
    url = sender.begin(9000)
    upload: Upload = Upload.objects.get(pk=url.rsplit("/", 1)[-1])
    (settings.UPLOAD_ROOT / upload.pk.hex / "data").write_bytes(data or video_bytes(9000))
    at = now() - timedelta(minutes=10)
    Upload.objects.filter(pk=upload.pk).update(offset=9000, container="mp4", updated_at=at)
    upload.refresh_from_db()
    return upload


def test_whoever_asks_while_somebody_else_finishes_gets_the_upload_as_it_stands(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = complete_upload(sender)
    url = f"/api/v1/uploads/{upload.pk}"
    take_in, asked = original_stores.take_in, []

    def while_taking_in(path: Path, name: str) -> None:
        asked.append((sender.told(url)["state"], sender.told(url)["percent"], sender.head(url)["Upload-Offset"]))
        take_in(path, name)

    monkeypatch.setattr(original_stores, "take_in", while_taking_in)
    finish_upload(upload)
    assert asked == [("receiving", 100, "9000")]
    assert (sender.told(url)["state"], Video.objects.count(), Job.objects.count()) == ("waiting", 1, 1)


def test_a_claim_of_a_process_that_was_killed_ends_by_itself(sender: Sender) -> None:
    upload = complete_upload(sender)
    Upload.objects.update(finishing_until=now() + timedelta(minutes=1))
    assert finish_upload(upload).state == UploadState.RECEIVING
    Upload.objects.update(finishing_until=now() - timedelta(seconds=1))
    assert finish_upload(upload).state == UploadState.RECEIVED


def test_who_lost_the_claim_leaves_the_end_to_who_took_it_over(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = complete_upload(sender)
    take_in, taken = original_stores.take_in, []

    def too_slow(path: Path, name: str) -> None:
        take_in(path, name)
        Upload.objects.update(finishing_until=now() - timedelta(seconds=1))
        taken.append(claim_finish(upload))

    with monkeypatch.context() as patched:
        patched.setattr(original_stores, "take_in", too_slow)
        assert finish_upload(upload).state == UploadState.RECEIVING
    # Neither made the video under the other's eyes nor gave the other's claim back.
    assert (Video.objects.count(), Upload.objects.get().finishing_token) == (0, taken[0])
    assert finish_upload(upload).state == UploadState.RECEIVING

    Upload.objects.update(finishing_until=now() - timedelta(seconds=1))
    assert finish_upload(upload).state == UploadState.RECEIVED
    assert (Video.objects.count(), Job.objects.count(), Upload.objects.get().finishing_token) == (1, 1, "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.long
def test_whoever_takes_long_keeps_the_claim(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = complete_upload(sender)
    take_in, others = original_stores.take_in, []
    monkeypatch.setattr(finishing, "FINISH_LEASE", timedelta(seconds=5))

    def slowly(path: Path, name: str) -> None:
        first = Upload.objects.get().finishing_until
        for _look in range(300):
            if Upload.objects.get().finishing_until != first:
                break
            time.sleep(0.1)
        else:
            pytest.fail("nobody renewed the claim")
        others.append(claim_finish(upload))
        take_in(path, name)

    monkeypatch.setattr(original_stores, "take_in", slowly)
    assert finish_upload(upload).state == UploadState.RECEIVED
    assert (others, Upload.objects.get().finishing_until) == ([""], None)


def test_an_empty_request_that_comes_while_the_file_is_handed_over_loses_nothing(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = complete_upload(sender)
    take_in = original_stores.take_in

    def asked_meanwhile(path: Path, name: str) -> None:
        take_in(path, name)
        with pytest.raises(WrongOffset):
            append(Upload.objects.get(), upload.length, BytesIO(), size=0)

    monkeypatch.setattr(original_stores, "take_in", asked_meanwhile)
    finish_upload(upload)
    assert (sender.told(f"/api/v1/uploads/{upload.pk}")["state"], Video.objects.count()) == ("waiting", 1)


def test_a_file_on_another_disk_is_never_half_there(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = complete_upload(sender)

    def other_disk(self: Path, target: Path) -> Path:
        if self.name == "data":
            raise OSError(18, "Invalid cross-device link")
        return Path(self.rename(target))

    monkeypatch.setattr(Path, "replace", other_disk)
    finish_upload(upload)
    assert files_below(settings.MEDIA_ROOT / "originals") == [f"{upload.pk.hex}/original"]
    assert Video.objects.get().sha256 == hashlib.sha256(video_bytes(9000)).hexdigest()


def test_one_upload_whose_bytes_are_lost_ends_and_does_not_stop_the_sweep(sender: Sender) -> None:
    lost, left, old = complete_upload(sender), complete_upload(sender), sender.begin(20_000)
    upload_stores.upload_store().delete(lost.pk.hex)
    Upload.objects.filter(offset=0).update(expires_at=now() - timedelta(days=1))
    assert sweep_uploads() == 1
    told = [sender.told(f"/api/v1/uploads/{upload.pk}") for upload in (lost, left)]
    assert [(row["state"], row["error"] and row["error"]["code"]) for row in told] == [
        ("failed", "missing_file"),
        ("waiting", None),
    ]
    assert sender.told(old)["state"] == "cancelled"


def test_an_upload_given_up_while_it_is_finished_leaves_nothing(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    upload = complete_upload(sender)
    take_in = original_stores.take_in

    def given_up_meanwhile(path: Path, name: str) -> None:
        take_in(path, name)
        assert sender.delete(f"/api/v1/uploads/{upload.pk}").status_code == 204

    monkeypatch.setattr(original_stores, "take_in", given_up_meanwhile)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(UploadRefused) as refused:
        finish_upload(upload)
    assert (refused.value.code, Video.objects.count()) == ("upload_over", 0)
    assert files_below(settings.MEDIA_ROOT) == []
