"""Reads of uploads and videos."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from cms.accounts.models import User
from cms.core.clock import now
from cms.jobs.enums import JobStatus, Lane
from cms.jobs.models import Job
from cms.jobs.queries import eta_s, latest_job, queue_position, worker_is_alive
from cms.videos.enums import UploadState, VideoStatus
from cms.videos.models import Upload, Video

FIRST_PLAY = "videos.first_play"
LADDER = "videos.ladder"


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of the own space a person uses: finished videos and uploads under way."""

    bytes: int
    count: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the present state is; `queue_position` counts those before, `eta_s` are seconds to its end."""

    percent: int
    queue_position: int | None = None
    eta_s: int | None = None
    worker_waiting: bool = False


def first_play_key(video: Video) -> str:
    """Return the key under which at most one first-play job of the video is open."""
    return f"first_play:{video.pk}"


def ladder_key(video: Video) -> str:
    """Return the key under which at most one ladder job of the video is open."""
    return f"ladder:{video.pk}"


def receiving(user: User) -> QuerySet[Upload]:
    """Return the person's uploads that can be continued, on any device, newest first."""
    return Upload.objects.filter(owner=user, state=UploadState.RECEIVING, expires_at__gt=now())


def recent_uploads(user: User) -> QuerySet[Upload]:
    """Return the person's uploads with their videos, newest first (one query)."""
    return Upload.objects.filter(owner=user).select_related("video", "owner")


def videos_of(user: User) -> QuerySet[Video]:
    """Return the person's videos, newest first."""
    return Video.objects.filter(owner=user).exclude(status=VideoStatus.CANCELLED)


def failed_videos() -> QuerySet[Video]:
    """Return videos that could not be converted, for the admin's dashboard."""
    return Video.objects.filter(status=VideoStatus.FAILED).select_related("owner")


def usage_of(user: User) -> Usage:
    """Return what counts against the person's quota."""
    kept = Video.objects.filter(owner=user).exclude(status=VideoStatus.CANCELLED)
    stored = kept.aggregate(n=Count("pk"), b=Sum("original_bytes"))
    coming = receiving(user).aggregate(n=Count("pk"), b=Sum("length"))
    return Usage(bytes=(stored["b"] or 0) + (coming["b"] or 0), count=stored["n"] + coming["n"])


def reserved_bytes(at: datetime) -> int:
    """Return how many bytes are still to come for uploads under way: they are promised room."""
    open_uploads = Upload.objects.filter(state=UploadState.RECEIVING, expires_at__gt=at)
    rest = open_uploads.aggregate(rest=Sum(F("length") - F("offset")))["rest"]
    return int(rest or 0)


def same_file(video: Video) -> Video | None:
    """Return another video of the same owner made of the identical file, if there is one.

    Only the owner's own: telling that somebody else sent the same file would disclose it.
    """
    if not video.sha256:
        return None
    others = Video.objects.filter(owner_id=video.owner_id, sha256=video.sha256).exclude(pk=video.pk)
    return others.exclude(Q(status=VideoStatus.CANCELLED) | Q(status=VideoStatus.FAILED)).first()


def current_job(video: Video) -> Job | None:
    """Return the job that works for the video's present status."""
    if video.status == VideoStatus.PLAYABLE:
        return latest_job(ladder_key(video)) or latest_job(first_play_key(video))
    return latest_job(first_play_key(video))


def progress_of(video: Video) -> Progress:
    """Return how far the video's present status is."""
    if video.status == VideoStatus.READY:
        return Progress(percent=100)
    if video.status in (VideoStatus.FAILED, VideoStatus.CANCELLED):
        return Progress(percent=0)
    job = current_job(video)
    if job is None:
        return Progress(percent=0)
    if job.kind == FIRST_PLAY and video.status == VideoStatus.PLAYABLE:
        # It plays while it still grows; the ladder has not begun.
        return Progress(percent=0, eta_s=None, worker_waiting=not worker_is_alive(job.lane))
    return Progress(
        percent=int(job.progress * 100),
        queue_position=queue_position(job) if job.status == JobStatus.QUEUED else None,
        eta_s=eta_s(job),
        worker_waiting=not worker_is_alive(job.lane),
    )


def queue_lengths() -> dict[str, int]:
    """Return how many jobs wait in each video lane, for operators."""
    lanes = (Lane.FIRST_PLAY, Lane.LADDER)
    rows: Any = (
        Job.objects.filter(status=JobStatus.QUEUED, lane__in=lanes)
        .values_list("lane")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return {str(lane): 0 for lane in lanes} | dict(rows)
