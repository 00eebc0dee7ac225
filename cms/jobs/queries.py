"""Reads about work: what waits, in which order, how long it will take, who works."""

from collections.abc import Iterable
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
AT_ONCE = timedelta(seconds=1)


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


def others_wait_to_begin(job: Job) -> bool:
    """Return whether another person's work in the job's lane is due and was never begun.

    What fell due within the last second does not count: a worker that has nothing to do takes it.
    """
    waiting = Job.objects.filter(
        lane=job.lane, status=JobStatus.QUEUED, started_at=None, run_after__lte=now() - AT_ONCE
    )
    return waiting.exclude(owner=job.owner_id).exists()


class Outlook:
    """What lies before jobs now, looked up once for as many jobs as are asked about."""

    def __init__(self) -> None:
        self.at = now()
        self.lines: dict[str, list[Job]] = {}
        self.running: dict[str, Job | None] = {}
        self.paces: dict[str, float | None] = {}
        self.alive: set[str] | None = None

    def line(self, lane: str) -> list[Job]:
        """Return the jobs of a lane that may be started now, in the order of their turns."""
        if lane not in self.lines:
            order = turns(lane, self.at)
            jobs = Job.objects.only("kind", "size", "lane").in_bulk(order)
            self.lines[lane] = [jobs[pk] for pk in order if pk in jobs]
        return self.lines[lane]

    def before(self, job: Job) -> list[Job]:
        """Return the jobs that will be started before this one."""
        line = self.line(job.lane)
        keys = [other.pk for other in line]
        return line[: keys.index(job.pk)] if job.pk in keys else line

    def queue_position(self, job: Job) -> int:
        """Return how many jobs will be started before this one; 0 when it is next or no longer waits."""
        return len(self.before(job)) if job.status == JobStatus.QUEUED else 0

    def eta_s(self, job: Job) -> int | None:
        """Return the expected seconds until the job is done, or None when there is nothing to judge by."""
        if job.status == JobStatus.RUNNING:
            return self.remaining_s(job)
        own = self.usual_seconds(job)
        if job.status != JobStatus.QUEUED or own is None:
            return None
        busy = self.busy(job.lane)
        running = (self.remaining_s(busy) or 0) if busy else 0
        ahead = sum(self.usual_seconds(other) or 0.0 for other in self.before(job))
        pause = max(0.0, (job.run_after - self.at).total_seconds())
        return round(max(pause, running + ahead) + own)

    def busy(self, lane: str) -> Job | None:
        """Return the job that is being done in the lane."""
        if lane not in self.running:
            held = Job.objects.filter(lane=lane, status=JobStatus.RUNNING, lease_until__gte=self.at)
            self.running[lane] = held.first()
        return self.running[lane]

    def remaining_s(self, job: Job) -> int | None:
        """Return the seconds a running job still needs, judged by its own progress or else by its kind's history."""
        elapsed = (self.at - job.started_at).total_seconds() if job.started_at else 0.0
        if job.progress >= CERTAIN_ENOUGH:
            return round(elapsed / job.progress * (1 - job.progress))
        usual = self.usual_seconds(job)
        return None if usual is None else round(max(0.0, usual - elapsed))

    def usual_seconds(self, job: Job) -> float | None:
        """Return what a job of this kind and size takes, from the last ones that were done."""
        if job.kind not in self.paces:
            self.paces[job.kind] = pace_of(job.kind)
        pace = self.paces[job.kind]
        return None if pace is None else pace * job.size

    def is_attended(self, lane: str) -> bool:
        """Return whether a worker of the lane gave a sign of life lately."""
        if self.alive is None:
            fresh = WorkerBeat.objects.filter(beat_at__gt=beat_is_fresh_after(self.at))
            self.alive = set(fresh.values_list("lane", flat=True))
        return lane in self.alive


def pace_of(kind: str) -> float | None:
    """Return the usual seconds for each unit of size of a kind of job, from the last ones that were done."""
    done = Job.objects.filter(kind=kind, status=JobStatus.DONE, started_at__isnull=False, size__gt=0)
    rows = done.order_by("-finished_at").values_list("started_at", "finished_at", "size")[:HISTORY]
    paces = [(end - start).total_seconds() / size for start, end, size in rows if start and end]
    return median(paces) if paces else None


def queue_position(job: Job) -> int:
    """Return how many jobs will be started before this one; 0 when it is next or no longer waits."""
    return Outlook().queue_position(job)


def eta_s(job: Job) -> int | None:
    """Return the expected seconds until the job is done, or None when there is nothing to judge by."""
    return Outlook().eta_s(job)


def latest_jobs(keys: Iterable[str]) -> dict[str, Job]:
    """Return the newest job of each key that has one, in whatever state (one query)."""
    return {job.idempotency_key: job for job in Job.objects.filter(idempotency_key__in=list(keys)).order_by("pk")}


def open_job(key: str) -> Job | None:
    """Return the queued or running job with this key, if there is one."""
    return Job.objects.filter(idempotency_key=key, status__in=OPEN_STATUSES).first()


def beat_is_fresh_after(at: datetime) -> datetime:
    """Return the instant after which a worker's last sign of life counts as alive."""
    patience: timedelta = max(settings.JOB_HEARTBEAT * 3, timedelta(seconds=5))
    return at - patience


def worker_is_alive(lane: str | None = None) -> bool:
    """Return whether a worker (of the lane) gave a sign of life lately; `/readyz` and upload pages ask."""
    alive = WorkerBeat.objects.filter(beat_at__gt=beat_is_fresh_after(now()))
    return (alive.filter(lane=lane) if lane else alive).exists()
