"""The steps of making a lesson, as the pages show them."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from cms.lessons.models import MicroLesson
from cms.videos.queries import processing_rests

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
    rows = [{"label": labels[name], "url": reverse(f"lessons:{name}", args=[lesson.pk])} for name in STEPS]
    return {"steps": rows, "current": STEPS.index(current) + 1}


def next_step(lesson: MicroLesson, current: str) -> str:
    """Return the address of the step after this one."""
    return reverse(f"lessons:{STEPS[STEPS.index(current) + 1]}", args=[lesson.pk])


def upload_box(lesson: MicroLesson | None, *, plain_action: str) -> dict[str, Any]:
    """Return what the upload box needs: a running upload or conversion goes on where it is."""
    box: dict[str, Any] = {
        "max_bytes": settings.UPLOAD_MAX_BYTES,
        "plain_action": plain_action,
        "plain_name": "file",
        "preview": {"id": "preview", "title": _("Preview")},
    }
    if lesson is not None and lesson.upload is not None:
        video = lesson.upload.video
        box |= {
            "upload_id": str(lesson.upload.pk),
            "state": str(video.status if video else lesson.upload.state),
            # Only for browsers without scripts: with them the progress line says it as long as it is true.
            "waits": processing_rests([video] if video else []),
        }
    return box
