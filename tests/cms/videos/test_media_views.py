"""Renditions are sent to whoever holds a valid address, and nothing else is."""

import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cms.organisations.enums import Role
from cms.taxonomy.enums import Visibility
from cms.videos import media_urls
from cms.videos.models import Video
from cms.videos.permissions import may_see
from cms.videos.services import revoke_addresses
from cms.videos.views.media import read_range
from tests.factories.accounts import UserFactory
from tests.factories.organisations import MembershipFactory, OrganisationFactory, RoleAssignmentFactory
from tests.factories.videos import VideoFactory, folder_of

pytestmark = pytest.mark.django_db
BODY = bytes(range(256)) * 40


@pytest.fixture
def video() -> Video:
    made: Video = VideoFactory(public=True)
    folder = folder_of(str(made.uuid), made.generation)
    (folder / "360p").mkdir(parents=True)
    (folder / "master.m3u8").write_text("#EXTM3U\n")
    (folder / "360p" / "seg00000.m4s").write_bytes(BODY)
    (folder / "result.json").write_text("{}")
    (folder / ".secret.jpg").write_text("x")
    return made


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_playlist_is_sent_with_its_type_and_never_kept(client: Client, video: Video) -> None:
    answer: Any = client.get(str(media_urls.hls_url(video, video.owner)))
    assert (answer.status_code, body(answer)) == (200, b"#EXTM3U\n")
    assert answer["Content-Type"] == "application/vnd.apple.mpegurl"
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("private, no-store", "nosniff")


def test_a_segment_is_found_beside_its_playlist_and_kept_long(client: Client, video: Video) -> None:
    answer: Any = client.get(media_urls.folder_url(video) + "360p/seg00000.m4s")
    assert body(answer) == BODY
    assert answer["Cache-Control"] == "private, max-age=21600, immutable"


@pytest.mark.parametrize(
    ("asked", "status", "expected", "told"),
    [
        ("bytes=0-99", 206, BODY[:100], "bytes 0-99/10240"),
        ("bytes=10200-", 206, BODY[10200:], "bytes 10200-10239/10240"),
        ("bytes=-40", 206, BODY[-40:], "bytes 10200-10239/10240"),
        ("bytes=-99999", 206, BODY, "bytes 0-10239/10240"),
        ("bytes=5-99999", 206, BODY[5:], "bytes 5-10239/10240"),
        ("bytes=0-0,5-9", 200, BODY, None),
        ("lines=1-2", 200, BODY, None),
        ("bytes=-", 200, BODY, None),
    ],
)
def test_ranges_are_sent_as_asked(video: Video, asked: str, status: int, expected: bytes, told: str | None) -> None:
    answer: Any = Client().get(media_urls.folder_url(video) + "360p/seg00000.m4s", headers={"Range": asked})
    assert (answer.status_code, body(answer), answer.headers.get("Content-Range")) == (status, expected, told)
    assert int(answer["Content-Length"]) == len(expected)


@pytest.mark.parametrize("asked", ["bytes=10240-", "bytes=9-5", "bytes=-0"])
def test_a_range_outside_the_file_gets_416(client: Client, video: Video, asked: str) -> None:
    answer = client.get(media_urls.folder_url(video) + "360p/seg00000.m4s", headers={"Range": asked})
    assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */10240")
    assert answer["Cache-Control"] == "private, no-store"


def test_an_empty_file_has_no_ranges() -> None:
    assert (read_range("", 0), read_range("bytes=0-", 0), read_range("bytes=-5", 0)) == ((0, 0), None, None)


def test_a_browser_that_has_the_file_is_told_so(client: Client, video: Video) -> None:
    url = media_urls.folder_url(video) + "360p/seg00000.m4s"
    tag = client.get(url)["ETag"]
    assert client.get(url, headers={"If-None-Match": tag}).status_code == 304
    stale = client.get(url, headers={"Range": "bytes=0-9", "If-Range": '"old"'})
    assert stale.status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "result.json",
        ".secret.jpg",
        "360p/../master.m3u8",
        "../x/master.m3u8",
        "%2e%2e/master.m3u8",
        "a/b/c.m4s",
        "360p/",
        "none.m4s",
        "360p/seg00000.m4s%00.jpg",
        "master.m3u8%0a",
        "..%5cmaster.m3u8",
    ],
)
def test_nothing_but_the_renditions_of_this_generation_is_sent(client: Client, video: Video, name: str) -> None:
    assert client.get(media_urls.folder_url(video) + name).status_code == 404


