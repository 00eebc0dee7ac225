"""Cancelling, retrying, closing and deleting videos."""

from collections.abc import Iterable

import structlog
from django.db import transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils.translation import gettext as _

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import now
from cms.core.errors import StaleState
from cms.core.events import publish
from cms.jobs import services as jobs
from cms.jobs.queries import open_job
from cms.notices.services import notify
from cms.videos import lifecycle, original_stores
from cms.videos.enums import VideoStatus
from cms.videos.errors import StorageAway, UploadRefused
from cms.videos.events import VideoChanging
from cms.videos.messages import sentence_for
from cms.videos.models import Video, new_address_key
from cms.videos.queries import keys_of_jobs
from cms.videos.rendition_stores import forget
from cms.videos.services.work import enqueue_first_play, enqueue_ladder
from cms.videos.uses import uses_of

log = structlog.get_logger("weike.videos")


@transaction.atomic
def cancel_video(video: Video, *, actor: User | None) -> None:
    """Stop converting a video and remove its files; the row stays and says that it was cancelled.

    Raises UploadRefused too_late (409) when it is finished, StaleState in_use (409) while somebody is shown it.
    """
    if video.status == VideoStatus.CANCELLED:
        return
    hold_for_ending(video)
    if any(use.shown for use in uses_of([video.pk])[video.pk]):
        raise StaleState(sentence_for("in_use"), code="in_use")
    original = video.original
    if not lifecycle.advance(
        video,
        VideoStatus.CANCELLED,
        actor=actor,
        reason="cancelled",
        generation="",
        is_complete=False,
        original="",
        download="",
        download_bytes=0,
    ):
        raise UploadRefused("too_late", status=409)
    stop_jobs(keys_of_jobs(video), actor=actor, reason="video cancelled")
    audit(video, actor, "videos.cancel")
    remove_files_on_commit(video, original)


@transaction.atomic
def delete_video(video: Video, actor: User | None, *, reason: str = "") -> None:
    """Remove a video with all its files, also while it is being converted.

    Raises StaleState in_use (409) when content shows it or is being made of it.
    """
    keys = hold_for_ending(video)
    if uses_of([video.pk])[video.pk]:
        raise StaleState(sentence_for("in_use"), code="in_use")
    audit(video, actor, "videos.delete", reason)
    try:
        with transaction.atomic():
            Video.objects.get(pk=video.pk).delete()
    except ProtectedError as error:
        raise StaleState(sentence_for("in_use"), code="in_use") from error
    stop_jobs(keys, actor=actor, reason="video deleted")
    remove_files_on_commit(video, video.original)


def hold_for_ending(video: Video) -> list[str]:
    """Hold the video's open jobs, what uses it, and the video, in this order, before it ends; return the jobs' keys.

    So nobody can hand it in, take it, or begin to show it, between the question who uses it and its end.
    """
    keys = keys_of_jobs(video)
    jobs.hold_open(keys)
    publish(VideoChanging(video_id=video.pk))
    hold_video(video.pk)
    return keys


@transaction.atomic
def retry_video(video: Video, *, actor: User | None) -> Video:
    """Convert a failed video once more from the beginning; one that plays keeps its first size and gets the others.

    Raises UploadRefused not_retryable (409) when it did not fail or its file is gone.
    """
    if video.is_halted and video.original:
        go_on(video, actor=actor)
        return video
    if not video.original or not lifecycle.advance(
        video,
        VideoStatus.WAITING,
        actor=actor,
        reason="retry",
        error_code="",
        error_permanent=False,
        generation="",
        is_complete=False,
    ):
        raise UploadRefused("not_retryable", status=409)
    audit(video, actor, "videos.retry")
    enqueue_first_play(video)
    return video


def go_on(video: Video, *, actor: User | None) -> None:
    """Make the other sizes of a video that plays once more."""
    lifecycle.advance(video, VideoStatus.PLAYABLE, actor=actor, reason="retry", error_code="", error_permanent=False)
    audit(video, actor, "videos.retry")
    enqueue_ladder(video, duration_s=video.duration_s or 0.0)


