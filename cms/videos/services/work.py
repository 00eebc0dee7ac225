"""Putting the first job of a video in."""

from django.conf import settings

from cms.jobs.enums import Lane
from cms.jobs.services import enqueue
from cms.videos.models import Video
from cms.videos.queries import FIRST_PLAY, LADDER, RECOGNISE, first_play_key, ladder_key, recognise_key

MEGABYTE = 1 << 20


def enqueue_first_play(video: Video) -> None:
    """Put the job in that makes the video playable."""
    enqueue(
        FIRST_PLAY,
        {"video": video.pk},
        lane=Lane.FIRST_PLAY,
        key=first_play_key(video),
        owner=video.owner,
        size=max(1.0, video.original_bytes / MEGABYTE),
    )


def enqueue_ladder(video: Video, *, duration_s: float) -> None:
    """Put the job in that makes all sizes of a video that plays already."""
    enqueue(
        LADDER,
        {"video": video.pk},
        lane=Lane.LADDER,
        key=ladder_key(video),
        owner=video.owner,
        size=max(1.0, duration_s),
    )


def enqueue_recognition(video: Video) -> None:
    """Put the job in that recognises what is said, where the site has a function for that and there is sound."""
    if settings.SPEECH_HOOK and video.has_audio:
        enqueue(
            RECOGNISE,
            {"video": video.pk},
            lane=Lane.LADDER,
            key=recognise_key(video),
            owner=video.owner,
            size=max(1.0, video.duration_s or 0.0),
        )
