"""A web process that says what reached it: tests of nginx look at that instead of at the site."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BLOCK = 1 << 16


class EchoServer(ThreadingHTTPServer):
    """Answers every request with its own method, path, headers and number of bytes as JSON."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Echo)
        self.first_bytes = threading.Event()
        self.sends_away_to = ""
        self.asked: list[str] = []
        self.methods: list[str] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class Echo(BaseHTTPRequestHandler):
    """Reads the body as it comes and answers."""

    server: EchoServer

    def answer(self) -> None:
        """Say what came; `first_bytes` is set as soon as a part of the body is here."""
        self.server.asked.append(self.path)
        self.server.methods.append(self.command)
        rest, received = int(self.headers.get("Content-Length") or 0), 0
        while received < rest:
            block = self.rfile.read1(min(BLOCK, rest - received))
            if not block:
                break
            received += len(block)
            self.server.first_bytes.set()
        if self.path.startswith("/media/v/open/"):
            name = self.path.removeprefix("/media/v/open/")
            self.allow(self.server.sends_away_to or f"/protected/renditions/{name}")
            return
        told: dict[str, Any] = {"path": self.path, "headers": dict(self.headers.items()), "bytes": received}
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def allow(self, internal: str) -> None:
        """Let nginx send a file, as the site does for a good signature."""
        self.send_response(200)
        self.send_header("X-Accel-Redirect", internal)
        self.send_header("Content-Type", "video/mp4")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD = do_POST = do_PATCH = answer  # noqa: N815  # the names that http.server calls

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # http.server's own name
        """Stay quiet."""


@contextmanager
def echoing() -> Iterator[EchoServer]:
    """Run an echo server in a thread of this process."""
    with EchoServer() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(5)
