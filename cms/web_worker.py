"""The worker class of our gunicorn: nobody holds one of its threads by sending slowly.

gunicorn's own threads wait as long as a sender likes, for a request line as for a body, so that as many silent lines as
there are threads stop a site that stands alone. Here a thread waits a limited time, and longer only for what arrives at
a rate that a phone in a valley reaches. What came buys time for what comes, not for silence: a line that is gone sends no
word of it, however much it brought. It builds on gunicorn's `gthread`; the tests walk every way over real sockets.
"""

import errno
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from io import BytesIO
from select import POLLIN, poll
from selectors import EVENT_READ
from threading import Thread
from typing import TYPE_CHECKING, Any, Self

import structlog
from django.conf import settings
from django.db import connections
from gunicorn.http.body import Body, LengthReader
from gunicorn.workers.gthread import TConn, ThreadWorker

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

logger = structlog.get_logger(__name__)

# A request may make us wait this long (seconds), and a second more for each so many bytes that came.
GRACE_S = 15.0
BYTES_A_SECOND = 1024
# Whoever takes nothing of an answer for so long (seconds) gets no more of it.
STALL_S = 60.0
# Once it is answered, what was not read of it may still come for a moment: a line cut at once would cut the answer too.
AFTERWARDS_S = 0.1
# How often (seconds) it is asked whether what comes is still wanted: another process may have taken its place.
ASK_S = 1.0


class PatientSocket(socket.socket):
    """A connection that counts how long its reader waited, and breaks off when that is too long for what came.

    The first read beyond it raises ConnectionResetError, further ones find the end: whoever keeps what came reads once
    more and gets what lies in the buffers.
    """

    watch: poll

    @classmethod
    def around(cls, connection: socket.socket) -> Self:
        """Return the same open connection, watched; the other object is empty afterwards."""
        watched = cls(fileno=connection.detach())
        watched.setblocking(False)
        watched.watch = poll()
        watched.watch.register(watched, POLLIN)
        watched.begin()
        return watched

    def setblocking(self, flag: bool, /) -> None:  # noqa: FBT001  # as a socket's
        """Wait for the other side from now on, but never without end; or not at all."""
        self.settimeout(STALL_S if flag else 0)

    def begin(self) -> None:
        """Count anew: a request begins."""
        self.waited_s, self.received = 0.0, 0
        self.is_over = self.is_answered = self.is_broken_off = False
        self.question: Callable[[], bool] | None = None
        self.asked_at = time.monotonic()

    def answered(self) -> None:
        """Be short from here on: nobody needs what still comes of this request."""
        if not self.is_answered:
            self.waited_s, self.is_answered, self.question = 0.0, True, None

    def go_on_while(self, question: Callable[[], bool] | None) -> None:
        """Break off as soon as the question, asked now and then until the answer, is answered with no."""
        self.question = question

    def break_off(self) -> None:
        """End the reading of this request, also while another thread waits in it; it can still be answered."""
        self.is_broken_off = True
        with suppress(OSError):  # the other side is gone already
            self.shutdown(socket.SHUT_RD)

    def left_s(self) -> float:
        """Return how many seconds may still be waited, counted over the request."""
        allowed = AFTERWARDS_S if self.is_answered else GRACE_S + self.received / BYTES_A_SECOND
        return allowed - self.waited_s

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Return what comes next, as a socket does.

        Raises ConnectionResetError when it takes too long, or is broken off.
        """
        if self.is_over:
            return b""
        self.wait()
        data = super().recv(size, flags)
        self.received += len(data)
        return data

    def recv_into(self, room: "WriteableBuffer", size: int = 0, flags: int = 0, /) -> int:
        """Write what comes next into a buffer and return how many bytes that is; raises as `recv`."""
        if self.is_over:
            return 0
        self.wait()
        count = super().recv_into(room, size, flags)
        self.received += count
        return count

    def wait(self) -> None:
        """Wait for bytes, or for their end, where waiting is meant.

        Raises ConnectionResetError when it takes too long, or is broken off.
        """
        if self.gettimeout() != 0 and not self.comes_in_time():
            self.is_over = True
            raise ConnectionResetError(errno.ECONNRESET, "The sender was too slow, or is not wanted any more")

    def comes_in_time(self) -> bool:
        """Wait for bytes, or for their end, and tell whether they came."""
        began = time.monotonic()
        until = began + max(0.0, min(self.left_s(), settings.SENDER_SILENCE_S))
        came = False
        while self.is_wanted():
            left = until - time.monotonic()
            came = bool(self.watch.poll(1000 * min(max(0.0, left), ASK_S)))
            if came or left <= 0:
                break
        self.waited_s += time.monotonic() - began
        return came and not self.is_broken_off

    def is_wanted(self) -> bool:
        """Ask the question when it is time again."""
        if self.question is not None and time.monotonic() - self.asked_at >= ASK_S:
            self.asked_at = time.monotonic()
            self.is_broken_off = self.is_broken_off or not self.question()
        return not self.is_broken_off


class PatientBody(Body):
    """A body of known length which fills buffers straight from the line: gunicorn's own reading copies it several times."""

    buf: BytesIO
    reader: Any

    def readinto(self, room: memoryview) -> int:
        """Fill a buffer and return how many bytes came: fewer at the end only, or where the line broke.

        Raises OSError when it broke before the first of them.
        """
        filled = self.take_held(room)
        try:
            while left := min(len(room) - filled, self.reader.length):
                came = self.reader.unreader.sock.recv_into(room[filled : filled + left])
                if not came:
                    break
                self.reader.length -= came
                filled += came
        except OSError:
            self.failed = True
            if not filled:
                raise
        return filled

    def take_held(self, room: memoryview) -> int:
        """Take what was read off the line already, with the head of the request."""
        reader, held = self.reader, self.buf.getvalue()
        taken = min(len(held), len(room))
        ahead = reader.unreader.take_buffered()
        more = min(len(ahead), len(room) - taken, reader.length)
        room[: taken + more] = held[:taken] + ahead[:more]
        self.buf = BytesIO()
        self.buf.write(held[taken:])
        reader.unreader.unread(ahead[more:])
        reader.length -= more
        return taken + int(more)


