"""Who completed which lesson, when, and why it counts."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from cms.ledger.models import HourEntry
from cms.lessons.models import MicroLesson


class Completion(models.Model):
    """A person completed a lesson: once, however often it is published anew."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="completions")
    lesson = models.ForeignKey(MicroLesson, on_delete=models.PROTECT, related_name="completions")
    revision = models.ForeignKey(Revision, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    completed_at = models.DateTimeField(_("completed"))
    reasons: Any = models.JSONField(_("why"), default=dict, blank=True)
    # The hours go after five years; that the lesson is completed, and why, stays.
    entry = models.ForeignKey(HourEntry, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("completed lesson")
        verbose_name_plural = _("completed lessons")
        ordering = ["-completed_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "lesson"], name="one_completion_a_lesson")]

    def __str__(self) -> str:
        return f"{self.user} · {self.lesson}"