def hold_video(video_id: int) -> bool:
    """Hold the row until the transaction ends and tell whether it is there: for whoever begins to use or ends a video."""
    rows = Video.objects.select_for_update(no_key=True, of=("self",)).filter(pk=video_id)
    return bool(rows.values_list("pk", flat=True))


def hold_videos(videos: Iterable[Video]) -> None:
    """Hold the rows of several videos until the transaction ends, the lower key first: everybody waits in that order."""
    rows = Video.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=[video.pk for video in videos])
    list(rows.order_by("pk").values_list("pk", flat=True))


def revoke_addresses(video: Video) -> None:
    """Close every address of the video's files that was given out so far, at once; pages give out new ones."""
    video.address_key = new_address_key()
    Video.objects.filter(pk=video.pk).update(address_key=video.address_key)


def close_addresses(video: Video) -> None:
    """Close the video: no address opens, and no page gives one out, until `open_addresses` (take-down)."""
    video.address_key = ""
    Video.objects.filter(pk=video.pk).update(address_key="")


def open_addresses(video: Video) -> None:
    """Let pages give out addresses again; one that is open stays as it is."""
    if Video.objects.filter(pk=video.pk, address_key="").exists():
        revoke_addresses(video)


def stop_jobs(keys: list[str], *, actor: User | None, reason: str) -> None:
    """Cancel what is queued or running under the keys; a running program is ended within two seconds."""
    for key in keys:
        if job := open_job(key):
            jobs.cancel(job, actor=actor, reason=reason)


def audit(video: Video, actor: User | None, action: str, reason: str = "") -> None:
    """Note what staff does with somebody else's video."""
    if actor is not None and actor.pk != video.owner_id:
        before = {"title": video.title, "status": str(video.status), "owner": video.owner_id}
        record_act(action, actor=actor, target=video, before=before, reason=reason)


def remove_files_on_commit(video: Video, original: str) -> None:
    """Remove original and renditions once the rows no longer name them."""
    uuid = str(video.uuid)

    def remove() -> None:
        forget(uuid)
        if original:
            remove_original(original)

    transaction.on_commit(remove)


def remove_original(name: str) -> None:
    """Remove what a person sent; what cannot be reached now is left to the sweep."""
    try:
        original_stores.delete(name)
    except StorageAway:
        log.warning("videos.left_to_the_sweep", original=name)


def note_failure(video: Video, *, code: str, permanent: bool) -> bool:
    """Mark a video as failed and take its unfinished renditions away; return False when it was over already."""
    failed = lifecycle.advance(
        video,
        VideoStatus.FAILED,
        actor=None,
        reason=code,
        error_code=code,
        error_permanent=permanent,
        generation="",
        is_complete=False,
        ready_at=None,
        download="",
        download_bytes=0,
    )
    if failed:
        uuid = str(video.uuid)
        transaction.on_commit(lambda: forget(uuid))
    return failed


def note_halt(video: Video, *, code: str, permanent: bool) -> bool:
    """Keep showing the first size of a video whose others could not be made; return False when it does not play."""
    return video.status == VideoStatus.PLAYABLE and lifecycle.advance(
        video, VideoStatus.PLAYABLE, actor=None, reason=code, error_code=code, error_permanent=permanent
    )


def tell_owner_of_failure(video: Video, code: str) -> None:
    """Send the owner a notice, who may have left long ago: what went wrong and where to go on."""
    uses = uses_of([video.pk])[video.pk]
    if video.is_halted:
        notify(
            [video.owner],
            kind="videos.failed",
            title=lambda: _("Your video plays, but its other sizes could not be made: %(title)s") % {"title": video},
            body=lambda: sentence_for(code),
            url=reverse("videos:mine"),
        )
        return
    notify(
        [video.owner],
        kind="videos.failed",
        title=lambda: _("Your video could not be converted: %(title)s") % {"title": video},
        body=lambda: sentence_for(code),
        url=uses[0].url if uses else reverse("videos:mine"),
    )


def note_playable(video: Video, generation: str) -> bool:
    """Show the growing first rung; return False when the video was cancelled meanwhile."""
    return lifecycle.advance(
        video,
        VideoStatus.PLAYABLE,
        actor=None,
        reason="first play",
        generation=generation,
        is_complete=False,
        playable_at=now(),
    )
