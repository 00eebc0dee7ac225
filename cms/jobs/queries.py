"""Reads about work: what waits, in which order, how long it will take, who works."""

from datetime import datetime, timedelta
from statistics import median

from django.conf import settings
from django.db.models import Max, Q, QuerySet

from cms.core.clock import now
from cms.jobs.enums import OPEN_STATUSES, JobStatus
from cms.jobs.fairness import Waiting, order_of_turns
from cms.jobs.models import Job, WorkerBeat

# Beyond this many waiting jobs the exact order does not matter to anybody.
LOOKED_AT = 1000
HISTORY = 20
CERTAIN_ENOUGH = 0.02


def waiting_jobs(at: datetime) -> QuerySet[Job]:
    """Return jobs that may be started at the instant: queued and due, or running on an expired lease."""
    due = Q(status=JobStatus.QUEUED, run_after__lte=at)
    expired = Q(status=JobStatus.RUNNING, lease_until__lt=at)
    return Job.objects.filter(due | expired)


def turns(lane: str, at: datetime) -> list[int]:
    """Return the keys of the jobs of a lane in the order in which they will be started."""
    rows = waiting_jobs(at).filter(lane=lane).order_by("created_at", "pk")
    waiting = [Waiting(*row) for row in rows.values_list("pk", "owner_id", "created_at")[:LOOKED_AT]]
    owners = {job.owner for job in waiting}
    if len(owners) < 2:  # noqa: PLR2004  # one person needs no turns
        return [job.pk for job in waiting]
    latest = Job.objects.filter(lane=lane, owner__in=owners - {None}, started_at__isnull=False)
    served: dict[int | None, datetime] = dict(latest.values_list("owner").annotate(at=Max("started_at")).order_by())
    if None in owners:
        own = Job.objects.filter(lane=lane, owner=None, started_at__isnull=False).aggregate(at=Max("started_at"))["at"]
        served.update({None: own} if own else {})
    return order_of_turns(waiting, served)


def queue_position(job: Job) -> int:
    """Return how many jobs will be started before this one; 0 when it is next or no longer waits."""
    if job.status != JobStatus.QUEUED:
        return 0
    ahead = turns(job.lane, max(now(), job.run_after))
    return ahead.index(job.pk) if job.pk in ahead else len(ahead)


def eta_s(job: Job) -> int | None:
    """Return the expected seconds until the job is done, or None when there is nothing to judge by."""
    if job.status == JobStatus.RUNNING:
        return remaining_s(job, now())
    if job.status != JobStatus.QUEUED:
        return None
    own = usual_seconds(job)
    if own is None:
        return None
    at = now()
    before = turns(job.lane, max(at, job.run_after))
    before = before[: before.index(job.pk)] if job.pk in before else before
    ahead = sum(usual_seconds(other) or 0.0 for other in Job.objects.filter(pk__in=before[:HISTORY]))
    busy = Job.objects.filter(lane=job.lane, status=JobStatus.RUNNING, lease_until__gte=at).first()
    running = (remaining_s(busy, at) or 0) if busy else 0
    pause = max(0.0, (job.run_after - at).total_seconds())
    return round(max(pause, running + ahead) + own)


def remaining_s(job: Job, at: datetime) -> int | None:
    """Return the seconds a running job still needs, judged by its own progress or else by its kind's history."""
    elapsed = (at - job.started_at).total_seconds() if job.started_at else 0.0
    if job.progress >= CERTAIN_ENOUGH:
        return round(elapsed / job.progress * (1 - job.progress))
    usual = usual_seconds(job)
    return None if usual is None else round(max(0.0, usual - elapsed))


def usual_seconds(job: Job) -> float | None:
    """Return what a job of this kind and size takes, from the last ones that were done."""
    done = Job.objects.filter(kind=job.kind, status=JobStatus.DONE, started_at__isnull=False, size__gt=0)
    rows = done.order_by("-finished_at").values_list("started_at", "finished_at", "size")[:HISTORY]
    paces = [(end - start).total_seconds() / size for start, end, size in rows if start and end]
    return median(paces) * job.size if paces else None


def open_job(key: str) -> Job | None:
    """Return the queued or running job with this key, if there is one."""
    return Job.objects.filter(idempotency_key=key, status__in=OPEN_STATUSES).first()


def latest_job(key: str) -> Job | None:
    """Return the newest job with this key in whatever state."""
    return Job.objects.filter(idempotency_key=key).order_by("-pk").first()


def beat_is_fresh_after(at: datetime) -> datetime:
    """Return the instant after which a worker's last sign of life counts as alive."""
    patience: timedelta = max(settings.JOB_HEARTBEAT * 3, timedelta(seconds=5))
    return at - patience


def worker_is_alive(lane: str | None = None) -> bool:
    """Return whether a worker (of the lane) gave a sign of life lately; `/readyz` and upload pages ask."""
    alive = WorkerBeat.objects.filter(beat_at__gt=beat_is_fresh_after(now()))
    return (alive.filter(lane=lane) if lane else alive).exists()
