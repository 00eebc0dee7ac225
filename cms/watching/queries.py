"""Reads of progress and notes."""

from typing import Any

from django.db.models import QuerySet

from cms.accounts.models import User
from cms.core.personal_data import Records
from cms.taxonomy.queries import visible_q
from cms.videos.models import Video
from cms.watching.models import PrivateNote, WatchProgress

# Going on three seconds before the end would show nothing: then it begins anew.
NEAR_END_S = 3.0
WORTH_RESUMING_S = 3.0


def progress_of(user: User, video: Video) -> WatchProgress | None:
    """Return the person's progress with the video, or None when it was never played."""
    progress = WatchProgress.objects.filter(user=user, video=video).first()
    if progress is not None:
        progress.video = video
    return progress


def resume_s(progress: WatchProgress | None) -> float:
    """Return the second to go on from: 0 at the beginning, and again when the end was reached."""
    if progress is None or progress.position_s < WORTH_RESUMING_S:
        return 0.0
    duration = progress.video.duration_s
    return 0.0 if duration and progress.position_s > duration - NEAR_END_S else progress.position_s


def unfinished(user: User) -> QuerySet[WatchProgress]:
    """Return what the person began and may go on with, the last played first; the home page shows it."""
    return (
        WatchProgress.objects.filter(visible_q(user, "video__"), user=user, watched_at__isnull=True, covered_s__gt=0)
        .select_related("video")
        .order_by("-updated_at", "-pk")
    )


def notes_of(user: User, video: Video) -> QuerySet[PrivateNote]:
    """Return the person's notes on the video in the order of moments."""
    return PrivateNote.objects.filter(user=user, video=video)


def personal_progress(user: User) -> Records:
    """Return how far the person is with each video for "my data", the oldest first."""
    rows = WatchProgress.objects.filter(user=user).select_related("video").order_by("updated_at", "pk")
    return Records(rows, describe_progress)


def describe_progress(progress: WatchProgress) -> dict[str, Any]:
    """Return how far the person is with one video, times of the video in seconds."""
    return {
        "video": str(progress.video),
        "last_played": progress.updated_at.isoformat(),
        "place_s": progress.position_s,
        "played_s": progress.covered_s,
        "stretches": progress.segments,
        "watched": progress.watched_at.isoformat() if progress.watched_at else None,
    }


def personal_notes(user: User) -> Records:
    """Return the person's notes for "my data", the oldest first."""
    rows = PrivateNote.objects.filter(user=user).select_related("video").order_by("created_at", "pk")
    return Records(rows, describe_note)


def describe_note(note: PrivateNote) -> dict[str, Any]:
    """Return one note."""
    return {"video": str(note.video), "at_s": note.moment_s, "text": note.text, "at": note.created_at.isoformat()}
