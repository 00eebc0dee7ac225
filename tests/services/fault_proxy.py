"""A small proxy before a server that speaks HTTP: it passes on, or does what servers do on bad days."""

import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

PASS, REFUSE, HANG, HALF_BULK = "pass", "refuse", "hang", "half bulk"


class Handler(BaseHTTPRequestHandler):
    """One request: answered by the server behind, or by the fault."""

    protocol_version = "HTTP/1.1"
    server: "FaultServer"

    def answer(self) -> None:
        """Do as told. A number is a status that every request gets."""
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        fault = self.server.fault
        if fault == REFUSE:
            self.close_connection = True
        elif fault == HANG:
            self.server.resumed.wait(60)
            self.close_connection = True
        elif isinstance(fault, int):
            self.say(fault, b'{"error": {"type": "busy", "reason": "as told"}}', {})
        elif fault == HALF_BULK and "_bulk" in self.path:
            self.say(*self.half(body))
        else:
            self.say(*self.ask(body))

    def ask(self, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        """Ask the server behind."""
        connection = http.client.HTTPConnection(self.server.behind, timeout=60)
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() not in RECKONED}
            connection.request(self.command, self.path, body or None, headers)
            found = connection.getresponse()
            return found.status, found.read(), dict(found.getheaders())
        finally:
            connection.close()

    def half(self, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        """Pass on every second document of a bulk, and say of the others that there was no room for them."""
        lines = body.splitlines(keepends=True)
        pairs = [lines[place : place + 2] for place in range(0, len(lines), 2)]
        status, told, headers = self.ask(b"".join(b"".join(pair) for pair in pairs[::2]))
        answer: dict[str, Any] = json.loads(told)
        refused = iter(pairs[1::2])
        items = []
        for item in answer["items"]:
            items.append(item)
            if pair := next(refused, None):
                [(act, place)] = json.loads(pair[0]).items()
                error = {"type": "es_rejected_execution_exception", "reason": "queue is full"}
                items.append({act: {"_index": place["_index"], "_id": place["_id"], "status": 429, "error": error}})
        headers.pop("transfer-encoding", None)
        return status, json.dumps(answer | {"items": items, "errors": True}).encode(), headers

    def say(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        """Answer."""
        self.send_response(status)
        passed = {name: value for name, value in headers.items() if name.lower() not in DROPPED}
        for name, value in (
            {"content-type": "application/json", "X-elastic-product": "Elasticsearch"} | passed
        ).items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


for method in ("GET", "POST", "PUT", "DELETE", "HEAD"):
    setattr(Handler, f"do_{method}", Handler.answer)

RECKONED = {"host", "content-length"}
DROPPED = {"content-length", "transfer-encoding", "connection"}


class FaultServer(ThreadingHTTPServer):
    """Listens on a free port; `fault` may be changed at any time."""

    daemon_threads = True
    behind: str

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.fault: str | int = PASS
        self.resumed = threading.Event()

    def handle_error(self, *_: object) -> None:
        """Lines that were cut are what this is for."""


class FaultProxy:
    """The proxy before a server, for a block of a test."""

    def __init__(self, behind: str) -> None:
        self.server = FaultServer()
        self.server.behind = urlsplit(behind).netloc
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def fail(self, fault: str | int) -> None:
        """Do this from now on."""
        self.server.fault = fault
        if fault == HANG:
            self.server.resumed.clear()
        else:
            self.server.resumed.set()

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.fail(PASS)
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
