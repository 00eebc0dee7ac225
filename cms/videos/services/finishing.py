"""From the last byte to the video: once, whoever asks, however long it takes and whatever process ends meanwhile.

It is done in the request that brings the last byte and in no job: whoever sends learns at once that the file is whole, a
plain form gets its video, and nothing waits for a worker that rests. It takes no longer for a large file: its digest was
made while it came in, and its bytes lie where they stay. A request that is cut meanwhile costs nothing: the next question
about the upload, or the sweep, finishes it.
"""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q, QuerySet

from cms.core.clock import now
from cms.videos import lifecycle, original_stores
from cms.videos.enums import UploadState
from cms.videos.errors import UploadRefused
from cms.videos.models import Upload, Video
from cms.videos.running_digest import RunningDigest
from cms.videos.services.work import enqueue_first_play
from cms.videos.upload_stores import upload_store

log = structlog.get_logger("weike.videos")
# How long a killed process keeps others from finishing; whoever lives renews it as often as it takes.
FINISH_LEASE = timedelta(minutes=5)
RENEWALS = 5
# What only an upload that goes on needs to know.
NOT_NEEDED: dict[str, Any] = {"running_digest": "", "whereabouts": {}}


def finish_if_complete(upload: Upload) -> Upload:
    """Finish an upload whose last byte came but whose end was lost with the process; anything else stays as it is."""
    complete = upload.state == UploadState.RECEIVING and upload.offset == upload.length
    return finish_upload(upload) if complete else upload


def finish_upload(upload: Upload) -> Upload:
    """Turn a complete file into a video that waits for its first play, once however often and by whomever it is asked.

    Of those who ask at the same time one does it; the others get the upload as it stands, complete and not yet a video.
    Raises UploadRefused (410): upload_over when it was given up meanwhile, missing_file when its bytes are lost;
    StorageAway.
    """
    if token := claim_finish(upload):
        with kept(upload, token):
            bring_in(upload, upload.original_name, token)
    upload.refresh_from_db()
    if upload.state in (UploadState.CANCELLED, UploadState.FAILED):
        raise UploadRefused(upload.error_code or "upload_over", status=410)
    return upload


def claim_finish(upload: Upload) -> str:
    """Take the finishing of a complete upload on, and return the token that stands for it; empty: somebody else does it.

    One update, so that of two who ask one gets it. A claim that nobody renews ends by itself: a process that was killed
    with it would otherwise keep the file for ever.
    """
    at, token = now(), secrets.token_hex(16)
    free = Q(finishing_until__isnull=True) | Q(finishing_until__lt=at)
    claimed = Upload.objects.filter(free, pk=upload.pk, state=UploadState.RECEIVING, offset=F("length"))
    return token if claimed.update(finishing_until=at + FINISH_LEASE, finishing_token=token) == 1 else ""


@contextmanager
def kept(upload: Upload, token: str) -> Iterator[None]:
    """Keep a claim alive while the body works, however large the file and slow the bucket; then give it back."""
    over = threading.Event()
    keeper = threading.Thread(target=keep, args=(upload, token, over), name=f"finish-{upload.pk}", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()
        held_by(token, upload).update(finishing_until=None, finishing_token="")


def keep(upload: Upload, token: str, over: threading.Event) -> None:
    """Renew the claim until the work is over or the claim lost."""
    try:
        while not over.wait(FINISH_LEASE.total_seconds() / RENEWALS):
            try:
                if not held_by(token, upload).update(finishing_until=now() + FINISH_LEASE):
                    return
            except DatabaseError as error:
                # A busy database is no reason to give up: the claim outlasts several missed renewals.
                log.warning("upload.claim_not_renewed", upload=str(upload.pk), error=str(error))
    finally:
        connection.close()


def held_by(token: str, upload: Upload) -> QuerySet[Upload]:
    """Return the upload as long as the claim is still this one."""
    return Upload.objects.filter(pk=upload.pk, finishing_token=token)


def bring_in(upload: Upload, name: str, token: str) -> None:
    """Move the file to the originals under `name` and make the video; a file that is lost ends the upload.

    Whoever lost the claim meanwhile leaves the end to whoever holds it now.
    """
    sha256: str | None = None
    try:
        upload_store().deliver(upload, name)
        sha256 = digest_of(upload, name)
    except FileNotFoundError:
        log.warning("upload.bytes_lost", upload=str(upload.pk))
    with transaction.atomic():
        locked = Upload.objects.select_for_update().get(pk=upload.pk)
        if locked.state not in (UploadState.RECEIVING, UploadState.RECEIVED):
            transaction.on_commit(lambda: original_stores.delete(name))
        elif locked.state == UploadState.RECEIVING and locked.finishing_token == token:
            settle(locked, name, sha256)


def digest_of(upload: Upload, name: str) -> str:
    """Return the SHA-256 of a complete file: the one that was made while it came, or else the file is read.

    Raises FileNotFoundError when the file is not there, or not all of it; StorageAway.
    """
    if original_stores.size(name) != upload.length:
        raise FileNotFoundError(name)
    made = RunningDigest.at(upload.length, upload.running_digest)
    return made.hexdigest() if made else original_stores.digest(name)


def settle(upload: Upload, name: str, sha256: str | None) -> None:
    """Make the video of a complete upload, or end the upload when its file is lost (no digest)."""
    if sha256 is None:
        lifecycle.advance_upload(
            upload, UploadState.FAILED, actor=None, reason="bytes lost", error_code="missing_file"
        )
        return
    video = make_video(upload, name, sha256)
    lifecycle.advance_upload(
        upload, UploadState.RECEIVED, actor=None, reason="complete", video=video, sha256=sha256, **NOT_NEEDED
    )


def make_video(upload: Upload, original: str, sha256: str) -> Video:
    """Create the video of a complete upload and put its first job in."""
    video = Video.objects.create(
        owner=upload.owner,
        title=upload.title,
        filename=upload.filename,
        original=original,
        original_bytes=upload.length,
        sha256=sha256,
        container=upload.container,
        created_at=now(),
    )
    enqueue_first_play(video)
    return video


def finish_left_behind(at: datetime) -> None:
    """Finish complete uploads whose process ended before it could; one that cannot be does not keep the others."""
    complete = Upload.objects.filter(state=UploadState.RECEIVING, offset=F("length"))
    # Younger ones are being finished by the request that brought their last bytes.
    for upload in complete.filter(updated_at__lt=at - FINISH_LEASE).select_related("owner"):
        try:
            finish_upload(upload)
        except UploadRefused as refused:
            log.warning("upload.not_finished", upload=str(upload.pk), reason=refused.code)
        except Exception:
            log.exception("upload.not_finished", upload=str(upload.pk))
