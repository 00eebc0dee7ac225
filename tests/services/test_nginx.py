"""What docker/nginx.conf hands on to the site, refuses and writes down, looked at from behind it."""

import contextlib
import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.services.certificate import Certificate, make_certificate
from tests.services.conftest import have_server
from tests.services.echo import EchoServer, echoing
from tests.services.nginx import Nginx
from tests.services.processes import free_port, wait_for

MB = 1024 * 1024
FORGED = {"X-Forwarded-For": "198.51.100.9, 203.0.113.7", "X-Forwarded-Proto": "https"}


class Front:
    """nginx, and the echo behind it."""

    def __init__(self, nginx: Nginx, web: EchoServer) -> None:
        self.nginx, self.web = nginx, web

    def ask(
        self,
        path: str,
        claims: dict[str, str] | None = None,
        *,
        method: str = "GET",
        body: bytes | None = None,
        tls: bool = False,
    ) -> tuple[int, dict[str, Any]]:
        """Return the status and what the echo says; nothing when nginx answered itself."""
        connection = self.connect(tls=tls)
        # Refused before everything was sent: the answer is there all the same.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.request(method, path, body=body, headers=claims or {})
        response = connection.getresponse()
        said = response.read()
        connection.close()
        return response.status, json.loads(said) if said.startswith(b"{") else {}

    def connect(self, *, tls: bool = False) -> http.client.HTTPConnection:
        if tls and self.nginx.certificate:
            context = self.nginx.certificate.trusting()
            return http.client.HTTPSConnection("localhost", self.nginx.tls_port, timeout=30, context=context)
        return http.client.HTTPConnection("127.0.0.1", self.nginx.port, timeout=30)

    def lines(self) -> list[dict[str, Any]]:
        """Return the access log."""
        return [json.loads(line) for line in self.nginx.access_log.read_text().splitlines()]


@contextmanager
def front(data: Path, *, certificate: Certificate | None = None, trusted_proxies: str = "") -> Iterator[Front]:
    with (
        echoing() as web,
        have_server(
            lambda: Nginx(web_port=web.port, data=data, certificate=certificate, trusted_proxies=trusted_proxies)
        ) as nginx,
    ):
        yield Front(nginx, web)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """Plain HTTP, nothing trusted in front."""
    with front(tmp_path_factory.mktemp("plain")) as made:
        yield made


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """nginx ends TLS itself."""
    folder = tmp_path_factory.mktemp("secure")
    with front(folder, certificate=make_certificate(folder, "localhost")) as made:
        yield made


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """A proxy of our own stands in front and ends TLS: this computer, and a network it does not come from."""
    with front(tmp_path_factory.mktemp("behind"), trusted_proxies="10.9.0.0/16, 127.0.0.1") as made:
        yield made


def who(said: dict[str, Any]) -> tuple[str, str]:
    return said["headers"]["X-Forwarded-For"], said["headers"]["X-Forwarded-Proto"]


def test_what_a_stranger_claims_about_itself_is_thrown_away(plain: Front) -> None:
    assert who(plain.ask("/")[1]) == ("127.0.0.1", "http")
    assert who(plain.ask("/", FORGED)[1]) == ("127.0.0.1", "http")


def test_with_a_certificate_nginx_says_truly_which_door_was_used(secure: Front) -> None:
    assert who(secure.ask("/", tls=True)[1]) == ("127.0.0.1", "https")
    assert who(secure.ask("/", FORGED)[1]) == ("127.0.0.1", "http")


def test_a_proxy_of_our_own_is_believed_up_to_the_last_address_that_it_saw(behind: Front) -> None:
    assert who(behind.ask("/", FORGED)[1]) == ("203.0.113.7", "https")
    chain = {"X-Forwarded-For": "198.51.100.9, 203.0.113.7, 10.9.1.2", "X-Forwarded-Proto": "http"}
    assert who(behind.ask("/", chain)[1]) == ("203.0.113.7", "http")