class PatientWorker(ThreadWorker):
    """gthread, with its connections watched."""

    def load_wsgi(self) -> None:
        """Load the site; beside its answers, this node's index is kept current. gunicorn calls it after the fork."""
        super().load_wsgi()
        Thread(target=_keep_index, args=(lambda: self.alive,), name="search-index", daemon=True).start()

    def enqueue_req(self, conn: TConn) -> None:
        """Give a request to a thread. A new connection waits for its first byte without one, beside the idle ones."""
        if conn.initialized or conn.data_ready:
            super().enqueue_req(conn)
            return
        conn.sock = PatientSocket.around(conn.sock)
        conn.timeout = time.monotonic() + max(self.cfg.keepalive, 1)
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def handle(self, conn: TConn) -> Any:
        """Read and answer one request; runs in a thread."""
        conn.sock.begin()
        try:
            return super().handle(conn)
        finally:
            # The main loop closes the line and must not wait for a sender that goes on.
            conn.sock.answered()

    def handle_request(self, req: Any, conn: TConn) -> bool:
        """Answer; what was not read of the body is not waited for."""
        if isinstance(req.body.reader, LengthReader):
            req.body = PatientBody(req.body.reader)
        try:
            return bool(super().handle_request(req, conn))
        finally:
            conn.sock.answered()


def _keep_index(is_wanted: Callable[[], bool]) -> None:
    # Only now: what is imported with this module is imported before the site is set up.
    from search.worker import keep_current

    try:
        keep_current(is_wanted)
    except Exception:
        # The index answers on as it is; nobody who asks the site is told of it.
        logger.exception("search.keeping_failed")
    finally:
        connections.close_all()
