"""The truth about work: what is to be done, who does it until when, what became of it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.jobs.enums import JobStatus, Lane


class Job(models.Model):
    """One piece of work. Whoever holds the lease and the newest fence may work on it and publish its result."""

    kind = models.CharField(_("kind"), max_length=60)
    payload: Any = models.JSONField(_("payload"), default=dict, blank=True)
    lane = models.CharField(_("lane"), max_length=16, choices=Lane.choices, default=Lane.SMALL)
    status = models.CharField(_("status"), max_length=16, choices=JobStatus.choices, default=JobStatus.QUEUED)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("For whom the work is done; people take turns in a lane."),
    )
    idempotency_key = models.CharField(_("key"), max_length=120, blank=True)
    size = models.FloatField(_("size"), default=1.0, help_text=_("Expected work, in the unit of its kind."))
    attempts = models.PositiveSmallIntegerField(_("attempts made"), default=0)
    max_attempts = models.PositiveSmallIntegerField(_("at most"), default=5)
    fence = models.PositiveIntegerField(_("fence"), default=0)
    worker = models.CharField(_("worker"), max_length=64, blank=True)
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    progress = models.FloatField(_("progress"), default=0.0, help_text=_("From 0 to 1."))
    error_code = models.CharField(_("error"), max_length=40, blank=True)
    error_message = models.TextField(_("what went wrong"), blank=True)
    error_permanent = models.BooleanField(_("trying again cannot help"), default=False)
    result: Any = models.JSONField(_("result"), default=dict, blank=True)
    run_after = models.DateTimeField(_("not before"))
    offered_at = models.DateTimeField(_("last offered"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["lane", "status", "run_after"], name="job_waiting"),
            models.Index(fields=["lane", "owner", "-started_at"], name="job_turns"),
            models.Index(fields=["kind", "-finished_at"], name="job_history"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["idempotency_key"],
                condition=Q(status__in=["queued", "running"]) & ~Q(idempotency_key=""),
                name="one_open_job_for_a_key",
            ),
            models.CheckConstraint(condition=Q(progress__gte=0) & Q(progress__lte=1), name="job_progress_range"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class WorkerBeat(models.Model):
    """The last sign of life of one worker process."""

    name = models.CharField(_("worker"), max_length=64, unique=True)
    lane = models.CharField(_("lane"), max_length=16, choices=Lane.choices)
    started_at = models.DateTimeField(_("started"))
    beat_at = models.DateTimeField(_("last sign of life"), db_index=True)

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ScheduledRun(models.Model):
    """Periodic work that fell due at an instant; unique, so that it is started once wherever clocks tick."""

    name = models.CharField(_("name"), max_length=60)
    due_at = models.DateTimeField(_("due"))
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("scheduled run")
        verbose_name_plural = _("scheduled runs")
        ordering = ["-due_at", "name"]
        constraints = [models.UniqueConstraint(fields=["name", "due_at"], name="one_run_for_a_due_time")]

    def __str__(self) -> str:
        return f"{self.name} {self.due_at:%Y-%m-%d %H:%M:%S}"
