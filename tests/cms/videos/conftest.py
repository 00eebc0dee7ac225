"""What the tests of this room share: bytes that look like a video, and a client that speaks for one person."""

import base64
import hashlib
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client

from cms.accounts.models import User
from tests.factories.accounts import UserFactory
from tests.factories.processes import is_running

TYPE = "application/offset+octet-stream"
FTYP = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"


def video_bytes(size: int = 20_000, *, seed: int = 1) -> bytes:
    """Return bytes that begin as an MP4 does and go on as noise."""
    noise = random.Random(seed).randbytes(max(0, size - len(FTYP)))  # noqa: S311  # noise, not secrets
    return (FTYP + noise)[:size]


class Sender:
    """Sends files through Django's test client, as one signed-in person."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.client = Client()
        self.client.force_login(user)

    def create(self, length: int | str, *, body: bytes = b"", metadata: str | None = None, **named: str) -> Any:
        pairs = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in named.items())
        return self.client.post(
            "/api/v1/uploads/",
            body,
            content_type=TYPE if body else "text/plain",
            headers={
                "Tus-Resumable": "1.0.0",
                "Upload-Length": str(length),
                "Upload-Metadata": pairs if metadata is None else metadata,
            },
        )

    def begin(self, length: int, **named: str) -> str:
        answer = self.create(length, body=b"", metadata=None, **named)
        assert answer.status_code == 201, answer.content
        return str(answer["Location"]).removeprefix("http://testserver")

    def patch(self, url: str, offset: int | str, chunk: bytes, *, checksum: str = "", **headers: str) -> Any:
        if checksum:
            digest = base64.b64encode(hashlib.new(checksum, chunk).digest()).decode()
            headers["Upload-Checksum"] = f"{checksum} {digest}"
        return self.client.patch(
            url,
            chunk,
            content_type=TYPE,
            headers={"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset), **headers},
        )

    def head(self, url: str) -> HttpResponseBase:
        return self.client.head(url, headers={"Tus-Resumable": "1.0.0"})

    def delete(self, url: str) -> HttpResponseBase:
        return self.client.delete(url, headers={"Tus-Resumable": "1.0.0"})

    def told(self, url: str) -> Any:
        return self.client.get(url).json()


@pytest.fixture
def sender(db: None) -> Sender:
    return Sender(UserFactory())


@pytest.fixture(autouse=True)
def _empty_disk() -> Iterator[None]:
    """Find no files of another room's tests, and leave none to the next."""
    clear_disk()
    yield
    clear_disk()


def clear_disk() -> None:
    """Remove all files that tests made."""
    for folder in (settings.UPLOAD_ROOT, settings.WORK_ROOT, settings.MEDIA_ROOT):
        shutil.rmtree(folder, ignore_errors=True)


def files_below(folder: Path) -> list[str]:
    """Return the names of all files below a folder.

    os.walk passes over folders that a worker removes while we look; Path.rglob raises there.
    """
    return sorted(
        str((Path(place) / name).relative_to(folder)) for place, _, names in os.walk(folder) for name in names
    )


def ffmpegs() -> list[int]:
    """Return the numbers of running ffmpeg processes that write below this suite's folders."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = entry.read_bytes()
        except OSError:
            continue
        if b"ffmpeg" in command and str(settings.DATA_DIR).encode() in command:
            found.append(int(entry.parent.name))
    return [pid for pid in found if is_running(pid)]
