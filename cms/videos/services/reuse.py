"""One recording, several videos: the second needs no second conversion."""

from django.db import transaction

from cms.accounts.models import User
from cms.core.clock import now
from cms.core.errors import StaleState
from cms.videos import lifecycle
from cms.videos.enums import VideoStatus
from cms.videos.models import Video, VideoRung
from cms.videos.rendition_stores import new_generation, rendition_store

COPIED = (
    "filename",
    "sha256",
    "container",
    "duration_s",
    "width",
    "height",
    "has_audio",
    "loudness_lufs",
    "source",
    "checks",
    "published",
)


@transaction.atomic
def reuse_video(video: Video, *, owner: User, title: str) -> Video:
    """Return a new video of the same recording that shares the finished files and nothing else.

    Each has its own visibility and can be deleted without harming the other. The new one has no original of its own.
    Raises StaleState unless the video is ready with all sizes.
    """
    if video.status != VideoStatus.READY or not video.is_complete:
        raise StaleState("Only a finished video can be used a second time.")
    made = Video.objects.create(
        owner=owner, title=title, created_at=now(), **{name: getattr(video, name) for name in COPIED}
    )
    generation = new_generation()
    rendition_store().copy((str(video.uuid), video.generation), (str(made.uuid), generation))
    for status in (VideoStatus.PROCESSING, VideoStatus.PLAYABLE, VideoStatus.READY):
        facts = {"generation": generation, "is_complete": True, "playable_at": now(), "ready_at": now()}
        lifecycle.advance(made, status, actor=owner, reason="reused", **facts)
    VideoRung.objects.bulk_create(
        VideoRung(video=made, name=rung.name, width=rung.width, height=rung.height, bitrate=rung.bitrate)
        for rung in video.rungs.all()
    )
    made.refresh_from_db()
    return made
