"""Reads of uploads and videos."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from django.db.models import BigIntegerField, Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Least

from cms.accounts.models import User
from cms.assets.queries import attached_bytes
from cms.core.clock import now
from cms.jobs.enums import JobStatus
from cms.jobs.models import Job
from cms.jobs.queries import Outlook, latest_jobs
from cms.organisations.models import Organisation
from cms.organisations.queries import accounts_of
from cms.videos.enums import UNFINISHED_STATUSES, AuditFinding, UploadState, VideoStatus
from cms.videos.models import Upload, Video

FIRST_PLAY = "videos.first_play"
LADDER = "videos.ladder"
AUDIT = "videos.audit"
REPAIR = "videos.repair"
RECOGNISE = "videos.recognise"
DOWNLOAD = "videos.download"
ARRIVING_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Usage:
    """How much room is used: bytes of videos, uploads under way and attachments; number and seconds of the videos."""

    bytes: int
    count: int
    seconds: float = 0

    @property
    def minutes(self) -> int:
        """Whole minutes, rounded up as a person would count them."""
        return ceil(self.seconds / 60)


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


def audit_key(video: Video) -> str:
    """Return the key under which at most one examination of the video's files is open."""
    return f"audit:{video.pk}"


def repair_key(video: Video) -> str:
    """Return the key under which at most one job is open that makes the finished video anew."""
    return f"repair:{video.pk}"


def recognise_key(video: Video) -> str:
    """Return the key under which at most one job is open that recognises what is said in the video."""
    return f"recognise:{video.pk}"


def download_key(video: Video) -> str:
    """Return the key under which at most one job is open that prepares the video's original for download."""
    return f"download:{video.pk}"


def keys_of_jobs(video: Video) -> list[str]:
    """Return the keys of all work that may be open for a video."""
    keys = (first_play_key, ladder_key, audit_key, repair_key, recognise_key, download_key)
    return [key(video) for key in keys]


def receiving(user: User) -> QuerySet[Upload]:
    """Return the person's uploads that can be continued, on any device, newest first."""
    return arriving().filter(owner=user)


def arriving() -> QuerySet[Upload]:
    """Return everybody's uploads that can be continued."""
    return Upload.objects.filter(state=UploadState.RECEIVING, expires_at__gt=now())


def is_kept(key: int) -> bool:
    """Return whether this is still the key of a video."""
    return Video.objects.filter(pk=key).exists()


def find_video(key: int) -> Video | None:
    """Return the video with this key, whoever asks; the caller's door has let the person in."""
    return Video.objects.select_related("owner").filter(pk=key).first()


def upload_of(user: User, key: UUID) -> Upload | None:
    """Return the person's own upload with this key; anybody else's is as good as none."""
    return Upload.objects.filter(pk=key, owner=user).first()


def recent_uploads(user: User) -> QuerySet[Upload]:
    """Return the person's uploads with their videos, newest first (one query)."""
    return Upload.objects.filter(owner=user).select_related("video", "owner").order_by("-created_at", "pk")


def videos_of(user: User) -> QuerySet[Video]:
    """Return the person's videos, newest first."""
    return Video.objects.filter(owner=user).exclude(status=VideoStatus.CANCELLED)


def failed_videos() -> QuerySet[Video]:
    """Return videos that could not be converted, wholly or beyond their first size."""
    halted = Q(status=VideoStatus.PLAYABLE) & ~Q(error_code="")
    return Video.objects.filter(Q(status=VideoStatus.FAILED) | halted).select_related("owner")


def due_for_audit(before: datetime) -> QuerySet[Video]:
    """Return finished videos whose files were not examined since the instant, the longest ago first.

    What no other attempt mends waits for a person and is not looked at again; what only lacks an original is, since
    files come back with their disk, and recordings are sent again.
    """
    finished = Video.objects.filter(status=VideoStatus.READY, is_complete=True).exclude(
        audit_code=AuditFinding.REPAIR_FAILED
    )
    unseen = finished.filter(Q(audited_at=None) | Q(audited_at__lt=before))
    return unseen.order_by(F("audited_at").asc(nulls_first=True), "pk")


