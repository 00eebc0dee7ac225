"""Uploads in a folder."""

import os
from pathlib import Path

import pytest
from django.conf import settings

from cms.videos.models import Upload
from tests.cms.videos.any_store import BENT, FILM, MB, AnyStore, begun
from tests.cms.videos.conftest import Sender, files_below

pytestmark = pytest.mark.django_db


class TestFolder(AnyStore):
    """One machine."""

    def left_behind(self) -> list[str]:
        return files_below(settings.UPLOAD_ROOT)

    @pytest.mark.parametrize("checksum", ["sha1", ""])
    def test_a_chunk_is_on_the_disk_before_anybody_knows_of_it(
        self, sender: Sender, monkeypatch: pytest.MonkeyPatch, checksum: str
    ) -> None:
        url, upload = begun(sender)
        sender.patch(url, 0, FILM[: 3 * MB])
        flushed: list[tuple[int, int]] = []
        flush = os.fdatasync

        def noted(file: int) -> None:
            flush(file)
            flushed.append((os.fstat(file).st_size, Upload.objects.get(pk=upload.pk).offset))

        monkeypatch.setattr(os, "fdatasync", noted)
        assert sender.patch(url, 3 * MB, FILM[3 * MB : 6 * MB + 7], checksum=checksum).status_code == 204
        assert flushed == [(6 * MB + 7, 3 * MB)]

    def test_of_a_bent_chunk_nothing_is_left_though_the_disk_had_it_already(self, sender: Sender) -> None:
        url, upload = begun(sender)
        sender.patch(url, 0, FILM[: 3 * MB])
        assert sender.patch(url, 3 * MB, FILM[3 * MB : 8 * MB], **BENT).status_code == 460
        assert (Path(settings.UPLOAD_ROOT) / upload.pk.hex / "data").read_bytes() == FILM[: 3 * MB]
