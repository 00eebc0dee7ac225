"""What the API says about uploads and videos, in the words of the contract."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from cms.jobs.enums import JobStatus
from cms.jobs.models import Job
from cms.jobs.queries import latest_jobs
from cms.videos import media_urls
from cms.videos.enums import PLAYABLE_STATUSES, UNFINISHED_STATUSES, UploadState, VideoStatus
from cms.videos.messages import download_sentence, sentence_for
from cms.videos.models import Upload, Video
from cms.videos.permissions import Person
from cms.videos.queries import Progress, download_key, progress_of, progress_of_all, same_files, sent_before
from cms.videos.uses import Use, uses_of


def about_upload(upload: Upload) -> dict[str, Any]:
    """Return the state of an upload and, once it is complete, of its video."""
    return about_uploads([upload])[0]


def about_uploads(uploads: Iterable[Upload]) -> list[dict[str, Any]]:
    """Return the states of uploads; the number of queries does not depend on how many they are."""
    rows = [(upload, upload.video if upload.state == UploadState.RECEIVED else None) for upload in uploads]
    videos = [video for _upload, video in rows if video]
    progresses, twins = progress_of_all(videos), same_files(videos)
    before = sent_before([upload for upload, _video in rows])
    return [
        about(upload, progresses[video.pk], video=video, twin=twins.get(video.pk))
        if video
        else about(upload, Progress(percent=upload.percent), before=before.get(upload.pk))
        for upload, video in rows
    ]


def about(
    upload: Upload,
    progress: Progress,
    *,
    video: Video | None = None,
    twin: Video | None = None,
    before: Upload | None = None,
) -> dict[str, Any]:
    """Return the words of the contract about one upload; `twin` is made of the same file, which came as `before`."""
    twin = before.video if before else twin
    return {
        "id": str(upload.pk),
        "state": state_of(upload),
        "percent": progress.percent,
        "queue_position": progress.queue_position,
        "eta_s": progress.eta_s,
        "error": upload_error(upload),
        "video_id": video.pk if video else None,
        "worker_waiting": progress.worker_waiting,
        "offset": upload.offset,
        "length": upload.length,
        "filename": upload.filename,
        "title": upload.title,
        "expires_at": upload.expires_at.isoformat() if upload.state == UploadState.RECEIVING else None,
        "duplicate_of": twin.pk if twin else None,
        "duplicate_title": str(twin) if twin else None,
        "duplicate_upload": str(before.pk) if before else None,
    }


def state_of(upload: Upload) -> str:
    """Return the one word for where file and video stand together."""
    if upload.state == UploadState.RECEIVED:
        return str(upload.video.status if upload.video else VideoStatus.CANCELLED)
    return str(upload.state)


def upload_error(upload: Upload) -> dict[str, Any] | None:
    """Return why an upload or its video failed."""
    if upload.state == UploadState.RECEIVED:
        return video_error(upload.video) if upload.video else None
    if not upload.error_code:
        return None
    return error(upload.error_code, permanent=True, detail=upload.container)


def video_error(video: Video) -> dict[str, Any] | None:
    """Return why a video failed, or why one that plays has no more than its first size."""
    if video.status != VideoStatus.FAILED and not video.is_halted:
        return None
    return error(video.error_code, permanent=video.error_permanent)


def error(code: str, *, permanent: bool, detail: str = "") -> dict[str, Any]:
    return {"code": code, "message": sentence_for(code, detail), "permanent": permanent}


def about_video(video: Video, user: Person) -> dict[str, Any]:
    """Return the state of a video and signed addresses; the caller's door has let the person in."""
    progress = progress_of(video)
    return {
        "id": video.pk,
        "state": str(video.status),
        "title": video.title,
        **media_urls.addresses_of(video, user, checked=True),
        "duration_s": video.duration_s,
        "width": video.width,
        "height": video.height,
        "percent": progress.percent,
        "queue_position": progress.queue_position,
        "eta_s": progress.eta_s,
        "worker_waiting": progress.worker_waiting,
        "error": video_error(video),
    }


FAILED = "failed"
BADGES: dict[str, str] = {VideoStatus.READY: "ok", VideoStatus.FAILED: "due"}


def own_rows(videos: Iterable[Video]) -> list[dict[str, Any]]:
    """Return the owner's videos with what the page shows of each and offers; a constant number of queries."""
    rows = list(videos)
    progresses, uses = progress_of_all(rows), uses_of([video.pk for video in rows])
    jobs = latest_jobs([download_key(video) for video in rows])
    return [
        {
            **own_row(video, progresses[video.pk], uses[video.pk]),
            **download_of(video, jobs.get(download_key(video))),
        }
        for video in rows
    ]


def download_of(video: Video, job: Job | None) -> dict[str, str]:
    """Return how it is with the original to download, and why it failed if it did."""
    state = download_state(video, job)
    return {"download": state, "download_fault": download_sentence(job.error_code) if job and state == FAILED else ""}


def download_state(video: Video, job: Job | None) -> str:
    """Return how it is with the original to download: ready, waiting, offer, failed, or empty without an original."""
    if video.status not in PLAYABLE_STATUSES or video.is_closed or not video.original:
        return ""
    if video.download:
        return "ready"
    if job is None or job.status in {JobStatus.DONE, JobStatus.CANCELLED}:
        return "offer"
    return FAILED if job.status == JobStatus.FAILED else "waiting"


def own_row(video: Video, progress: Progress, uses: list[Use]) -> dict[str, Any]:
    """Return one own video: how it is, why it failed, which lessons use it, what can be done with it."""
    failed = video.status == VideoStatus.FAILED or video.is_halted
    unfinished = video.status in UNFINISHED_STATUSES and not failed
    return {
        "video": video,
        "state_label": _("playable, in one size") if video.is_halted else VideoStatus(video.status).label,
        "badge": BADGES.get(VideoStatus.FAILED if failed else video.status, ""),
        "sentence": sentence_for(video.error_code) if failed else "",
        "rests": progress.worker_waiting,
        "uses": uses,
        "may_retry": failed and not video.error_permanent and bool(video.original),
        "may_cancel": unfinished and not any(use.shown for use in uses),
        "may_delete": not unfinished and not uses,
    }