def test_a_scheme_that_is_none_is_not_handed_on(behind: Front) -> None:
    assert who(behind.ask("/", {"X-Forwarded-Proto": "javascript"})[1]) == ("127.0.0.1", "http")


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/accounts/login/", 9 * MB, 413),
        ("/workbench/members/import/", 5 * MB, 200),
        ("/upload/", 9 * MB, 413),
        ("/upload/file/", 70 * MB, 200),
        ("/lessons/12/file/", 70 * MB, 200),
        ("/lessons/12/captions/", 9 * MB, 413),
        ("/lessons/12/attachments/", 51 * MB, 200),
        ("/lessons/12/attachments/", 65 * MB, 413),
        ("/admin/documents/add/", 51 * MB, 200),
    ],
)
def test_each_address_takes_as_much_as_is_meant_for_it(plain: Front, path: str, size: int, status: int) -> None:
    answered, said = plain.ask(path, method="POST", body=bytes(size))

    assert (answered, said.get("bytes", 0)) == (status, size if status == 200 else 0)


def test_a_form_with_a_video_larger_than_the_site_takes_is_refused_before_it_is_sent(plain: Front) -> None:
    connection = plain.connect()
    connection.putrequest("POST", "/upload/file/")
    connection.putheader("Content-Length", str((4096 + 17) * MB))
    connection.endheaders()

    assert connection.getresponse().status == 413
    connection.close()


def test_the_bytes_of_a_resumable_upload_reach_the_site_before_the_rest_is_sent(plain: Front) -> None:
    plain.web.first_bytes.clear()
    connection = plain.connect()
    connection.putrequest("PATCH", "/api/v1/uploads/0123")
    connection.putheader("Content-Length", str(2 * MB))
    connection.endheaders()
    connection.send(bytes(MB))

    assert plain.web.first_bytes.wait(10)

    connection.send(bytes(MB))
    assert json.loads(connection.getresponse().read())["bytes"] == 2 * MB
    connection.close()


def test_resumable_uploads_have_a_web_process_of_their_own(tmp_path: Path) -> None:
    with (
        echoing() as web,
        echoing() as uploads,
        have_server(lambda: Nginx(web_port=web.port, uploads_port=uploads.port, data=tmp_path)) as nginx,
    ):
        both = Front(nginx, web)
        for path in ("/api/v1/uploads/", "/api/v1/uploads/0123", "/upload/file/", "/api/v1/videos/7"):
            both.ask(path, method="POST", body=b"bytes")
        assert (uploads.asked, web.asked) == (
            ["/api/v1/uploads/", "/api/v1/uploads/0123"],
            ["/upload/file/", "/api/v1/videos/7"],
        )


def test_allowed_media_come_from_nginx_in_parts_with_what_the_site_said_of_them(plain: Front) -> None:
    folder = plain.nginx.data / "media/renditions/uuid/gen"
    folder.mkdir(parents=True)
    (folder / "fallback.mp4").write_bytes(bytes(range(256)) * 4)
    connection = plain.connect()

    connection.request("GET", "/media/v/open/uuid/gen/fallback.mp4", headers={"Range": "bytes=100-299"})
    response = connection.getresponse()

    assert (response.status, response.read()) == (206, (bytes(range(256)) * 2)[100:300])
    told = {name: response.getheader(name) for name in ("Content-Type", "Cache-Control", "X-Content-Type-Options")}
    assert told == {
        "Content-Type": "video/mp4",
        "Cache-Control": "private, max-age=21600, immutable",
        "X-Content-Type-Options": "nosniff",
    }
    connection.close()
    assert plain.ask("/protected/renditions/uuid/gen/fallback.mp4")[0] == 404