def originals_of(video: Video) -> list[str]:
    """Return the names of the files of which a video can be made: its own original, then the same file sent otherwise.

    Only the owner's own, as in `same_files`.
    """
    own = [video.original] if video.original else []
    return own + originals_alike(video)


def originals_alike(video: Video) -> list[str]:
    """Return the names of the originals of the owner's other videos of the identical file."""
    if not video.sha256:
        return []
    alike = Video.objects.filter(owner=video.owner_id, sha256=video.sha256).exclude(pk=video.pk).exclude(original="")
    return list(alike.order_by("pk").values_list("original", flat=True))


def suspect_videos() -> QuerySet[Video]:
    """Return finished videos with whose files something is wrong or that could not be examined, the latest first."""
    found = Video.objects.filter(status=VideoStatus.READY).exclude(audit_code="")
    return found.order_by("-audited_at", "-pk")


def with_source(videos: QuerySet[Video]) -> QuerySet[Video]:
    """Note at each video whether `originals_of` finds a file to make it anew of (`has_source`), in the same query."""
    alike = Video.objects.filter(owner=OuterRef("owner"), sha256=OuterRef("sha256")).exclude(original="")
    return videos.annotate(has_source=~Q(original="") | (~Q(sha256="") & Exists(alike)))


def named_generations() -> set[tuple[str, str]]:
    """Return (uuid, generation) of everything that a video shows, and of originals to download."""
    shown = Video.objects.exclude(generation="").values_list("uuid", "generation")
    offered = Video.objects.exclude(download="").values_list("uuid", "download")
    kept = [*shown, *((uuid, download.partition("/")[0]) for uuid, download in offered)]
    return {(str(uuid), generation) for uuid, generation in kept}


def named_originals() -> set[str]:
    """Return the names of all originals that a video has or an upload may be about to hand over."""
    kept = Video.objects.exclude(original="").values_list("original", flat=True)
    coming = Upload.objects.filter(state=UploadState.RECEIVING).values_list("pk", flat=True)
    return set(kept) | {f"{key.hex}/original" for key in coming}


def usage_of(user: User) -> Usage:
    """Return what counts against the person's quota; attachments of lessons take room and are no videos."""
    used = usage_of_people(User.objects.filter(pk=user.pk))
    return replace(used, bytes=used.bytes + attached_bytes(user))


def usage_of_organisation(organisation: Organisation) -> Usage:
    """Return what all who belong to the organisation have sent and are sending."""
    return usage_of_people(accounts_of(organisation))


def usage_of_people(people: QuerySet[User]) -> Usage:
    """Return the room that the videos of these people and what they are sending take (two queries)."""
    kept = Video.objects.filter(owner__in=people).exclude(status=VideoStatus.CANCELLED)
    stored = kept.aggregate(n=Count("pk"), b=Sum(F("original_bytes") + F("download_bytes")), s=Sum("duration_s"))
    coming = arriving().filter(owner__in=people).aggregate(n=Count("pk"), b=Sum("length"))
    taken = (stored["b"] or 0) + (coming["b"] or 0)
    return Usage(bytes=taken, count=stored["n"] + coming["n"], seconds=stored["s"] or 0)


def unbegun(user: User) -> QuerySet[Upload]:
    """Return the person's uploads of which not a byte has arrived for good."""
    return receiving(user).filter(offset=0)


def reserved_bytes(at: datetime) -> int:
    """Return how many bytes are promised to uploads that arrive at the moment: as much again as came of each.

    What is only announced, or rests for an hour, is promised nothing: announcing costs a sender nothing, and would shut
    everybody else out of a disk that is empty.
    """
    arriving = Upload.objects.filter(
        state=UploadState.RECEIVING, expires_at__gt=at, updated_at__gt=at - ARRIVING_FOR, offset__gt=0
    )
    promised = Least(F("length") - F("offset"), F("offset"), output_field=BigIntegerField())
    rest = arriving.aggregate(rest=Sum(promised))["rest"]
    return int(rest or 0)


def same_file(video: Video) -> Video | None:
    """Return another video of the same owner made of the identical file, if there is one."""
    return same_files([video]).get(video.pk)


