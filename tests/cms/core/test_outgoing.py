"""Addresses that people typed are asked in the open internet only, whatever they resolve to and lead to."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from cms.core import outgoing
from cms.core.outgoing import Refused, Unreachable, ask, is_open

INNER = [
    "127.0.0.1",
    "10.1.2.3",
    "192.168.0.1",
    "172.16.5.5",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104  # an address to be refused
    "224.0.0.1",
    "::1",
    "fe80::1",
    "fd00::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "2002:7f00:1::",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "::7f00:1",
    "::ffff:0:7f00:1",
    "fec0::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
]


class Site(BaseHTTPRequestHandler):
    """Answers by path: /here, /gone, /loop, and /to/ADDRESS, which leads there."""

    def do_GET(self) -> None:
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
        elif self.path == "/loop":
            self.send_response(302)
            self.send_header("Location", "/loop")
        else:
            self.send_response({"/here": 200, "/shy": 200}.get(self.path, 404))
        self.end_headers()

    def do_HEAD(self) -> None:
        if self.path == "/shy":
            self.send_response(405)
            self.end_headers()
        else:
            self.do_GET()

    def log_message(self, *_args: object) -> None:
        return


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server of this machine that the door takes for one of the open internet."""
    server = HTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    port = server.server_address[1]
    monkeypatch.setitem(outgoing.PORTS, "http", port)
    real = socket.getaddrinfo

    def known(host: str, port: int, *rest: int, **kind: int) -> object:
        address = {"open.example": "127.0.0.1", "inner.example": "10.0.0.1"}.get(host, host)
        return real(address, port, *rest, **kind)

    monkeypatch.setattr(socket, "getaddrinfo", known)
    monkeypatch.setattr(outgoing, "is_open", lambda address: address == "127.0.0.1")
    yield f"http://open.example:{port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("address", INNER)
def test_addresses_inside_are_not_open(address: str) -> None:
    assert is_open(address) is False


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_addresses_of_the_open_internet_are(address: str) -> None:
    assert is_open(address) is True


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://2130706433/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://user:word@example.org/",
        "http://example.org:22/",
        "http://example.org:99999/",
        "http://",
        "javascript:alert(1)",
    ],
)
def test_what_leads_in_or_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        ask(url)


def test_a_name_with_one_inner_address_among_others_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(0, 0, 0, "", (address, 80)) for address in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kind: rows)
    with pytest.raises(Refused):
        ask("http://both.example/")


def test_a_name_that_nobody_knows_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_args: object, **_kind: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Unreachable):
        ask("http://nowhere.example/")


@pytest.mark.long
def test_an_address_that_answers_is_told_by_its_status(site: str) -> None:
    assert [ask(f"{site}{path}").status for path in ("/here", "/gone", "/shy", "/to//here")] == [200, 404, 200, 200]


@pytest.mark.long
def test_a_redirect_inside_is_refused(site: str) -> None:
    with pytest.raises(Refused):
        ask(f"{site}/to/http://inner.example:{outgoing.PORTS['http']}/")


@pytest.mark.parametrize("to", ["http://[", "http://a:b:c/", "http://open.example:99999/", "javascript:alert(1)"])
@pytest.mark.long
def test_a_redirect_to_what_is_no_address_leads_nowhere(site: str, to: str) -> None:
    with pytest.raises((Refused, Unreachable)):
        ask(f"{site}/to/{to}")


@pytest.mark.long
def test_a_redirect_without_end_is_given_up(site: str) -> None:
    with pytest.raises(Unreachable):
        ask(f"{site}/loop")


DRIPS = {"a line that never ends": b"H", "100 for ever": b"HTTP/1.1 100 Continue\r\n\r\n"}


@pytest.fixture
def drip(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[str]:
    """A server that says the same again and again, each time before anybody would call it silent."""
    listening, over = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def answer(line: socket.socket) -> None:
        with line, contextlib.suppress(OSError):
            while not over.wait(0.02):
                line.sendall(request.param)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=answer, args=[listening.accept()[0]], daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    port = listening.getsockname()[1]
    monkeypatch.setitem(outgoing.PORTS, "http", port)
    monkeypatch.setattr(outgoing, "is_open", lambda address: address == "127.0.0.1")
    yield f"http://127.0.0.1:{port}/"
    over.set()
    listening.close()


@pytest.mark.parametrize("drip", DRIPS.values(), ids=DRIPS.keys(), indirect=True)
@pytest.mark.long
def test_a_server_that_never_comes_to_an_end_is_given_up_in_time(drip: str) -> None:
    begun = time.monotonic()
    with pytest.raises(Unreachable):
        ask(drip, timeout_s=0.3)
    assert time.monotonic() - begun < 3
