"""The telephone line between a browser and the site: it can be slow, and it can be cut in the middle of a chunk."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable
from typing import Self

BLOCK = 64 * 1024
CONNECT_S = 10
RESET = struct.pack("ii", 1, 0)


class Line:
    """Passes every byte on between its own port and the site's.

    `speed` limits what goes to the site (bytes a second); `cut_next_chunk` arms one cut, `cuts` counts them.
    """

    def __init__(self, site_port: int, port: int = 0) -> None:
        self.site_port = site_port
        self.listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self.port: int = self.listener.getsockname()[1]
        self.speed: float | None = None
        self.cuts = 0
        self._chunk_bytes = 0
        self._cut_at: int | None = None
        self._silence_s = 0.0
        self._dead_until = 0.0
        self._ends: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._begin(self._accept)
        return self

    def __exit__(self, *_exception: object) -> None:
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._break_all()
        while self._threads:
            self._threads.pop().join(CONNECT_S)

    def _begin(self, work: Callable[..., None], *arguments: socket.socket) -> threading.Thread:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        thread.start()
        self._threads.append(thread)
        return thread

    def cut_next_chunk(self, *, after_bytes: int, silence_s: float) -> None:
        """Break every connection once the next chunks have carried so many bytes; take no new ones for a while."""
        with self._lock:
            self._chunk_bytes, self._cut_at, self._silence_s = 0, after_bytes, silence_s

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self.listener.accept()
                self._begin(self._connect, client)

    def _connect(self, client: socket.socket) -> None:
        with client:
            if time.monotonic() < self._dead_until:
                break_off(client)
                return
            try:
                site = socket.create_connection(("127.0.0.1", self.site_port), timeout=CONNECT_S)
            except OSError:
                return
            with site:
                site.settimeout(None)
                with self._lock:
                    self._ends |= {client, site}
                back = self._begin(self._pass_on, site, client)
                self._pass_on(client, site, counts=True)
                back.join()
                with self._lock:
                    self._ends -= {client, site}

    def _pass_on(self, source: socket.socket, target: socket.socket, *, counts: bool = False) -> None:
        in_chunk = False
        with contextlib.suppress(OSError):
            while block := source.recv(BLOCK):
                in_chunk = block.startswith(b"PATCH ") or (in_chunk and not is_request(block))
                if counts and in_chunk and self._breaks_with(len(block)):
                    target.sendall(block[: len(block) // 2])
                    self._cut()
                    return
                target.sendall(block)
                if counts and self.speed:
                    time.sleep(len(block) / self.speed)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _breaks_with(self, size: int) -> bool:
        with self._lock:
            self._chunk_bytes += size
            if self._cut_at is None or self._chunk_bytes < self._cut_at:
                return False
            self._cut_at = None
            return True

    def _cut(self) -> None:
        self._dead_until = time.monotonic() + self._silence_s
        self.cuts += 1
        self._break_all()

    def _break_all(self) -> None:
        with self._lock:
            for end in self._ends:
                break_off(end)


def is_request(block: bytes) -> bool:
    """Tell whether a new request begins here; a client that waits for answers begins it in a block of its own."""
    return block.startswith((b"GET ", b"POST ", b"HEAD ", b"PUT ", b"DELETE ", b"OPTIONS "))


def break_off(end: socket.socket) -> None:
    """Let a connection end as a dead line does: without a farewell, as soon as its owner closes it."""
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        end.shutdown(socket.SHUT_RDWR)
