"""Beginning, finishing and giving up an upload."""

import re
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from cms.accounts.models import User
from cms.core.clock import now
from cms.videos import lifecycle, original_stores
from cms.videos.enums import UploadState
from cms.videos.errors import UploadRefused
from cms.videos.models import Upload, Video
from cms.videos.queries import reserved_bytes, usage_of
from cms.videos.services.videos import cancel_video
from cms.videos.services.work import enqueue_first_play
from cms.videos.upload_stores import free_bytes, upload_store

log = structlog.get_logger("weike.videos")
CONTROL = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
FORGET_AFTER = timedelta(days=30)


def start_upload(owner: User, *, length: int, filename: str = "", filetype: str = "", title: str = "") -> Upload:
    """Promise room for a file of `length` bytes and return the upload that takes it.

    Raises UploadRefused: empty_file (400), too_large, quota_bytes, quota_count (413), no_room (507).
    """
    at = now()
    with transaction.atomic():
        # Two beginnings at once must not both find room in the same quota.
        User.objects.select_for_update().get(pk=owner.pk)
        require_room(owner, length, at)
        upload = Upload.objects.create(
            owner=owner,
            length=length,
            filename=shown_name(filename)[:255],
            filetype=CONTROL.sub("", filetype)[:100],
            title=CONTROL.sub("", title).strip()[:200],
            created_at=at,
            updated_at=at,
            expires_at=at + settings.UPLOAD_KEEP,
        )
        upload_store().create(upload.pk.hex)
    return upload


def require_room(owner: User, length: int, at: datetime) -> None:
    """Refuse what is too large for the site, the person's quota or the disk."""
    if length <= 0:
        raise UploadRefused("empty_file", status=400)
    if length > settings.UPLOAD_MAX_BYTES:
        raise UploadRefused("too_large", status=413)
    used = usage_of(owner)
    if used.count >= settings.UPLOAD_QUOTA_COUNT:
        raise UploadRefused("quota_count", status=413)
    if used.bytes + length > settings.UPLOAD_QUOTA_BYTES:
        raise UploadRefused("quota_bytes", status=413)
    if free_bytes() - reserved_bytes(at) - length < settings.UPLOAD_FREE_DISK_BYTES:
        raise UploadRefused("no_room", status=507)


def shown_name(filename: str) -> str:
    """Return the last part of a file name without characters that steer text; it is only ever shown, never opened."""
    return re.split(r"[\\/]", CONTROL.sub("", filename))[-1].strip()


def finish_if_complete(upload: Upload) -> Upload:
    """Finish an upload whose last byte came but whose end was lost with the process; anything else stays as it is."""
    complete = upload.state == UploadState.RECEIVING and upload.offset == upload.length
    return finish_upload(upload) if complete else upload


def finish_upload(upload: Upload) -> Upload:
    """Turn a complete file into a video that waits for its first play, once however often it is asked.

    Raises UploadRefused upload_over when the upload was given up meanwhile.
    """
    name = f"{upload.pk.hex}/original"
    upload_store().deliver(upload.pk.hex, name)
    try:
        sha256 = original_stores.digest(name)
    except FileNotFoundError:
        raise UploadRefused("upload_over", status=410) from None
    with transaction.atomic():
        locked = Upload.objects.select_for_update().get(pk=upload.pk)
        if locked.state == UploadState.RECEIVING:
            video = make_video(locked, name, sha256)
            lifecycle.advance_upload(
                locked, UploadState.RECEIVED, actor=None, reason="complete", video=video, sha256=sha256
            )
        elif locked.state != UploadState.RECEIVED:
            transaction.on_commit(lambda: original_stores.delete(name))
    upload.refresh_from_db()
    if upload.state != UploadState.RECEIVED:
        raise UploadRefused("upload_over", status=410)
    return upload


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


def terminate_upload(upload: Upload, *, actor: User | None) -> None:
    """Give an upload up: what was received goes, and a video that is not finished is cancelled.

    Raises UploadRefused too_late (409) when the video is already finished, StaleState in_use (409) when it is shown.
    """
    upload.refresh_from_db()
    if upload.state == UploadState.RECEIVED and upload.video is not None:
        cancel_video(upload.video, actor=actor)
    moved = lifecycle.advance_upload(upload, UploadState.CANCELLED, actor=actor, reason="terminated")
    if moved:
        upload_store().delete(upload.pk.hex)


def sweep_uploads(at: datetime | None = None) -> int:
    """Remove uploads nobody continued, finish those whose end was lost, and return how many were removed."""
    at = at or now()
    store = upload_store()
    for upload in Upload.objects.filter(state=UploadState.RECEIVING).select_related("owner"):
        finish_if_complete(upload)
    expired = list(Upload.objects.filter(state=UploadState.RECEIVING, expires_at__lte=at))
    for upload in expired:
        if lifecycle.advance_upload(
            upload, UploadState.CANCELLED, actor=None, reason="expired", error_code="upload_expired"
        ):
            store.delete(upload.pk.hex)
    alive = {key.hex for key in Upload.objects.filter(state=UploadState.RECEIVING).values_list("pk", flat=True)}
    fresh = {
        key.hex for key in Upload.objects.filter(created_at__gt=at - timedelta(hours=1)).values_list("pk", flat=True)
    }
    for ref in list(store.refs()):
        if ref not in alive | fresh:
            store.delete(ref)
    over = [UploadState.CANCELLED, UploadState.FAILED]
    Upload.objects.filter(state__in=over, updated_at__lt=at - FORGET_AFTER).delete()
    return len(expired)