def test_a_bucket_learns_what_is_wanted_and_nothing_of_who_asks(tmp_path: Path) -> None:
    claims = {"Range": "bytes=0-9", "If-Range": '"1"', "If-None-Match": '"2"', "Cookie": "sessionid=1"}
    claims |= {
        "Authorization": "Bearer 1",
        "User-Agent": "phone",
        "Referer": "/lessons/7/",
        "X-Amz-Acl": "public-read",
    }
    with (
        echoing() as web,
        echoing() as bucket,
        have_server(
            lambda: Nginx(web_port=web.port, data=tmp_path, s3_endpoint=f"http://127.0.0.1:{bucket.port}")
        ) as nginx,
    ):
        web.sends_away_to = "/protected/bucket/renditions/clip.mp4?X-Amz-Signature=1"
        asker = Front(nginx, web)
        status, said = asker.ask("/media/v/open/clip.mp4", FORGED | claims, body=b"a body")
        head = asker.ask("/media/v/open/clip.mp4", claims, method="HEAD")

    wanted = {name: claims[name] for name in ("Range", "If-Range", "If-None-Match")}
    assert (status, said["path"], said["bytes"]) == (200, "/renditions/clip.mp4?X-Amz-Signature=1", 0)
    assert said["headers"] == {"Host": f"127.0.0.1:{bucket.port}", **wanted}
    assert (head, bucket.methods) == ((200, {}), ["GET", "GET"])


def spoken(nginx_front: Front, path: str, body: bytes = b"") -> tuple[int, str, str]:
    """Return status, type and text of an answer."""
    connection = nginx_front.connect()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.request("POST" if body else "GET", path, body=body)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, response.getheader("Content-Type", ""), text


def test_what_nginx_refuses_itself_is_said_in_chinese_and_in_english(plain: Front) -> None:
    status, kind, page = spoken(plain, "/accounts/login/", bytes(9 * MB))
    assert (status, kind, "文件太大了" in page, "too large" in page) == (413, "text/html; charset=utf-8", True, True)

    status, kind, text = spoken(plain, "/api/v1/lessons", bytes(9 * MB))
    assert (status, kind) == (413, "application/json; charset=utf-8")
    assert {name: type(value) for name, value in json.loads(text).items()} == {
        "code": str,
        "message": str,
        "fields": dict,
    }
    assert (json.loads(text)["code"], plain.ask("/nginx-says/too-large.html")[0]) == ("body_too_large", 404)


def test_a_site_that_does_not_answer_is_said_to_rest(tmp_path: Path) -> None:
    with have_server(lambda: Nginx(web_port=free_port(), data=tmp_path)) as nginx, echoing() as nobody:
        lonely = Front(nginx, nobody)
        status, kind, page = spoken(lonely, "/lessons/7/")
        assert (status, kind, "网站暂时打不开" in page) == (502, "text/html; charset=utf-8", True)
        status, kind, text = spoken(lonely, "/api/v1/uploads/")
        assert (status, kind, json.loads(text)["code"]) == (502, "application/json; charset=utf-8", "resting")


def test_every_request_leaves_a_line_without_what_opens_doors(behind: Front) -> None:
    before = len(behind.lines())
    for path in ("/search/?q=13800138000", "/media/v/66aabb-SIGNATURE/uuid/gen/master.m3u8", "/accounts/qr/TOKEN/"):
        behind.ask(path, FORGED)
    behind.ask("/accounts/login/", method="POST", body=bytes(9 * MB))
    behind.ask("/media/v/open/uuid/gen/nothing.mp4", FORGED)

    assert wait_for(lambda: len(behind.lines()) >= before + 5, seconds=5)
    lines = behind.lines()[before:]
    # The refused one gets its line when nginx has read away what was still coming, which may be after the next.
    assert sorted((line["method"], line["path"], line["status"], line["address"]) for line in lines) == [
        ("GET", "/accounts/qr/…", 200, "203.0.113.7"),
        ("GET", "/media/v/…/uuid/gen/master.m3u8", 200, "203.0.113.7"),
        ("GET", "/media/v/…/uuid/gen/nothing.mp4", 404, "203.0.113.7"),
        ("GET", "/search/", 200, "203.0.113.7"),
        ("POST", "/accounts/login/", 413, "127.0.0.1"),
    ]
    written = behind.nginx.access_log.read_text()
    assert [secret for secret in ("SIGNATURE", "TOKEN", "13800138000") if secret in written] == []
