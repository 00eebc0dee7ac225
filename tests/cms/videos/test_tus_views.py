"""The upload server as a browser sees it, request by request."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cms.core.clock import now
from cms.jobs.models import Job
from cms.videos import upload_stores
from cms.videos.enums import VideoStatus
from cms.videos.errors import UploadRefused
from cms.videos.models import Upload, Video
from cms.videos.queries import same_file
from cms.videos.services import receive_form_upload, sweep_uploads
from cms.videos.views import uploads
from tests.cms.videos.conftest import Sender, files_below, video_bytes
from tests.factories.accounts import UserFactory
from tests.factories.videos import VideoFactory

pytestmark = pytest.mark.django_db


def test_options_tells_what_the_server_can() -> None:
    answer = Client().options("/api/v1/uploads/")
    assert answer.status_code == 204
    assert answer["Tus-Extension"] == "creation,creation-with-upload,checksum,expiration,termination"
    assert (answer["Tus-Version"], answer["Tus-Checksum-Algorithm"]) == ("1.0.0", "sha1,sha256")
    assert answer["Tus-Max-Size"] == str(settings.UPLOAD_MAX_BYTES)


def test_a_file_sent_in_chunks_becomes_a_video_that_waits(sender: Sender) -> None:
    data = video_bytes(20_000)
    url = sender.begin(len(data), filename="现场.mp4", title="老井的故事", filetype="video/mp4")
    first = sender.patch(url, 0, data[:12_000])
    assert (first.status_code, first["Upload-Offset"]) == (204, "12000")
    assert sender.told(url)["state"] == "receiving"
    assert sender.told(url)["percent"] == 60
    last = sender.patch(url, 12_000, data[12_000:])
    assert (last.status_code, last["Upload-Offset"]) == (204, "20000")
    video = Video.objects.get()
    assert (video.status, video.title, video.filename) == (VideoStatus.WAITING, "老井的故事", "现场.mp4")
    assert (video.sha256, video.original_bytes) == (hashlib.sha256(data).hexdigest(), 20_000)
    told = sender.told(url)
    assert (told["state"], told["video_id"], told["queue_position"], told["error"]) == ("waiting", video.pk, 0, None)
    assert told["worker_waiting"] is True
    assert Job.objects.get().kind == "videos.first_play"
    assert files_below(settings.UPLOAD_ROOT) == []


def test_the_first_bytes_may_come_with_the_creation(sender: Sender) -> None:
    data = video_bytes(9000)
    answer = sender.create(len(data), body=data)
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "9000")
    assert Video.objects.get().sha256 == hashlib.sha256(data).hexdigest()


def test_the_answer_says_until_when_the_upload_is_kept(sender: Sender) -> None:
    answer = sender.create(9000)
    assert answer["Upload-Expires"].endswith(" GMT")
    assert Upload.objects.get().expires_at - now() > timedelta(days=6, hours=23)


@pytest.mark.parametrize("offset", [0, 4000, 6000, 20_000])
def test_a_chunk_that_does_not_begin_at_the_end_gets_409_and_the_right_offset(sender: Sender, offset: int) -> None:
    data = video_bytes(20_000)
    url = sender.begin(len(data))
    sender.patch(url, 0, data[:5000])
    answer = sender.patch(url, offset, data[5000:9000])
    assert (answer.status_code, answer["Upload-Offset"], answer.json()["code"]) == (409, "5000", "wrong_offset")
    assert sender.head(url)["Upload-Offset"] == "5000"


def test_a_repeated_last_chunk_changes_nothing(sender: Sender) -> None:
    data = video_bytes(9000)
    url = sender.begin(len(data))
    sender.patch(url, 0, data)
    assert sender.patch(url, 0, data).status_code == 409
    assert sender.head(url)["Upload-Offset"] == "9000"
    assert Video.objects.count() == 1


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_chunk_with_the_right_checksum_is_taken(sender: Sender, algorithm: str) -> None:
    data = video_bytes(9000)
    url = sender.begin(len(data))
    assert sender.patch(url, 0, data, checksum=algorithm).status_code == 204


def test_a_chunk_that_was_bent_on_the_way_is_dropped_whole(sender: Sender) -> None:
    data = video_bytes(20_000)
    url = sender.begin(len(data))
    sender.patch(url, 0, data[:8000], checksum="sha1")
    answer = sender.patch(url, 8000, data[8000:12_000], **{"Upload-Checksum": "sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA="})
    assert (answer.status_code, answer.json()["code"]) == (460, "checksum_mismatch")
    assert sender.head(url)["Upload-Offset"] == "8000"
    sender.patch(url, 8000, data[8000:])
    assert Video.objects.get().sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("checksum", ["md5 AAAA", "sha1", "sha1 ???", "sha256 AAAA", ""])
def test_a_checksum_that_cannot_be_understood_is_refused_before_anything_is_written(
    sender: Sender, checksum: str
) -> None:
    url = sender.begin(9000)
    answer = sender.patch(url, 0, video_bytes(9000), **{"Upload-Checksum": checksum})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_checksum")
    assert Upload.objects.get().offset == 0


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        (
            b"\xff\xd8\xff\xe0" + b"\x00" * 5000,
            "这个文件是一张图片，不是视频。请重新选择手机里的视频，已填写的内容都保留着。",
        ),
        (b"%PDF-1.7" + b" " * 5000, "这个文件是一份文档，不是视频。请重新选择手机里的视频，已填写的内容都保留着。"),
        (
            b"ffconcat version 1.0\nfile victim.mp4\n",
            "这个文件只写着别的文件的名字。请选择视频本身，已填写的内容都保留着。",
        ),
        (b"PK\x03\x04" + b"\x00" * 5000, "这是一个压缩包。请解压后选择里面的视频，已填写的内容都保留着。"),
    ],
)
def test_what_is_no_video_is_refused_with_its_first_chunk(sender: Sender, head: bytes, sentence: str) -> None:
    url = sender.begin(len(head) + 10_000_000 if len(head) > 4096 else len(head), filename="x.mp4")
    answer = sender.patch(url, 0, head)
    assert (answer.status_code, answer.json()["code"]) == (415, "not_video")
    assert answer.json()["message"] == sentence
    told = sender.told(url)
    assert (told["state"], told["error"]) == ("failed", {"code": "not_video", "message": sentence, "permanent": True})
    assert files_below(settings.UPLOAD_ROOT) == []
    assert sender.patch(url, len(head), b"x").status_code == 410


def test_a_non_video_that_comes_in_tiny_chunks_is_refused_as_soon_as_enough_is_there(sender: Sender) -> None:
    data = b"GIF89a" + b"\x00" * 20_000
    url = sender.begin(len(data))
    statuses = [sender.patch(url, at, data[at : at + 1000]).status_code for at in range(0, 6000, 1000)]
    assert statuses == [204, 204, 204, 204, 415, 410]


def test_more_bytes_than_promised_are_refused(sender: Sender) -> None:
    url = sender.begin(5000)
    answer = sender.patch(url, 0, video_bytes(5001))
    assert (answer.status_code, answer.json()["code"]) == (413, "beyond_length")


@pytest.mark.parametrize(
    ("length", "status", "code"),
    [
        ("0", 400, "empty_file"),
        ("-5", 400, "bad_length"),
        ("x", 400, "bad_length"),
        ("²", 400, "bad_length"),
        ("9" * 30, 400, "bad_length"),
        ("99999999999999", 413, "too_large"),
    ],
)
def test_a_wrong_length_is_refused(sender: Sender, length: str, status: int, code: str) -> None:
    answer = sender.create(length)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Upload.objects.exists()


@pytest.mark.parametrize("metadata", ["filename ???", "a b c", "filename YQ==,filename YQ==", "x" * 9000, ",,"])
def test_metadata_that_cannot_be_understood_is_refused(sender: Sender, metadata: str) -> None:
    assert sender.create(100, metadata=metadata).status_code == 400


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\视频\\a.mp4", "a.mp4"),
        ("a\x00\n\u202e4pm.exe", "a4pm.exe"),
        ("x" * 400, "x" * 255),
        ("", ""),
        ("<script>.mp4", "<script>.mp4"),
    ],
)
def test_a_hostile_file_name_is_only_ever_text(sender: Sender, name: str, shown: str) -> None:
    url = sender.begin(5000, filename=name)
    assert sender.told(url)["filename"] == shown


def test_the_quota_counts_videos_and_what_is_on_its_way(sender: Sender, settings: Any) -> None:
    settings.UPLOAD_QUOTA_BYTES = 10_000
    VideoFactory(owner=sender.user, original_bytes=4000)
    sender.begin(5000)
    answer = sender.create(1001)
    assert (answer.status_code, answer.json()["code"]) == (413, "quota_bytes")
    assert sender.create(1000).status_code == 201


def test_the_number_of_videos_is_limited(sender: Sender, settings: Any) -> None:
    settings.UPLOAD_QUOTA_COUNT = 1
    sender.begin(5000)
    answer = sender.create(5000)
    assert (answer.status_code, answer.json()["code"]) == (413, "quota_count")


def test_a_full_disk_is_said_before_a_byte_is_taken(sender: Sender, settings: Any) -> None:
    settings.UPLOAD_FREE_DISK_BYTES = upload_stores.free_bytes() + 10**12
    answer = sender.create(5000)
    assert (answer.status_code, answer.json()["code"]) == (507, "no_room")
    assert answer.json()["message"].startswith("网站暂时没有")


def test_other_people_see_nothing_of_an_upload(sender: Sender) -> None:
    url = sender.begin(5000)
    other = Sender(UserFactory())
    assert [other.head(url).status_code, other.patch(url, 0, b"x").status_code, other.delete(url).status_code] == [
        404
    ] * 3
    assert other.client.get(url).json()["code"] == "not_found"
    assert other.client.get("/api/v1/uploads/").json() == {"items": [], "total": 0, "next": None}


@pytest.mark.parametrize("key", ["1", "zz", "0" * 32, "00000000-0000-0000-0000-00000000000g"])
def test_an_unknown_upload_is_404(sender: Sender, key: str) -> None:
    assert sender.client.get(f"/api/v1/uploads/{key}").status_code == 404


def test_visitors_are_asked_to_sign_in() -> None:
    answer = Client().post("/api/v1/uploads/", headers={"Tus-Resumable": "1.0.0", "Upload-Length": "5"})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


def test_a_page_of_another_site_cannot_upload_in_my_name(sender: Sender) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(sender.user)
    answer = strict.post("/api/v1/uploads/", headers={"Tus-Resumable": "1.0.0", "Upload-Length": "5"})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


def test_another_version_of_the_protocol_gets_412(sender: Sender) -> None:
    answer = sender.client.post("/api/v1/uploads/", headers={"Tus-Resumable": "0.2.2", "Upload-Length": "5"})
    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")


def test_a_client_that_cannot_patch_may_say_so_in_a_header(sender: Sender) -> None:
    data = video_bytes(5000)
    url = sender.begin(5000)
    answer = sender.client.post(
        url,
        data,
        content_type="application/offset+octet-stream",
        headers={"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"},
    )
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "5000")


def test_a_chunk_of_another_content_type_is_refused(sender: Sender) -> None:
    url = sender.begin(5000)
    answer = sender.client.patch(
        url, b"{}", content_type="application/json", headers={"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
    )
    assert (answer.status_code, answer.json()["code"]) == (415, "bad_content_type")


def test_giving_up_removes_the_bytes(sender: Sender) -> None:
    url = sender.begin(20_000)
    sender.patch(url, 0, video_bytes(20_000)[:9000])
    assert sender.delete(url).status_code == 204
    assert files_below(settings.UPLOAD_ROOT) == []
    assert sender.head(url).status_code == 410
    assert sender.told(url)["state"] == "cancelled"


def test_giving_up_a_complete_upload_cancels_its_video(
    sender: Sender, django_capture_on_commit_callbacks: Any
) -> None:
    url = sender.begin(9000)
    sender.patch(url, 0, video_bytes(9000))
    with django_capture_on_commit_callbacks(execute=True):
        assert sender.delete(url).status_code == 204
    assert sender.told(url)["state"] == "cancelled"
    assert Video.objects.get().status == VideoStatus.CANCELLED
    assert Job.objects.get().status == "cancelled"
    assert files_below(settings.MEDIA_ROOT) == []


def test_a_finished_video_is_not_deleted_through_its_upload(sender: Sender) -> None:
    url = sender.begin(9000)
    sender.patch(url, 0, video_bytes(9000))
    Video.objects.update(status=VideoStatus.READY, generation="a")
    answer = sender.client.delete(url)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_late")


def test_an_upload_nobody_continued_is_swept_and_says_so(sender: Sender) -> None:
    url = sender.begin(20_000)
    sender.patch(url, 0, video_bytes(20_000)[:9000])
    Upload.objects.update(expires_at=now() - timedelta(seconds=1))
    assert sender.patch(url, 9000, b"x").json()["code"] == "upload_expired"
    assert sweep_uploads() == 1
    assert files_below(settings.UPLOAD_ROOT) == []
    assert (sender.told(url)["state"], sender.told(url)["error"]["code"]) == ("cancelled", "upload_expired")


def test_the_sweep_leaves_what_is_still_wanted(sender: Sender) -> None:
    url = sender.begin(20_000)
    sender.patch(url, 0, video_bytes(20_000)[:9000])
    assert sweep_uploads(now() + timedelta(days=6)) == 0
    assert sender.head(url)["Upload-Offset"] == "9000"


@pytest.mark.parametrize("method", ["PATCH", "POST"])
def test_a_size_that_is_no_number_is_refused(sender: Sender, method: str) -> None:
    url = sender.begin(9000) if method == "PATCH" else "/api/v1/uploads/"
    answer = sender.client.generic(
        method,
        url,
        b"abc",
        "application/offset+octet-stream",
        headers={"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Upload-Length": "9000"},
        CONTENT_LENGTH="12x",
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_length")


def test_only_a_post_may_stand_for_another_method(sender: Sender) -> None:
    url = sender.begin(9000)
    override = {"Tus-Resumable": "1.0.0", "X-HTTP-Method-Override": "DELETE"}
    assert sender.client.get(url, headers=override).status_code == 200
    assert sender.told(url)["state"] == "receiving"
    assert sender.client.post(url, headers=override).status_code == 204
    assert sender.told(url)["state"] == "cancelled"


def test_the_same_file_again_is_noticed_for_its_owner_only(sender: Sender) -> None:
    for person in (sender, sender, Sender(UserFactory())):
        person.patch(person.begin(9000), 0, video_bytes(9000))
    first, second, others = Video.objects.order_by("pk")
    assert (same_file(second), same_file(others)) == (first, None)
    assert sender.client.get("/api/v1/uploads/").json()["items"][0]["duplicate_of"] == first.pk


def test_a_plain_form_sends_a_video_without_javascript() -> None:
    data, owner = video_bytes(9000), UserFactory()
    video = receive_form_upload(owner, SimpleUploadedFile("a.mp4", data, "video/mp4"), title="一课")
    assert (video.status, video.title, video.sha256) == (VideoStatus.WAITING, "一课", hashlib.sha256(data).hexdigest())


def test_a_plain_form_with_a_picture_is_refused_and_leaves_nothing() -> None:
    owner = UserFactory()
    with pytest.raises(UploadRefused) as refused:
        receive_form_upload(owner, SimpleUploadedFile("a.mp4", b"\x89PNG\r\n\x1a\n" + b"\x00" * 9000))
    assert (refused.value.code, refused.value.status) == ("not_video", 415)
    assert files_below(settings.UPLOAD_ROOT) == []


def test_an_empty_form_file_is_refused() -> None:
    with pytest.raises(UploadRefused) as refused:
        receive_form_upload(UserFactory(), SimpleUploadedFile("a.mp4", b""))
    assert refused.value.code == "empty_file"


def test_a_stream_of_tiny_chunks_is_told_to_wait_and_what_came_stays(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "TINY_CHUNKS", 2)
    data = video_bytes(20_000)
    url = sender.begin(len(data))
    assert [sender.patch(url, at, data[at : at + 5000]).status_code for at in (0, 5000, 10_000)] == [204, 204, 429]
    assert Upload.objects.get().offset == 10_000
    # The end of a file is as small as it is.
    assert sender.patch(url, 10_000, data[10_000:]).status_code == 204
