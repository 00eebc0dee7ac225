"""Media through nginx, from the real view to the bytes: the same answers whether they lie in a folder or in a bucket."""

import http.client
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest
from django.core.files.storage import storages
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from cms.settings.environment import bucket_storage
from cms.videos import media_urls
from cms.videos.models import Video
from cms.videos.rendition_stores import rendition_store
from tests.factories.videos import VideoFactory
from tests.services.conftest import RENDITIONS, have_server
from tests.services.nginx import Nginx
from tests.services.processes import free_port
from tests.services.versitygw import KEY, REGION, SECRET, Versitygw

pytestmark = pytest.mark.django_db(transaction=True)
BODY = bytes(range(256)) * 8
PREPARED = "d" * 24
KEPT = "private, max-age=21600, immutable"
# Of whom a bucket knows that it sent something: nobody else has to.
TELLTALE = ("x-amz", "x-minio", "server-time")


@pytest.fixture(params=["folder", "bucket"])
def endpoint(request: pytest.FixtureRequest, settings: Settings) -> str:
    """Where the bucket is in which renditions lie; empty: they lie in a folder."""
    settings.SENDFILE = "nginx"
    if request.param == "folder":
        return ""
    s3: Versitygw = request.getfixturevalue("s3")
    storage = bucket_storage(RENDITIONS, endpoint=s3.url, key=KEY, secret=SECRET, region=REGION)
    settings.STORAGES = {**settings.STORAGES, "renditions": storage}
    return s3.url


@pytest.fixture
def data() -> Path:
    """The folder that holds the site's media."""
    location: str = storages["default"].location  # type: ignore[attr-defined]  # a folder, in the suite
    return Path(location).parent.parent


@pytest.fixture
def nginx(endpoint: str, data: Path, live_server: LiveServer) -> Iterator[Nginx]:
    port = int(live_server.url.rpartition(":")[2])
    with have_server(lambda: Nginx(web_port=port, data=data, s3_endpoint=endpoint)) as server:
        yield server


@pytest.fixture
def video(endpoint: str, tmp_path: Path) -> Video:
    """A finished video with its list, a segment, and the original prepared for download."""
    made: Video = VideoFactory(title="1.5 米：安全/距离", public=True, download=f"{PREPARED}/original.mov")
    for generation, files in (
        (made.generation, {"master.m3u8": b"#EXTM3U\n", "seg00000.m4s": BODY}),
        (PREPARED, {"original.mov": BODY}),
    ):
        folder = tmp_path / generation
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        rendition_store().publish(folder, str(made.uuid), generation, lambda: None)
    return made


class Answer:
    """What a browser is told."""

    def __init__(self, status: int, headers: Message, body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    def told(self, *names: str) -> tuple[str | None, ...]:
        return tuple(self.headers.get(name) for name in names)

    def is_kept(self) -> bool:
        """Return whether browsers keep it without asking again."""
        words = ",".join(self.headers.get_all("Cache-Control") or [])
        return "max-age" in words and "no-store" not in words

    def telltales(self) -> list[str]:
        """Return what only the bucket says of itself."""
        return [name for name in self.headers if name.lower().startswith(TELLTALE)]


def ask(nginx: Nginx, address: str | None, method: str = "GET", **claims: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", nginx.port, timeout=20)
    connection.request(
        method, address or "", headers={name.replace("_", "-"): value for name, value in claims.items()}
    )
    response = connection.getresponse()
    answer = Answer(response.status, response.headers, response.read())
    connection.close()
    return answer


def test_a_prepared_original_comes_whole_in_parts_and_as_a_file_with_a_name(nginx: Nginx, video: Video) -> None:
    address, size = media_urls.download_url(video), len(BODY)
    named = "attachment; filename*=utf-8''1.5%20%E7%B1%B3%EF%BC%9A%E5%AE%89%E5%85%A8%20%E8%B7%9D%E7%A6%BB.mov"
    told = ("Content-Type", "Content-Disposition", "Cache-Control", "X-Content-Type-Options", "Content-Length")

    whole = ask(nginx, address, x_amz_security_token="forged")
    assert (whole.status, whole.body, whole.telltales()) == (200, BODY, [])
    assert whole.told(*told) == ("video/quicktime", named, KEPT, "nosniff", str(size))
    head = ask(nginx, address, "HEAD")
    assert (head.status, head.body, head.told(*told)) == (200, b"", whole.told(*told))
    part = ask(nginx, address, Range="bytes=5-9")
    assert (part.status, part.body, part.headers["Content-Range"]) == (206, BODY[5:10], f"bytes 5-9/{size}")
    assert part.told(*told[:-1]) == whole.told(*told[:-1])

    tag = whole.headers["ETag"]
    assert ask(nginx, address, If_None_Match=tag).status == 304
    assert ask(nginx, address, Range="bytes=5-9", If_Range=tag).status == 206
    # The inner way, signature and all, opens nothing from outside.
    inner = rendition_store().internal_address(str(video.uuid), PREPARED, "original.mov")
    assert ask(nginx, inner).status == 404


def test_what_is_shown_is_kept_by_its_browser_and_a_growing_list_is_not(nginx: Nginx, video: Video) -> None:
    folder = media_urls.folder_url(video)
    told = ("Content-Type", "Content-Disposition", "Cache-Control")
    assert ask(nginx, f"{folder}seg00000.m4s").told(*told) == ("video/iso.segment", "inline", KEPT)
    assert ask(nginx, f"{folder}master.m3u8").told(*told) == (
        "application/vnd.apple.mpegurl",
        "inline",
        "private, no-store",
    )


def test_no_browser_keeps_a_refusal_nor_reads_what_the_bucket_said(nginx: Nginx, video: Video) -> None:
    folder = media_urls.folder_url(video)
    missing = ask(nginx, f"{folder}seg00001.m4s")
    past = ask(nginx, f"{folder}seg00000.m4s", Range="bytes=9999-")
    assert [(answer.status, answer.is_kept(), answer.telltales()) for answer in (missing, past)] == [
        (404, False, []),
        (416, False, []),
    ]
    assert [b"<Error>" in answer.body for answer in (missing, past)] == [False, False]


@pytest.mark.parametrize("endpoint", ["bucket"], indirect=True)
def test_of_a_bucket_that_does_not_answer_nothing_is_kept(video: Video, data: Path, live_server: LiveServer) -> None:
    port = int(live_server.url.rpartition(":")[2])
    away = f"http://127.0.0.1:{free_port()}"
    with have_server(lambda: Nginx(web_port=port, data=data, s3_endpoint=away)) as nginx:
        answer = ask(nginx, f"{media_urls.folder_url(video)}seg00000.m4s")
    assert (answer.status, answer.headers.get_all("Cache-Control")) == (502, ["no-store"])
