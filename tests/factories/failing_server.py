"""A server that speaks as much of Elasticsearch's language as a test needs, and fails as it is told to."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# What a server answers: a status and what it tells; None for one that lets the line drop.
Answer = tuple[int, Any]
Told = Callable[[str, str, bytes], Answer | None]


@dataclass
class FailingServer:
    """Answers as `told` says for method, path and body; keeps what it was asked. `wait_s` is how long it takes."""

    told: Told
    wait_s: float = 0.0
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)
    url: str = ""

    def answer(self, method: str, path: str, body: bytes) -> Answer | None:
        self.asked.append((method, path, body))
        time.sleep(self.wait_s)
        return self.told(method, path, body)


@contextmanager
def failing_server(told: Told, *, wait_s: float = 0.0) -> Iterator[FailingServer]:
    """Run such a server for the block."""
    server = FailingServer(told, wait_s)

    class Handler(BaseHTTPRequestHandler):
        def hear(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = server.answer(self.command, self.path.partition("?")[0], body)
            if answer is None:
                self.close_connection = True
                return
            status, what = answer
            said = json.dumps(what).encode()
            self.send_response(status)
            # The client talks to nobody who does not say so.
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(said)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    for method in ("GET", "POST", "PUT", "HEAD", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.hear)
    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{http.server_port}"
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
