"""Beginning and giving up an upload, and clearing away what nobody goes on with."""

import re
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from cms.accounts.models import User
from cms.core.clock import now
from cms.videos import lifecycle
from cms.videos.enums import UploadState
from cms.videos.errors import UploadRefused
from cms.videos.models import Upload
from cms.videos.queries import reserved_bytes, unbegun, usage_of
from cms.videos.services.finishing import finish_left_behind
from cms.videos.services.quotas import hold_quotas, require_quotas
from cms.videos.services.videos import cancel_video
from cms.videos.upload_stores import free_bytes, upload_store

CONTROL = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# The file is chosen, the line breaks, it is chosen again: more of that is no person.
MOST_UNBEGUN = 3
FORGET_AFTER = timedelta(days=30)


def start_upload(owner: User, *, length: int, filename: str = "", filetype: str = "", title: str = "") -> Upload:
    """Promise room for a file of `length` bytes and return the upload that takes it.

    Raises UploadRefused: empty_file (400), too_large, too_many_begun, quota_bytes, quota_count, quota_minutes,
    quota_organisation (413), no_room (507).
    """
    at = now()
    with transaction.atomic():
        hold_quotas(owner)
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
    """Refuse what is too large for the site, the person's quota or the disk, and a fourth file before one has begun."""
    if length <= 0:
        raise UploadRefused("empty_file", status=400)
    if length > settings.UPLOAD_MAX_BYTES:
        raise UploadRefused("too_large", status=413)
    if unbegun(owner).count() >= MOST_UNBEGUN:
        raise UploadRefused("too_many_begun", status=413)
    require_quotas(owner, length=length)
    require_space(owner, length, at, free=upload_store().free_bytes())


def require_space(owner: User, length: int, at: datetime | None = None, *, free: int | None = None) -> None:
    """Refuse a file of `length` bytes, of whatever kind, that the person's quota or the disk has no room for.

    `free` is the room where it will lie, unless that is this disk.
    Raises UploadRefused: quota_bytes (413), no_room (507).
    """
    if usage_of(owner).bytes + length > settings.UPLOAD_QUOTA_BYTES:
        raise UploadRefused("quota_bytes", status=413)
    free = free_bytes() if free is None else free
    if free - reserved_bytes(at or now()) - length < settings.UPLOAD_FREE_DISK_BYTES:
        raise UploadRefused("no_room", status=507)


def shown_name(filename: str) -> str:
    """Return the last part of a file name without characters that steer text; it is only ever shown, never opened."""
    return re.split(r"[\\/]", CONTROL.sub("", filename))[-1].strip()


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
    finish_left_behind(at)
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
