"""The only writer of the status columns of uploads and videos."""

from typing import Any

import structlog

from cms.accounts.models import User
from cms.core.clock import now
from cms.videos.enums import UploadState, VideoStatus
from cms.videos.models import Upload, Video, VideoChange

log = structlog.get_logger("weike.videos")

S = VideoStatus
TRANSITIONS: dict[VideoStatus, tuple[VideoStatus, ...]] = {
    S.WAITING: (S.PROCESSING, S.FAILED, S.CANCELLED),
    # Each new attempt at a job begins with processing again.
    S.PROCESSING: (S.PROCESSING, S.PLAYABLE, S.FAILED, S.CANCELLED),
    S.PLAYABLE: (S.PROCESSING, S.PLAYABLE, S.READY, S.FAILED, S.CANCELLED),
    # Its files made anew, and for no other reason: see REPAIR.
    S.READY: (S.READY,),
    # An operator may try the job itself again, which begins with processing.
    S.FAILED: (S.WAITING, S.PROCESSING, S.CANCELLED),
    S.CANCELLED: (),
}
# The one reason for which what is finished is finished once more.
REPAIR = "repair"
UPLOAD_TRANSITIONS: dict[UploadState, tuple[UploadState, ...]] = {
    UploadState.RECEIVING: (UploadState.RECEIVED, UploadState.FAILED, UploadState.CANCELLED),
    UploadState.RECEIVED: (UploadState.CANCELLED,),
    UploadState.FAILED: (),
    UploadState.CANCELLED: (),
}


def advance(video: Video, to: VideoStatus, *, actor: User | None, reason: str = "", **fields: Any) -> bool:
    """Move the video to a status if the table allows it from where it is, note the change, tell whether it moved.

    `fields` are written in the same update.
    """
    allowed = [status for status, targets in TRANSITIONS.items() if to in targets and may(status, to, reason)]
    if Video.objects.filter(pk=video.pk, status__in=allowed).update(status=to, **fields) != 1:
        return False
    VideoChange.objects.create(video=video, at=now(), status=to, actor=actor, reason=reason[:200])
    video.refresh_from_db()
    return True


def may(status: VideoStatus, to: VideoStatus, reason: str) -> bool:
    """Return whether the reason is one for this move: a repair finishes nothing else, and nothing else repairs."""
    return to != S.READY or (status == S.READY) == (reason == REPAIR)


def advance_upload(upload: Upload, to: UploadState, *, actor: User | None, reason: str = "", **fields: Any) -> bool:
    """Move the upload to a state if the table allows it from where it is, and tell whether it moved."""
    allowed = [state for state, targets in UPLOAD_TRANSITIONS.items() if to in targets]
    if Upload.objects.filter(pk=upload.pk, state__in=allowed).update(state=to, **fields) != 1:
        return False
    log.info("upload", upload=str(upload.pk), to=str(to), actor=actor.pk if actor else None, reason=reason)
    upload.refresh_from_db()
    return True
