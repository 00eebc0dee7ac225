"""Taking the bytes of one chunk: exact offsets whatever the line, the client or a second request does."""

import contextlib
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, runtime_checkable

import structlog
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F

from cms.accounts.models import User
from cms.core.clock import now
from cms.core.metrics import observe_upload
from cms.videos import lifecycle
from cms.videos.digesting import Digesting
from cms.videos.enums import UploadState
from cms.videos.errors import UploadRefused, WrongOffset
from cms.videos.models import Upload, Video
from cms.videos.running_digest import RunningDigest
from cms.videos.services.finishing import finish_upload
from cms.videos.services.uploads import start_upload, terminate_upload
from cms.videos.upload_stores import Stolen, Writer, upload_store
from media_pipeline import sniff

log = structlog.get_logger("weike.videos")
# For so much at once is asked whether the disk has room.
LOOKED_FOR_BYTES = 1 << 20
# Without a checksum every second of what came is kept for good, so that a cut costs at most that.
CHECKPOINT_S = 1.0
CHECKPOINT_BYTES = 8 << 20
ALGORITHMS = ("sha1", "sha256")
# Whether a request is still the one that may write.
IsOurs = Callable[[], bool]


class Stream(Protocol):
    """Where bytes come from: a request body or a temporary file."""

    def read(self, size: int, /) -> bytes: ...


@runtime_checkable
class Filling(Stream, Protocol):
    """A stream that can fill a buffer of its reader's, which saves copies."""

    def readinto(self, room: memoryview, /) -> int: ...


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the client says the chunk's digest is."""

    algorithm: str
    digest: bytes


def append(
    upload: Upload,
    offset: int,
    stream: Stream,
    checksum: Checksum | None = None,
    *,
    size: int | None = None,
    taken: Callable[[IsOurs], None] | None = None,
) -> Upload:
    """Take the chunk that begins at `offset` and return the upload as it is then; the last byte finishes it.

    `size` is the number of bytes the sender promised. The newest request wins: an older one that still hangs is cut
    off. `taken` is called once this is the one that may write, before anything is read: whoever waits for bytes asks
    the function it is given whether to go on. When the line breaks, what arrived is kept, except for a chunk with a
    checksum, which is kept whole or not.

    Raises WrongOffset, UploadRefused: upload_over, upload_expired, missing_file (410; what came before is gone, and the
    upload is over), beyond_length, not_video (415; the upload is over),
    checksum_mismatch (460), storage_away (503), no_room (507).
    """
    require_open(upload)
    if offset != upload.offset:
        raise WrongOffset
    if size is not None and offset + size > upload.length:
        raise UploadRefused("beyond_length", status=413)
    token = take_over(upload)
    if taken is not None:
        taken(partial(upload_store().is_held_by, upload.pk.hex, token))
    if offset != upload.offset:
        raise WrongOffset
    Reception(upload, token, checksum).receive(stream, size)
    upload.refresh_from_db()
    return finish_upload(upload) if upload.offset == upload.length else upload


def require_open(upload: Upload) -> None:
    """Refuse bytes for an upload that is over or too old."""
    if upload.state != UploadState.RECEIVING:
        raise UploadRefused("upload_over", status=410)
    if upload.expires_at <= now():
        raise UploadRefused("upload_expired", status=410)


def take_over(upload: Upload) -> str:
    """Make this request the only one that may write, refresh the upload, and return the token to write under.

    First the row, then the file: once the file's token changed, no older request can add a byte, and none could have
    acknowledged one since the row changed. The row stays locked for both: of two that come at the same moment one has
    the row and the file, and not each of them one, which would stop both.
    """
    token = secrets.token_hex(16)
    try:
        with transaction.atomic():
            Upload.objects.filter(pk=upload.pk).update(lock_token=token)
            upload_store().take_over(upload.pk.hex, token)
    except FileNotFoundError:
        raise UploadRefused("upload_over", status=410) from None
    upload.refresh_from_db()
    return token


