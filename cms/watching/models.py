"""What was played by whom, for resuming and completion, and private notes. Nothing about attention is kept."""

import uuid
from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.videos.models import Video


class WatchSession(models.Model):
    """One opening of a player. Its wall time by the server's clock bounds what it can have played."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watch_sessions")
    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="watch_sessions")
    started_at = models.DateTimeField(_("begun"))
    # One stream of wall time for each person, however many tabs: the player that holds it earns it.
    held_since = models.DateTimeField(_("earns time since"), null=True, blank=True)
    held_s = models.FloatField(_("seconds earned before"), default=0)
    believed_s = models.FloatField(_("seconds taken as played"), default=0)
    seq_upto = models.PositiveIntegerField(default=0)
    seq_ahead: Any = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("opening of a player")
        verbose_name_plural = _("openings of players")
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["started_at"], name="watch_session_age")]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(held_since__isnull=False), name="one_player_earns_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.video}"


class WatchProgress(models.Model):
    """How far a person is with a video: the place to go on from, and the union of what was played."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watch_progress")
    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="watch_progress")
    position_s = models.FloatField(_("place"), default=0)
    segments: Any = models.JSONField(_("played stretches"), default=list, blank=True)
    covered_s = models.FloatField(_("seconds played at least once"), default=0)
    watched_at = models.DateTimeField(_("watched"), null=True, blank=True)
    updated_at = models.DateTimeField(_("last played"))

    class Meta:
        verbose_name = _("progress with a video")
        verbose_name_plural = _("progress with videos")
        ordering = ["-updated_at"]
        constraints = [
            models.UniqueConstraint(fields=["user", "video"], name="one_progress_a_video"),
            models.CheckConstraint(condition=Q(position_s__gte=0, covered_s__gte=0), name="progress_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.video} · {self.covered_s:.0f} s"

    @property
    def fraction(self) -> float:
        """Return how much was played, 0 to 1 (0 while the length is unknown); needs the video."""
        duration = self.video.duration_s
        return min(1.0, self.covered_s / duration) if duration else 0.0

    @property
    def percent(self) -> int:
        """Return how much was played in whole percent."""
        return int(self.fraction * 100)


class PrivateNote(models.Model):
    """What a person wrote down at a moment of a video; nobody else sees it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="private_notes")
    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="private_notes")
    moment_s = models.FloatField(_("moment in seconds"), default=0, validators=[MinValueValidator(0)])
    text = models.TextField(_("note"), max_length=1000)
    created_at = models.DateTimeField(_("noted"))

    class Meta:
        verbose_name = _("private note")
        verbose_name_plural = _("private notes")
        ordering = ["moment_s", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(moment_s__gte=0), name="note_moment_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.moment_s:.0f} s"
