"""The only writer of a job's status, lease and fence: every change is one conditional update that only one can win."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db.models import F

from cms.accounts.models import User
from cms.core.clock import now
from cms.jobs.enums import JobStatus
from cms.jobs.models import Job

log = structlog.get_logger("weike.jobs")

TRANSITIONS: dict[JobStatus, tuple[JobStatus, ...]] = {
    JobStatus.QUEUED: (JobStatus.RUNNING, JobStatus.FAILED, JobStatus.CANCELLED),
    JobStatus.RUNNING: (JobStatus.QUEUED, JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED),
    JobStatus.FAILED: (JobStatus.QUEUED,),
    JobStatus.CANCELLED: (JobStatus.QUEUED,),
    JobStatus.DONE: (),
}
LONGEST_PAUSE = timedelta(minutes=10)


def advance(
    job: Job,
    to: JobStatus,
    *,
    actor: User | None,
    reason: str,
    fence: int | None = None,
    expired_at: datetime | None = None,
    **fields: Any,
) -> bool:
    """Move the job to a status if the table allows it from where it is, and tell whether it moved.

    With `fence` the move also needs the lease that the fence stands for, so that a worker that was given up for dead
    cannot end or release what another one does now, nor what waits for the next one. With `expired_at` that lease must
    have run out by then: a worker that renewed it in the meantime keeps its job.
    """
    allowed = [status for status, targets in TRANSITIONS.items() if to in targets]
    rows = Job.objects.filter(pk=job.pk, status__in=allowed)
    if fence is not None:
        rows = rows.filter(fence=fence, status=JobStatus.RUNNING)
    if expired_at is not None:
        rows = rows.filter(lease_until__lt=expired_at)
    if to != JobStatus.RUNNING:
        # Whoever worked under the old fence has lost the job from here on, whatever becomes of it next.
        fields |= {"lease_until": None, "worker": "", "fence": F("fence") + 1}
    if to in (JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED):
        fields["finished_at"] = now()
    moved = rows.update(status=to, **fields) == 1
    if moved:
        log.info("job", job=job.pk, kind=job.kind, to=str(to), actor=actor.pk if actor else None, reason=reason)
        job.refresh_from_db()
    return moved


def claim(job: Job, *, worker: str) -> int | None:
    """Take the lease of a waiting job and return the new fence, or None when somebody else was faster.

    One conditional update: the fence that was read must still be there, so of two workers one wins.
    """
    at = now()
    waits = Job.objects.filter(pk=job.pk, fence=job.fence, status=JobStatus.QUEUED, run_after__lte=at)
    expired = Job.objects.filter(pk=job.pk, fence=job.fence, status=JobStatus.RUNNING, lease_until__lt=at)
    rows = waits if job.status == JobStatus.QUEUED else expired
    fence = job.fence + 1
    taken = rows.filter(attempts__lt=job.max_attempts).update(
        status=JobStatus.RUNNING,
        fence=fence,
        attempts=job.attempts + 1,
        worker=worker,
        lease_until=at + settings.JOB_LEASE,
        heartbeat_at=at,
        started_at=at,
        finished_at=None,
        progress=0.0,
        error_code="",
        error_message="",
        error_permanent=False,
    )
    if not taken:
        return None
    job.refresh_from_db()
    return fence


def renew(job_pk: int, fence: int, *, progress: float | None = None) -> bool:
    """Prolong the lease and tell whether it was still held."""
    at = now()
    fields: dict[str, Any] = {"lease_until": at + settings.JOB_LEASE, "heartbeat_at": at}
    if progress is not None:
        fields["progress"] = progress
    return Job.objects.filter(pk=job_pk, fence=fence, status=JobStatus.RUNNING).update(**fields) == 1


def pause_before(attempts: int) -> timedelta:
    """Return how long to wait before the next attempt: a twelfth of a lease, then three times as long each time."""
    first: timedelta = settings.JOB_LEASE / 12
    pause: timedelta = first * 3 ** max(0, attempts - 1)
    return min(pause, LONGEST_PAUSE)


def due_again(attempts: int) -> datetime:
    """Return when a job that failed for the time being may be tried again."""
    return now() + pause_before(attempts)