def test_an_address_of_another_generation_or_video_is_closed(client: Client, video: Video) -> None:
    url = str(media_urls.hls_url(video, video.owner))
    other = VideoFactory(public=True)
    assert client.get(url.replace(video.generation, "0" * 24)).status_code == 404
    assert client.get(url.replace(str(video.uuid), str(other.uuid))).status_code == 404


def test_an_address_expires(video: Video) -> None:
    uuid = str(video.uuid)
    signature = media_urls.sign(uuid, video.generation, video.address_key, int(time.time()) - 1)
    assert not media_urls.is_valid(signature, uuid, video.generation, video.address_key)
    later = media_urls.folder_url(video).split("/")[3]
    assert media_urls.is_valid(later, uuid, video.generation, video.address_key)
    assert not media_urls.is_valid(later, uuid, video.generation, video.address_key, at=time.time() + 8 * 3600)


@pytest.mark.parametrize("signature", ["zz-AAAA", "-", "", "ff", "ffffffffff-AAAA", "é-AAAA"])
def test_a_made_up_signature_is_wrong(video: Video, signature: str) -> None:
    assert not media_urls.is_valid(signature, str(video.uuid), video.generation, video.address_key)


def test_take_down_closes_every_address_that_was_given_out(client: Client, video: Video) -> None:
    url = str(media_urls.hls_url(video, video.owner))
    revoke_addresses(video)
    assert client.get(url).status_code == 404
    assert client.get(str(media_urls.hls_url(video, video.owner))).status_code == 200


def test_behind_nginx_the_file_is_handed_over(client: Client, video: Video, settings: Any) -> None:
    settings.SENDFILE = "nginx"
    answer = client.get(media_urls.folder_url(video) + "360p/seg00000.m4s")
    expected = f"/protected/renditions/{video.uuid}/{video.generation}/360p/seg00000.m4s"
    assert (answer["X-Accel-Redirect"], answer["Content-Type"]) == (expected, "video/iso.segment")
    # How long it is kept is said by nginx, who knows whether the file is there.
    assert (answer.content, answer.headers.get("Cache-Control")) == (b"", None)


def test_addresses_appear_with_the_states(video: Video) -> None:
    owner = video.owner
    assert str(media_urls.mp4_url(video, owner)).endswith("/fallback.mp4")
    video.is_complete = False
    assert media_urls.mp4_url(video, owner) is None
    assert str(media_urls.hls_url(video, owner)).endswith("/master.m3u8")
    video.has_audio = False
    assert media_urls.audio_url(video, owner) is None
    video.status = "failed"
    assert media_urls.hls_url(video, owner) is None


def test_who_may_see_a_private_video() -> None:
    branch, elsewhere = OrganisationFactory(), OrganisationFactory()
    # No lesson with it was handed in: those who review get it through a lesson only (tests/cms/lessons).
    video = VideoFactory()
    MembershipFactory(user=video.owner, organisation=branch)
    secretary = RoleAssignmentFactory(organisation=branch, role=Role.BRANCH_SECRETARY).user
    stranger = RoleAssignmentFactory(organisation=elsewhere, role=Role.BRANCH_SECRETARY).user
    auditor = RoleAssignmentFactory(organisation=branch, role=Role.AUDITOR).user
    seen = [may_see(person, video) for person in (video.owner, secretary, stranger, auditor, UserFactory())]
    assert seen == [True, False, False, False, False]
    video.visibility = Visibility.PUBLIC
    assert may_see(UserFactory(), video)


def test_the_root_of_the_renditions_is_where_the_settings_say(settings: Any) -> None:
    assert folder_of("uuid", "generation") == Path(settings.MEDIA_ROOT) / "renditions/uuid/generation"


def test_an_address_whose_middle_is_no_key_is_not_there() -> None:
    client = Client()
    for key in ("-" * 36, "0" * 36, "00000000-0000-0000-0000-00000000000g"):
        assert client.get(f"/media/v/1-aa/{key}/a/x.mp4").status_code == 404