def same_files(videos: Collection[Video]) -> dict[int, Video]:
    """Return for each video another one of the same owner made of the identical file, where there is one (one query).

    Only the owner's own: telling that somebody else sent the same file would disclose it.
    """
    known = [video for video in videos if video.sha256]
    if not known:
        return {}
    rows = Video.objects.filter(
        owner__in={video.owner_id for video in known}, sha256__in={video.sha256 for video in known}
    ).exclude(Q(status=VideoStatus.CANCELLED) | Q(status=VideoStatus.FAILED))
    alike: dict[tuple[int, str], list[Video]] = defaultdict(list)
    for row in rows:
        alike[row.owner_id, row.sha256].append(row)
    twins = {
        video.pk: [row for row in alike[video.owner_id, video.sha256] if row.pk != video.pk][:1] for video in known
    }
    return {key: found[0] for key, found in twins.items() if found}


def sent_before(uploads: Collection[Upload]) -> dict[UUID, Upload]:
    """Return for each upload under way an earlier, complete one of the same owner that is the same file by all signs.

    The signs are the length and the first bytes, so a person learns it with the first part and not after the last (one
    query). Only the owner's own, as in `same_files`.
    """
    coming = [upload for upload in uploads if upload.state == UploadState.RECEIVING and upload.head_sha256]
    if not coming:
        return {}
    rows = (
        Upload.objects.filter(
            owner__in={upload.owner_id for upload in coming},
            head_sha256__in={upload.head_sha256 for upload in coming},
            state=UploadState.RECEIVED,
        )
        .exclude(Q(video=None) | Q(video__status__in=(VideoStatus.CANCELLED, VideoStatus.FAILED)))
        # What was taken down cannot be handed in again, and what a disk damaged is mended by being sent again.
        .filter(video__audit_code="")
        .exclude(video__address_key="")
        .select_related("video")
        .order_by("created_at")
    )
    alike = {(row.owner_id, row.head_sha256, row.length): row for row in rows}
    found = {upload.pk: alike.get((upload.owner_id, upload.head_sha256, upload.length)) for upload in coming}
    return {key: row for key, row in found.items() if row}


def progress_of(video: Video) -> Progress:
    """Return how far the video's present status is."""
    return progress_of_all([video])[video.pk]


def progress_of_all(videos: Collection[Video]) -> dict[int, Progress]:
    """Return how far each video's present status is, by key; the number of queries does not depend on how many."""
    unfinished = [video for video in videos if video.status in UNFINISHED_STATUSES and not video.is_halted]
    keys = [key for video in unfinished for key in (first_play_key(video), ladder_key(video))]
    jobs = latest_jobs(keys) if keys else {}
    outlook = Outlook()
    found = {video.pk: Progress(percent=100 if video.status == VideoStatus.READY else 0) for video in videos}
    return found | {video.pk: progress_by(video, current_job(video, jobs), outlook) for video in unfinished}


def processing_rests(videos: Collection[Video]) -> bool:
    """Return whether one of the videos is unfinished and nobody is there to work on it."""
    return any(progress.worker_waiting for progress in progress_of_all(videos).values())


def current_job(video: Video, jobs: dict[str, Job]) -> Job | None:
    """Return the job that works for the video's present status."""
    first = jobs.get(first_play_key(video))
    return (jobs.get(ladder_key(video)) or first) if video.status == VideoStatus.PLAYABLE else first


def progress_by(video: Video, job: Job | None, outlook: Outlook) -> Progress:
    """Return how far an unfinished video is, by the job that works for it."""
    if job is None:
        return Progress(percent=0)
    waiting = not outlook.is_attended(job.lane)
    if job.kind == FIRST_PLAY and video.status == VideoStatus.PLAYABLE:
        # It plays while it still grows; the ladder has not begun.
        return Progress(percent=0, worker_waiting=waiting)
    return Progress(
        percent=int(job.progress * 100),
        queue_position=outlook.queue_position(job) if job.status == JobStatus.QUEUED else None,
        eta_s=outlook.eta_s(job),
        worker_waiting=waiting,
    )
