"""Uploads in a bucket: the same promises as in a folder, on a real S3 server; and what only a bucket does."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import IO, Any

import pytest
from botocore.exceptions import ClientError
from django.core.files.storage import storages
from pytest_django import Settings

from cms.core.clock import now
from cms.settings.environment import bucket_storage
from cms.videos import upload_stores
from cms.videos.models import Upload, Video
from cms.videos.services import append, receiving, sweep_uploads
from cms.videos.upload_stores import bucket as bucket_store
from cms.videos.upload_stores import multiparts
from tests.cms.videos.any_store import BENT, FILM, MB, SUM, AnyStore, Interrupting, arrived, begun
from tests.cms.videos.conftest import Sender, clear_disk
from tests.cms.videos.test_tus_server import PATIENT, send_through_kills, serving, somebody
from tests.factories.accounts import UserFactory
from tests.factories.processes import eventually
from tests.services.conftest import ORIGINALS
from tests.services.versitygw import KEY, REGION, SECRET, Versitygw

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bucket(s3: Versitygw, settings: Settings) -> Iterator[Versitygw]:
    """An installation whose originals lie in a bucket; the server is there again after the test."""
    clear_disk()
    use(settings, s3)
    yield s3
    if s3.process and s3.process.poll() is not None:
        s3.start()


@pytest.fixture
def sender(db: None) -> Sender:
    return Sender(UserFactory())


def lying(server: Versitygw) -> int:
    """Return how many bytes lie among the originals, whole or not."""
    names = [f".sgwtmp/{name}" for name in server.unfinished(ORIGINALS)] + server.names(ORIGINALS)
    return sum(server.path(ORIGINALS, name).stat().st_size for name in names)


def use(settings: Settings, server: Versitygw, *, secret: str = SECRET) -> None:
    storage = bucket_storage(ORIGINALS, endpoint=server.url, key=KEY, secret=secret, region=REGION)
    settings.STORAGES = {**settings.STORAGES, "originals": storage}


class TestBucket(AnyStore):
    """Many machines."""

    @pytest.fixture(autouse=True)
    def _server(self, s3: Versitygw) -> None:
        self.server = s3

    def left_behind(self) -> list[str]:
        pieces = [
            name.removeprefix("arriving/") for name in self.server.names(ORIGINALS) if name.startswith("arriving/")
        ]
        return [*pieces, *self.server.begun(ORIGINALS)]


def test_a_part_that_comes_late_is_no_part_of_the_file(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    url, upload = begun(sender)
    send = multiparts.Multiparts.send_part
    late: list[int] = []

    def held(self: multiparts.Multiparts, name: str, multipart: str, number: int, body: IO[bytes]) -> str:
        if not late:
            late.append(number)
            # The phone changes networks, asks where to go on, and does; only then the old request goes on.
            offset = int(sender.head(url)["Upload-Offset"])
            assert sender.patch(url, offset, FILM[offset : offset + 6 * MB]).status_code == 204
        late.append(number)
        return send(self, name, multipart, number, body)

    monkeypatch.setattr(multiparts.Multiparts, "send_part", held)
    assert sender.patch(url, 0, b"\x00\x00\x00\x18ftyp" + b"\x03" * (7 * MB)).status_code == 409
    offset = int(sender.head(url)["Upload-Offset"])
    assert sender.patch(url, offset, FILM[offset:]).status_code == 204
    assert (offset, late, arrived() == FILM) == (6 * MB, [1, 2, 1, 3], True)
    assert Upload.objects.get(pk=upload.pk).whereabouts == {}


def test_a_chunk_that_is_bent_or_cut_never_reaches_the_bucket(sender: Sender, bucket: Versitygw) -> None:
    url, _upload = begun(sender)
    before = len(bucket.answered())
    sender.patch(url, 0, FILM[: 8 * MB], **{"Upload-Checksum": "sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA="})
    assert bucket.answered()[before:] == []


def test_of_a_chunk_too_large_to_wait_parts_go_ahead_and_count_only_when_all_of_it_is_right(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket_store, "WAITING", 5 * MB)
    url, upload = begun(sender)
    bent = {"Upload-Checksum": "sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA="}
    assert sender.patch(url, 0, FILM, **bent).status_code == 460
    upload.refresh_from_db()
    assert (upload.offset, upload.whereabouts, upload.part_numbers) == (0, {}, 2)
    assert sender.patch(url, 0, FILM, checksum="sha1").status_code == 204
    assert arrived() == FILM


@pytest.mark.parametrize("kept", [0, 6 * MB])
def test_parts_of_bent_chunks_take_no_room(
    sender: Sender, bucket: Versitygw, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    monkeypatch.setattr(bucket_store, "WAITING", 5 * MB)
    url, _upload = begun(sender)
    if kept:
        assert sender.patch(url, 0, FILM[:kept]).status_code == 204
    for _again in range(2):
        assert sender.patch(url, kept, FILM[kept : kept + 7 * MB], **BENT).status_code == 460
    # One byte stands for each part: a server forgets all parts of an object or none.
    assert lying(bucket) == (kept + 2 if kept else 0)
    assert sender.patch(url, kept, FILM[kept:], checksum="sha1").status_code == 204
    assert (arrived() == FILM, lying(bucket)) == (True, len(FILM))


def test_whoever_sends_byte_by_byte_fills_no_bucket(sender: Sender, bucket: Versitygw) -> None:
    url, upload = begun(sender)
    assert sender.patch(url, 0, FILM[: 4 * MB]).status_code == 204
    before = len(bucket.answered())
    for offset in range(4 * MB, 4 * MB + 18):
        assert sender.patch(url, offset, FILM[offset : offset + 1]).status_code == 204
        assert lying(bucket) == offset + 1
    upload.refresh_from_db()
    assert [size for _name, size in upload.whereabouts["pieces"]] == [4 * MB, 16, 1, 1]
    # What is large is not read to put what is small together.
    assert sum(asked == "GET" for _status, asked, _path in bucket.answered()[before:]) == 15
    assert sender.patch(url, 4 * MB + 18, FILM[4 * MB + 18 :]).status_code == 204
    assert (arrived() == FILM, lying(bucket)) == (True, len(FILM))


def test_pieces_that_one_request_replaced_are_gone_before_its_end(
    sender: Sender, bucket: Versitygw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "CHECKPOINT_BYTES", MB)
    url, upload = begun(sender)
    seen: list[int] = []
    append(upload, 0, Interrupting(FILM[: 12 * MB], lambda: seen.append(lying(bucket))))
    assert (seen, sender.head(url)["Upload-Offset"]) == ([6 * MB], str(12 * MB))


def test_what_waits_on_the_disk_leaves_the_site_its_margin(sender: Sender, settings: Settings) -> None:
    url, upload = begun(sender)
    settings.UPLOAD_FREE_DISK_BYTES = upload_stores.free_bytes() + 10**12
    refused = sender.patch(url, 0, FILM[: 6 * MB])
    assert (refused.status_code, refused.json()["code"]) == (507, "no_room")
    upload.refresh_from_db()
    assert upload.offset == 0


@pytest.mark.parametrize(
    ("sizes", "first"),
    [
        ([1] * 16, 15),
        ([1] * 17, 0),
        ([5 * MB, *[1] * 16], 1),
        ([5 * MB, *[3 * MB] * 14, 2, 1], 0),
        ([3**n for n in reversed(range(17))], 15),
    ],
)
def test_only_pieces_that_grow_by_it_are_put_together(sizes: list[int], first: int) -> None:
    assert bucket_store.first_to_merge(sizes) == first


def test_parts_are_large_enough_for_the_numbers_there_are() -> None:
    assert [bucket_store.smallest_part(gigabytes << 30) for gigabytes in (4, 100)] == [5 * MB, 21474837]


def test_an_upload_whose_numbers_are_used_up_is_over(sender: Sender) -> None:
    url, _upload = begun(sender)
    Upload.objects.update(part_numbers=10_000)
    assert sender.patch(url, 0, FILM[: 6 * MB]).json()["code"] == "upload_over"


def test_while_the_bucket_is_away_senders_are_told_to_wait_and_then_go_on(sender: Sender, bucket: Versitygw) -> None:
    url, upload = begun(sender)
    assert sender.patch(url, 0, FILM[: 6 * MB]).status_code == 204
    bucket.kill()
    refused = sender.patch(url, 6 * MB, FILM[6 * MB : 12 * MB])
    assert (refused.status_code, refused["Retry-After"], refused.json()["code"]) == (503, "5", "storage_away")
    assert refused.json()["message"].startswith("网站的视频存储暂时连接不上。什么都没有丢失")
    assert (sender.told(url)["state"], sender.head(url)["Upload-Offset"]) == ("receiving", str(6 * MB))
    bucket.start()
    assert sender.patch(url, 6 * MB, FILM[6 * MB : -5]).status_code == 204

    # It goes again when everything is there and only has to be put together.
    Upload.objects.filter(pk=upload.pk).update(length=len(FILM) - 5)
    bucket.kill()
    assert (sender.head(url).status_code, sender.told(url)["state"]) == (503, "receiving")
    bucket.start()
    assert sender.told(url)["state"] == "waiting"
    assert arrived() == FILM[:-5]


def test_a_film_whose_last_answer_came_too_late_is_there_and_not_lost(
    sender: Sender, bucket: Versitygw, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete = multiparts.Multiparts.complete

    def asked_twice(self: multiparts.Multiparts, *named: Any) -> None:
        # The server did it, its answer came after the client's patience, and the client asked again by itself. This
        # server says yes a second time; most say that there is no such upload.
        complete(self, *named)
        raise FileNotFoundError("NoSuchUpload")

    monkeypatch.setattr(multiparts.Multiparts, "complete", asked_twice)
    url, _upload = begun(sender)
    assert sender.patch(url, 0, FILM).status_code == 204
    assert (sender.told(url)["state"], arrived() == FILM, bucket.begun(ORIGINALS)) == ("waiting", True, [])


@pytest.mark.parametrize("asked", ["abort_multipart_upload", "delete_object"])
def test_what_is_gone_before_it_is_removed_is_as_good_as_removed(
    sender: Sender, bucket: Versitygw, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    storage: Any = storages["originals"]
    client = storage.bucket.meta.client
    remove = getattr(client, asked)

    def gone(**named: str) -> None:
        remove(**named)
        raise ClientError({"Error": {"Code": "NoSuchUpload"}}, asked)

    monkeypatch.setattr(client, asked, gone)
    kept, given_up, no_film = [begun(sender)[0] for _n in range(3)]
    for url in (kept, given_up):
        for start, end in ((0, 1 * MB), (1 * MB, 7 * MB), (7 * MB, 8 * MB)):
            assert sender.patch(url, start, FILM[start:end]).status_code == 204
    assert sender.patch(no_film, 0, b"n").status_code == 204
    assert sender.patch(no_film, 1, b"o film" * MB).json()["code"] == "not_video"
    assert sender.delete(given_up).status_code == 204
    assert sender.patch(kept, 8 * MB, FILM[8 * MB :]).status_code == 204
    assert (arrived() == FILM, bucket.begun(ORIGINALS), len(bucket.names(ORIGINALS))) == (True, [], 1)


@pytest.mark.parametrize("kept", [1 * MB, 6 * MB])
def test_an_upload_of_which_the_bucket_lost_something_is_over_and_said_to_be(
    sender: Sender, bucket: Versitygw, kept: int
) -> None:
    url, _upload = begun(sender)
    assert sender.patch(url, 0, FILM[:kept]).status_code == 204
    # An operator tidied up, or a rule of the bucket did.
    bucket.empty()
    refused = sender.patch(url, kept, FILM[kept : 12 * MB])
    assert (refused.status_code, refused.json()["code"]) == (410, "missing_file")
    assert refused.json()["message"] == "这个视频的文件已经不在了。请重新上传。"
    told = sender.told(url)
    assert (told["state"], told["error"]["code"], sender.head(url).status_code) == ("failed", "missing_file", 410)


def test_of_an_upload_that_somebody_else_took_over_what_is_missing_says_nothing(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, _upload = begun(sender)
    send = multiparts.Multiparts.send_part

    def late(self: multiparts.Multiparts, name: str, multipart: str, number: int, body: IO[bytes]) -> str:
        with monkeypatch.context() as patched:
            patched.setattr(multiparts.Multiparts, "send_part", send)
            assert sender.patch(url, 0, FILM[: 6 * MB]).status_code == 204
        raise FileNotFoundError("NoSuchUpload")

    with monkeypatch.context() as patched:
        patched.setattr(multiparts.Multiparts, "send_part", late)
        assert sender.patch(url, 0, FILM[: 6 * MB]).status_code == 409
    assert (sender.told(url)["state"], sender.head(url)["Upload-Offset"]) == ("receiving", str(6 * MB))


def test_a_film_whose_parts_are_gone_before_it_is_put_together_is_lost(
    sender: Sender, bucket: Versitygw, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete = multiparts.Multiparts.complete

    def emptied_before(self: multiparts.Multiparts, *named: Any) -> None:
        bucket.empty()
        complete(self, *named)

    monkeypatch.setattr(multiparts.Multiparts, "complete", emptied_before)
    url, _upload = begun(sender)
    assert sender.patch(url, 0, FILM).json()["code"] == "missing_file"
    assert sender.told(url)["state"] == "failed"


def test_putting_together_may_take_longer_than_anything_else(bucket: Versitygw) -> None:
    storage: Any = storages["originals"]
    waits = [made.meta.config.read_timeout for made in (storage.connection.meta.client, storage.slow_client)]
    assert waits == [20, 60]


def test_an_upload_can_be_given_up_while_the_bucket_is_away_and_the_sweep_removes_it(
    sender: Sender, bucket: Versitygw
) -> None:
    url, _upload = begun(sender)
    sender.patch(url, 0, FILM[: 6 * MB])
    bucket.kill()
    assert (sender.delete(url).status_code, sender.told(url)["state"]) == (204, "cancelled")
    bucket.start()
    assert bucket.begun(ORIGINALS) != []
    Upload.objects.update(created_at=now() - timedelta(hours=2))
    sweep_uploads()
    assert bucket.begun(ORIGINALS) == []


def test_with_the_wrong_key_nothing_is_taken_and_nothing_breaks(
    sender: Sender, bucket: Versitygw, settings: Settings
) -> None:
    use(settings, bucket, secret="guessed")
    url, _upload = begun(sender)
    refused = sender.patch(url, 0, FILM[: 6 * MB])
    assert (refused.status_code, refused.json()["code"]) == (503, "storage_away")
    assert (Upload.objects.get().offset, Video.objects.count(), bucket.names(ORIGINALS)) == (0, 0, [])


@pytest.mark.django_db(transaction=True)
def test_a_file_arrives_identical_however_line_and_server_behave(bucket: Versitygw) -> None:
    client = somebody()
    environment: dict[str, Any] = {**PATIENT, "WEIKE_S3_BUCKET": ORIGINALS, "WEIKE_S3_ENDPOINT": bucket.url}
    environment |= {"WEIKE_S3_ACCESS_KEY": KEY, "WEIKE_S3_SECRET_KEY": SECRET}
    chance = random.Random()  # noqa: S311  # accidents, not secrets
    send_through_kills(client, FILM, kills=2, chance=chance, **environment)
    assert arrived() == FILM
    with serving(client, **environment):
        client.send_badly(client.begin(len(FILM)), FILM, chance=chance, chunk=3 * MB)
        eventually(lambda: Video.objects.count() == 2)
    assert set(Video.objects.values_list("sha256", flat=True)) == {SUM}
    assert (
        [name for name in bucket.names(ORIGINALS) if not name.endswith("/original")] == bucket.begun(ORIGINALS) == []
    )
