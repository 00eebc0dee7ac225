"""Words about work."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobStatus(models.TextChoices):
    """Where a job stands; the last three are final until somebody asks for another try."""

    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class Lane(models.TextChoices):
    """Kinds of work that never wait for each other: each lane has a process of its own."""

    FIRST_PLAY = "first_play", _("first play")
    LADDER = "ladder", _("all sizes")
    SMALL = "small", _("small work")


OPEN_STATUSES = (JobStatus.QUEUED, JobStatus.RUNNING)
