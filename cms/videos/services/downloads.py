"""The original as a file to take away: prepared when somebody asks, kept for some days, without place and device."""

from datetime import timedelta

from django.db import transaction

from cms.accounts.models import User
from cms.core.clock import now
from cms.jobs.enums import Lane
from cms.jobs.services import enqueue
from cms.videos.enums import PLAYABLE_STATUSES
from cms.videos.errors import UploadRefused
from cms.videos.media_urls import download_url
from cms.videos.models import Video
from cms.videos.queries import DOWNLOAD, download_key
from cms.videos.rendition_stores import rendition_store
from cms.videos.services.videos import audit

FORGET = "videos.forget_download"
KEPT = timedelta(days=7)


def request_download(video: Video, *, actor: User) -> None:
    """Have the original prepared; one that is prepared or being prepared stays as it is.

    Raises UploadRefused missing_file (409) when there is none, or the video is not shown.
    """
    if not video.original or video.is_closed or video.status not in PLAYABLE_STATUSES:
        raise UploadRefused("missing_file", status=409)
    if not video.download:
        enqueue(DOWNLOAD, {"video": video.pk}, lane=Lane.LADDER, key=download_key(video), owner=actor)


def fetch_download(video: Video, *, actor: User) -> str | None:
    """Return the address of the prepared original, None while there is none; another person's fetching is written down."""
    address = download_url(video)
    if address:
        audit(video, actor, "videos.download")
    return address


@transaction.atomic
def note_download(video: Video, name: str, size: int) -> bool:
    """Offer a prepared original for some days; return False when the video lost its original meanwhile."""
    rows = Video.objects.filter(pk=video.pk, original=video.original, status__in=PLAYABLE_STATUSES)
    if rows.update(download=name, download_bytes=size) != 1:
        return False
    enqueue(FORGET, {"video": video.pk, "download": name}, run_after=now() + KEPT)
    return True


def forget_download(pk: int, name: str) -> None:
    """Take a prepared original away again; a later one stays."""
    video = Video.objects.filter(pk=pk, download=name).first()
    if video is not None:
        Video.objects.filter(pk=pk, download=name).update(download="", download_bytes=0)
        rendition_store().delete(str(video.uuid), name.partition("/")[0])
