"""The steps of making a lesson, as the pages show them."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from cms.lessons.enums import LessonState
from cms.lessons.models import MicroLesson
from cms.lessons.recordings import recording_fault, recording_of, video_of
from cms.lessons.states import BEGUN, Recording
from cms.videos.models import Upload
from cms.videos.queries import progress_of

STEPS = ("edit", "captions", "questions", "attachments", "consent", "submit")


def steps(lesson: MicroLesson, current: str) -> dict[str, Any]:
    """Return the list of steps and the number of the present one."""
    labels = {
        "edit": _("Video and words"),
        "captions": _("Captions"),
        "questions": _("Questions"),
        "attachments": _("Attachments"),
        "consent": _("Consent and secrecy"),
        "submit": _("Hand in"),
    }
    rows = [
        {"label": labels[name], "url": reverse(f"lessons:{name}", args=[lesson.pk]), "name": name} for name in STEPS
    ]
    return {"steps": rows, "current": STEPS.index(current) + 1}


def next_step(lesson: MicroLesson, current: str, *, go: str = "") -> str:
    """Return the address of the step after this one, or of the step that was pressed in the list."""
    return reverse(f"lessons:{go if go in STEPS else STEPS[STEPS.index(current) + 1]}", args=[lesson.pk])


def upload_box(lesson: MicroLesson | None, *, plain_action: str) -> dict[str, Any]:
    """Return what the upload box says of the lesson's recording, however it came; with a script it goes on from there."""
    box: dict[str, Any] = {
        "max_bytes": settings.UPLOAD_MAX_BYTES,
        "plain_action": plain_action,
        "plain_name": "file",
        "preview": {"id": "preview", "title": _("Preview")},
    }
    return box if lesson is None else box | standing(lesson)


def standing(lesson: MicroLesson) -> dict[str, Any]:
    """Return what comes, where it stopped, or why there is nothing."""
    recording = recording_of(lesson)
    if recording == Recording.COMING:
        return coming(lesson)
    if recording == Recording.STOPPED and lesson.upload is not None:
        return {"stopped": unfinished_row(lesson.upload)}
    if recording in (Recording.FAILED, Recording.GONE):
        return {"fault": {"head": LessonState(BEGUN[recording]).label, "text": recording_fault(lesson)}}
    return {}


def coming(lesson: MicroLesson) -> dict[str, Any]:
    """Return the line of a recording that is here and does not play yet, and where its progress is told."""
    video = video_of(lesson)
    if video is None:
        # All bytes are here; whoever asks next makes the video.
        return {"line": {"state": "waiting"}, "watch_url": reverse("videos:upload", args=[str(lesson.upload_id)])}
    progress = progress_of(video)
    line = {"state": str(video.status), "percent": progress.percent, "before": progress.queue_position}
    return {
        "line": line | {"rests": progress.worker_waiting},
        "watch_url": reverse("api:show_video", args=[video.pk]),
        "video_id": video.pk,
    }


def unfinished_row(upload: Upload) -> dict[str, Any]:
    """Return an upload that can be continued, as its row on the page shows it."""
    return {
        "id": str(upload.pk),
        # By which the person finds the file again.
        "name": upload.filename or str(upload),
        "size": upload.length,
        "percent": upload.percent,
        "expires_at": upload.expires_at,
    }
