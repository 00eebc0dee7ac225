"""Beginning, finishing and giving up an upload."""

import re
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

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
# Far longer than moving and reading the largest file takes.
FINISH_LEASE = timedelta(minutes=5)


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
    """Turn a complete file into a video that waits for its first play, once however often and by whomever it is asked.

    Of those who ask at the same time one does it; the others get the upload as it stands, complete and not yet a video.
    Raises UploadRefused (410): upload_over when it was given up meanwhile, missing_file when its bytes are lost.
    """
    if claim_finish(upload):
        try:
            bring_in(upload, f"{upload.pk.hex}/original")
        finally:
            Upload.objects.filter(pk=upload.pk).update(finishing_until=None)
    upload.refresh_from_db()
    if upload.state in (UploadState.CANCELLED, UploadState.FAILED):
        raise UploadRefused(upload.error_code or "upload_over", status=410)
    return upload


def claim_finish(upload: Upload) -> bool:
    """Take the finishing of a complete upload on; one update, so that of two who ask one gets it.

    A claim ends by itself: a process that was killed with it would otherwise keep the file for ever.
    """
    at = now()
    free = Q(finishing_until__isnull=True) | Q(finishing_until__lt=at)
    claimed = Upload.objects.filter(free, pk=upload.pk, state=UploadState.RECEIVING, offset=F("length"))
    return claimed.update(finishing_until=at + FINISH_LEASE) == 1


def bring_in(upload: Upload, name: str) -> None:
    """Move the file to the originals under `name` and make the video; a file that is lost ends the upload."""
    upload_store().deliver(upload.pk.hex, name)
    try:
        sha256 = original_stores.digest(name)
    except FileNotFoundError:
        lifecycle.advance_upload(
            upload, UploadState.FAILED, actor=None, reason="bytes lost", error_code="missing_file"
        )
        return
    with transaction.atomic():
        locked = Upload.objects.select_for_update().get(pk=upload.pk)
        if locked.state == UploadState.RECEIVING:
            video = make_video(locked, name, sha256)
            lifecycle.advance_upload(
                locked, UploadState.RECEIVED, actor=None, reason="complete", video=video, sha256=sha256
            )
        elif locked.state != UploadState.RECEIVED:
            transaction.on_commit(lambda: original_stores.delete(name))


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