class Reception:
    """One chunk on its way from a stream into the store."""

    def __init__(self, upload: Upload, token: str, checksum: Checksum | None) -> None:
        self.upload = upload
        self.token = token
        self.checksum = checksum
        self.store = upload_store()
        self.position = self.committed = upload.offset
        self.committed_at = time.monotonic()
        self.digest = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
        self.whole = RunningDigest.at(upload.offset, upload.running_digest)
        self.digesting = Digesting([digest for digest in (self.digest, self.whole) if digest is not None])
        self.found_bytes = 0
        self.sniffed = bool(upload.container)

    def receive(self, stream: Stream, size: int | None) -> None:
        """Take the whole chunk, or what comes of it."""
        try:
            with self.store.writer(self.upload, self.token) as writer, self.digesting:
                whole = self.take_blocks(stream, size, writer)
                self.keep(writer, whole=whole)
        except Stolen:
            raise WrongOffset from None
        except FileNotFoundError:
            end_lost(self.upload, self.token)
            raise WrongOffset from None
        except OSError as error:
            log.warning("upload.disk", upload=str(self.upload.pk), error=str(error))
            raise UploadRefused("no_room", status=507) from error

    def take_blocks(self, stream: Stream, size: int | None, writer: Writer) -> bool:
        """Write block after block and return whether all that was promised came."""
        start, limit = self.position, self.upload.length
        end = limit if size is None else start + size
        while self.position < end:
            room = self.digesting.room()
            came = fill(stream, room[: end - self.position])
            if came:
                self.require_room(came, end - self.position)
                writer.write(room[:came])
                self.position += came
            self.digesting.add(room, came)
            if not came:
                break
            self.sniff_when_possible(writer)
            self.checkpoint(writer)
        if size is None and self.position == limit and fill(stream, memoryview(bytearray(1))):
            writer.forget()
            raise UploadRefused("beyond_length", status=413)
        return size is None or self.position == end

    def require_room(self, size: int, rest: int) -> None:
        """Refuse bytes for which the disk has no room; it is asked for some of the rest in advance.

        Room is promised for a part of what is still to come only: the margin of the site itself is never taken.
        """
        if size > self.found_bytes:
            ahead = min(LOOKED_FOR_BYTES, rest)
            if self.store.free_bytes() - ahead < settings.UPLOAD_FREE_DISK_BYTES:
                raise UploadRefused("no_room", status=507)
            self.found_bytes = ahead
        self.found_bytes -= size

    def sniff_when_possible(self, writer: Writer) -> None:
        """Look at the first bytes as soon as they are here and end the upload when they are no video's."""
        if self.sniffed or (self.position < sniff.SNIFF_BYTES and self.position < self.upload.length):
            return
        head = writer.head(sniff.SNIFF_BYTES)
        container = sniff.sniff(head)
        if container is None:
            refuse(self.upload, "not_video", sniff.describe(head))
        Upload.objects.filter(pk=self.upload.pk).update(
            container=container or "", head_sha256=hashlib.sha256(head).hexdigest()
        )
        self.sniffed = True

    def checkpoint(self, writer: Writer) -> None:
        """Acknowledge what came so far, from time to time; a chunk with a checksum waits for its end."""
        if self.checksum or not self.sniffed:
            return
        pending = self.position - self.committed
        if pending >= CHECKPOINT_BYTES or time.monotonic() - self.committed_at >= CHECKPOINT_S:
            self.commit(writer)

    def keep(self, writer: Writer, *, whole: bool) -> None:
        """Acknowledge the chunk, or drop it when its checksum says so."""
        if self.checksum and not whole:
            writer.forget()
            return
        writer.hasten()
        self.digesting.settle()
        if self.checksum and self.digest and not hmac.compare_digest(self.digest.digest(), self.checksum.digest):
            writer.forget()
            raise UploadRefused("checksum_mismatch", status=460)
        self.commit(writer)

    def commit(self, writer: Writer) -> None:
        """Make the bytes safe first and then known."""
        if self.position == self.committed:
            return
        self.digesting.settle()
        whereabouts = writer.sync()
        at = now()
        mine = Upload.objects.filter(
            pk=self.upload.pk, lock_token=self.token, offset=self.committed, state=UploadState.RECEIVING
        )
        if not mine.update(
            offset=self.position,
            whereabouts=whereabouts,
            running_digest=self.whole.state() if self.whole else "",
            updated_at=at,
            expires_at=at + settings.UPLOAD_KEEP,
        ):
            raise Stolen
        observe_upload(self.position - self.committed, checksum=self.checksum.algorithm if self.checksum else "none")
        self.committed, self.committed_at = self.position, time.monotonic()


def fill(stream: Stream, room: memoryview) -> int:
    """Read until the buffer is full and return how many bytes came.

    A line that broke, fell silent or was ended reads like the end, after what had come of it.
    """
    for _try in range(2):
        # What came before the line broke lies in a buffer, and is handed out by the next reading.
        with contextlib.suppress(OSError):
            if isinstance(stream, Filling):
                return stream.readinto(room)
            block = stream.read(len(room))
            room[: len(block)] = block
            return len(block)
    return 0


def end_lost(upload: Upload, token: str) -> None:
    """End the upload whose bytes are gone from under the one that may write; of anybody else's nothing is known.

    Those of a complete one may be on their way to the originals: whoever finishes it finds out.
    Raises UploadRefused missing_file (410) when it ended: asking again would find the same, sending anew would not.
    """
    with transaction.atomic():
        held = Upload.objects.select_for_update().filter(pk=upload.pk, lock_token=token, state=UploadState.RECEIVING)
        lost = held.filter(offset__lt=F("length")).exists() and lifecycle.advance_upload(
            upload, UploadState.FAILED, actor=None, reason="bytes lost", error_code="missing_file"
        )
    if lost:
        upload_store().delete(upload.pk.hex)
        raise UploadRefused("missing_file", status=410)


def refuse(upload: Upload, code: str, detail: str) -> None:
    """End the upload, remove its bytes, and say why.

    Raises UploadRefused 415 always.
    """
    lifecycle.advance_upload(
        upload, UploadState.FAILED, actor=None, reason=code, error_code=code, container=detail[:16]
    )
    upload_store().delete(upload.pk.hex)
    raise UploadRefused(code, status=415, detail=detail)


def receive_form_upload(owner: User, file: "UploadedFile[Any]", *, title: str = "") -> Video:
    """Take a whole file that came with a plain form, from its temporary file, and return the video.

    Raises UploadRefused like `start_upload` and `append`.
    """
    upload = start_upload(
        owner, length=file.size or 0, filename=file.name or "", filetype=file.content_type or "", title=title
    )
    stream: Stream = file.file if file.file is not None else file
    try:
        append(upload, 0, stream)
    except UploadRefused:
        terminate_upload(upload, actor=owner)
        raise
    upload.refresh_from_db()
    if upload.video is None:
        terminate_upload(upload, actor=owner)
        raise UploadRefused("truncated", status=400)
    return upload.video
