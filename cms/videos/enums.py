"""Words about uploads and videos."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UploadState(models.TextChoices):
    """Where the sending of a file stands; what becomes of the file is the video's status."""

    RECEIVING = "receiving", _("being sent")
    RECEIVED = "received", _("received")
    FAILED = "failed", _("refused")
    CANCELLED = "cancelled", _("cancelled")


class VideoStatus(models.TextChoices):
    """Where a video stands; the same words are spoken by the API."""

    WAITING = "waiting", _("waiting for its turn")
    PROCESSING = "processing", _("being made playable")
    PLAYABLE = "playable", _("playable, more sizes on the way")
    READY = "ready", _("ready")
    FAILED = "failed", _("could not be converted")
    CANCELLED = "cancelled", _("cancelled")


class AuditFinding(models.TextChoices):
    """What is known to be wrong with the files of a finished video; empty: nothing."""

    DAMAGED = "damaged", _("damaged, being made anew")
    NO_ORIGINAL = "no_original", _("damaged, and there is no original to make it anew from")
    REPAIR_FAILED = "repair_failed", _("faulty, and making it anew is of no use")
    UNCHECKED = "unchecked", _("could not be examined")


# An examination found that something is wrong.
DAMAGE_FINDINGS = (AuditFinding.DAMAGED, AuditFinding.NO_ORIGINAL, AuditFinding.REPAIR_FAILED)

# A page can show the video in these.
PLAYABLE_STATUSES = (VideoStatus.PLAYABLE, VideoStatus.READY)
UNFINISHED_STATUSES = (VideoStatus.WAITING, VideoStatus.PROCESSING, VideoStatus.PLAYABLE)
