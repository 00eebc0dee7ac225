"""What uploads keep to on whatever store they lie: the folder of one machine, or the bucket of many.

`tests/cms/videos/test_upload_stores.py` runs it on a folder, `tests/services/test_s3_uploads.py` on a real S3 server.
"""

import hashlib
import random
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.storage import storages

from cms.core.clock import now
from cms.videos import original_stores
from cms.videos.errors import WrongOffset
from cms.videos.models import Upload, Video
from cms.videos.services import append, finishing, receiving, sweep_uploads
from cms.videos.upload_stores import upload_store
from tests.cms.videos.conftest import Sender, video_bytes

MB = 1 << 20
FILM = video_bytes(13 * MB + 5)
SUM = hashlib.sha256(FILM).hexdigest()
BENT = {"Upload-Checksum": "sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA="}


class Interrupting:
    """Bytes that come in two halves, between which something happens."""

    def __init__(self, data: bytes, meanwhile: Callable[[], object]) -> None:
        self.halves, self.meanwhile = [data[: len(data) // 2], data[len(data) // 2 :]], meanwhile
        self.begun = False

    def read(self, size: int, /) -> bytes:
        if not self.halves[0] and not self.begun:
            self.begun = True
            self.meanwhile()
        half = 1 if self.begun else 0
        block, self.halves[half] = self.halves[half][:size], self.halves[half][size:]
        return block


def arrived() -> bytes:
    """Return the one film that came, as it lies among the originals, and check what is known of it."""
    video = Video.objects.get()
    with storages["originals"].open(video.original, "rb") as file:
        data: bytes = file.read()
    assert (video.sha256, video.original_bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    return data


def begun(sender: Sender, length: int = len(FILM)) -> tuple[str, Upload]:
    """Return the address and the row of a new upload."""
    url = sender.begin(length)
    return url, Upload.objects.get(pk=url.rsplit("/", 1)[-1])


class AnyStore(ABC):
    """The promises; a subclass says where it looks for what should be gone."""

    @abstractmethod
    def left_behind(self) -> list[str]:
        """Return what lies in the store of uploads that are under way."""

    def test_a_file_arrives_identical_however_it_is_cut_repeated_and_bent(self, sender: Sender) -> None:
        chance = random.Random(5)  # noqa: S311  # accidents, not secrets
        url, _upload = begun(sender)
        offset = 0
        while offset < len(FILM):
            size = chance.choice([1, 63, 4097, 900_000, 3 * MB, 6 * MB + 1])
            chunk = FILM[offset : offset + size]
            accident = chance.choice(["none", "bent", "early", "twice", "unchecked"])
            if accident == "bent":
                assert sender.patch(url, offset, chunk, **BENT).status_code == 460
            elif accident == "early":
                assert sender.patch(url, offset + 1, chunk).status_code in {409, 413}
            assert sender.head(url)["Upload-Offset"] == str(offset)
            checksum = "" if accident == "unchecked" else "sha256"
            assert sender.patch(url, offset, chunk, checksum=checksum).status_code == 204
            if accident == "twice":
                assert sender.patch(url, offset, chunk).status_code == 409
            offset += len(chunk)
        assert (arrived() == FILM, self.left_behind()) == (True, [])

    def test_many_tiny_chunks_make_one_file(self, sender: Sender) -> None:
        data = video_bytes(40_000)
        url, _upload = begun(sender, len(data))
        for offset in range(0, len(data), 1000):
            assert sender.patch(url, offset, data[offset : offset + 1000]).status_code == 204
        assert (arrived() == data, self.left_behind()) == (True, [])

    def test_a_request_that_was_stolen_adds_nothing_and_the_newer_one_goes_on(self, sender: Sender) -> None:
        url, upload = begun(sender)
        stolen = Interrupting(FILM[:64] + bytes(12 * MB - 64), lambda: sender.patch(url, 0, FILM[: 7 * MB]))
        with pytest.raises(WrongOffset):
            append(upload, 0, stolen, size=12 * MB)
        assert sender.head(url)["Upload-Offset"] == str(7 * MB)
        assert sender.patch(url, 7 * MB, FILM[7 * MB :]).status_code == 204
        assert (arrived() == FILM, self.left_behind()) == (True, [])

    def test_what_was_made_safe_and_not_acknowledged_is_sent_again_and_nothing_else(self, sender: Sender) -> None:
        url, upload = begun(sender)
        assert sender.patch(url, 0, FILM[: 6 * MB]).status_code == 204
        upload.refresh_from_db()
        # The process ends between the two.
        token = receiving.take_over(upload)
        with upload_store().writer(upload, token) as writer:
            writer.write(b"\x02" * (6 * MB))
            writer.sync()
        assert sender.head(url)["Upload-Offset"] == str(6 * MB)
        assert sender.patch(url, 6 * MB, FILM[6 * MB :]).status_code == 204
        assert (arrived() == FILM, self.left_behind()) == (True, [])

    @pytest.mark.parametrize("length", [9000, len(FILM)])
    def test_a_process_that_ends_while_it_finishes_leaves_a_file_that_is_finished_later(
        self, sender: Sender, monkeypatch: pytest.MonkeyPatch, length: int
    ) -> None:
        url, _upload = begun(sender, length)

        def killed(*_asked: object) -> None:
            raise KeyboardInterrupt

        for place, goes_on in (
            ("bring_in", lambda: sender.patch(url, 0, FILM[:length])),
            ("make_video", lambda: sender.head(url)),
        ):
            with monkeypatch.context() as patched:
                patched.setattr(finishing, place, killed)
                with pytest.raises(KeyboardInterrupt):
                    goes_on()
        assert (sender.head(url)["Upload-Offset"], arrived() == FILM[:length]) == (str(length), True)
        assert self.left_behind() == []

    def test_the_digest_is_made_while_the_file_comes_and_read_only_when_its_state_is_lost(
        self, sender: Sender, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        read: list[str] = []
        digest = original_stores.digest

        def noted(name: str) -> str:
            read.append(name)
            return digest(name)

        monkeypatch.setattr(original_stores, "digest", noted)
        for forgets in (False, True):
            url, upload = begun(sender)
            sender.patch(url, 0, FILM[: 6 * MB])
            if forgets:
                Upload.objects.filter(pk=upload.pk).update(running_digest="0:of another version")
            sender.patch(url, 6 * MB, FILM[6 * MB :])
            assert read == ([upload.original_name] if forgets else [])
        assert list(Video.objects.values_list("sha256", flat=True)) == [SUM, SUM]

    def test_giving_up_leaves_nothing(self, sender: Sender) -> None:
        url, _upload = begun(sender)
        for offset, end in ((0, 6 * MB), (6 * MB, 7 * MB), (7 * MB, 7 * MB + 9)):
            sender.patch(url, offset, FILM[offset:end])
        assert self.left_behind() != []
        assert sender.delete(url).status_code == 204
        assert (self.left_behind(), sender.head(url).status_code) == ([], 410)

    def test_what_is_given_up_while_it_comes_takes_no_more(self, sender: Sender) -> None:
        url, upload = begun(sender)
        sender.patch(url, 0, FILM[: 6 * MB])
        upload.refresh_from_db()
        with pytest.raises(WrongOffset):
            append(upload, 6 * MB, Interrupting(FILM[6 * MB : 12 * MB], lambda: sender.delete(url)))
        assert self.left_behind() == []

    def test_the_sweep_removes_what_nobody_went_on_with_and_what_no_row_names(self, sender: Sender) -> None:
        url, _gone = begun(sender)
        sender.patch(url, 0, FILM[: 6 * MB])
        Upload.objects.all().delete()
        kept, upload = begun(sender)
        sender.patch(kept, 0, FILM[: 6 * MB])
        expired, _old = begun(sender)
        sender.patch(expired, 0, FILM[: 6 * MB + 9])
        Upload.objects.exclude(pk=upload.pk).update(expires_at=now() - timedelta(seconds=1))

        assert sweep_uploads() == 1

        assert {name.split("/")[0] for name in self.left_behind()} == {upload.pk.hex}
        assert sender.patch(kept, 6 * MB, FILM[6 * MB :]).status_code == 204
        assert (arrived() == FILM, self.left_behind()) == (True, [])

    def test_what_is_no_video_leaves_nothing(self, sender: Sender) -> None:
        url, _upload = begun(sender)
        sender.patch(url, 0, b"GIF89a")
        assert sender.patch(url, 6, bytes(2 * MB)).json()["code"] == "not_video"
        assert self.left_behind() == []
