"""What others ask of this room: put work in, take it back, try again; and the housekeeping of the lanes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import now
from cms.core.errors import StaleState
from cms.jobs import lifecycle, transport
from cms.jobs.enums import OPEN_STATUSES, JobStatus, Lane
from cms.jobs.models import Job, ScheduledRun, WorkerBeat
from cms.jobs.queries import beat_is_fresh_after, open_job
from cms.jobs.registry import attempts_for, tell
from cms.jobs.schedule import SCHEDULE_KIND, Periodic, periodic_work

log = structlog.get_logger("weike.jobs")
KEEP_DONE = timedelta(days=90)
KEEP_MESSAGES = timedelta(days=1)
OFFERED_AT_ONCE = 10


@transaction.atomic
def enqueue(
    kind: str,
    payload: dict[str, Any],
    *,
    lane: str = Lane.SMALL,
    key: str | None = None,
    owner: User | None = None,
    run_after: datetime | None = None,
    size: float = 1.0,
) -> Job:
    """Put one piece of work in, in the caller's transaction; it is offered to the workers on commit.

    While a job with the same `key` is queued or running, that one is returned and nothing is added. `size` is the
    expected work in a unit of the kind's own (seconds of video, rows) and only serves estimates.
    """
    if key and (existing := open_job(key)):
        return existing
    at = now()
    job = Job(
        kind=kind,
        payload=payload,
        lane=lane,
        owner=owner,
        idempotency_key=key or "",
        size=size,
        max_attempts=attempts_for(kind),
        run_after=run_after or at,
        created_at=at,
        offered_at=at,
    )
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:
        # Somebody else put the same work in between our look and our insert.
        existing = open_job(key or "")
        if existing is None:
            raise
        return existing
    if job.run_after <= at:
        transport.offer(job)
    return job


@transaction.atomic
def cancel(job: Job, *, actor: User | None, reason: str) -> bool:
    """End a queued or running job; a running handler notices within two seconds. Return whether it was still open."""
    moved = lifecycle.advance(job, JobStatus.CANCELLED, actor=actor, reason=reason)
    if moved and actor is not None and actor.pk != job.owner_id:
        record_act("jobs.cancel", actor=actor, target=job, reason=reason)
    if moved:
        tell(job, failed=False)
    return moved


def hold_open(keys: list[str]) -> None:
    """Keep the open jobs under the keys as they are until the transaction ends.

    For whoever changes what they work on: a worker that publishes holds its job first and then the rows it writes, so
    everybody takes them in that order, and none waits for the other for ever. One that we waited for may have put the
    next in meanwhile, so we look until there is nothing new.
    """
    found = Job.objects.select_for_update().filter(idempotency_key__in=keys, status__in=OPEN_STATUSES).order_by("pk")
    held: set[int] = set()
    while more := set(found.exclude(pk__in=held).values_list("pk", flat=True)):
        held |= more


@transaction.atomic
def retry(job: Job, *, actor: User | None) -> Job:
    """Queue a failed or cancelled job again with all its attempts.

    Raises StaleState when it is not over, was done, or the same work is already open under its key.
    """
    if job.idempotency_key and open_job(job.idempotency_key):
        raise StaleState(_("This work is already waiting or running."), code="already_open")
    at = now()
    if not lifecycle.advance(
        job,
        JobStatus.QUEUED,
        actor=actor,
        reason="retry",
        attempts=0,
        progress=0.0,
        result={},
        run_after=at,
        offered_at=at,
        finished_at=None,
        error_code="",
        error_message="",
        error_permanent=False,
    ):
        raise StaleState(_("Only work that failed or was cancelled can be tried again."), code="not_retryable")
    if actor is not None and actor.pk != job.owner_id:
        record_act("jobs.retry", actor=actor, target=job)
    transport.offer(job)
    return job


@transaction.atomic
def fail(
    job: Job,
    *,
    code: str,
    message: str,
    permanent: bool,
    fence: int | None = None,
    expired_at: datetime | None = None,
) -> bool:
    """End a job as failed and let its room know in the same transaction; return False when it was not ours to end.

    `fence` and `expired_at` as for `lifecycle.advance`. A room that cannot hear of it does not keep the job open.
    """
    moved = lifecycle.advance(
        job,
        JobStatus.FAILED,
        actor=None,
        reason=code,
        fence=fence,
        expired_at=expired_at,
        error_code=code,
        error_message=message[:2000],
        error_permanent=permanent,
    )
    if not moved:
        return False
    try:
        with transaction.atomic():
            tell(job, failed=True)
    except Exception:
        # An open job whose room raises would be ended again every few seconds, for ever, and hold the lane up.
        log.exception("jobs.room_not_told", job=job.pk, kind=job.kind)
    return True


def reap(at: datetime | None = None) -> int:
    """Give work of dead workers back, end what died too often, wake idle lanes; return how many leases had expired."""
    at = at or now()
    expired = list(Job.objects.filter(status=JobStatus.RUNNING, lease_until__lt=at))
    for job in expired:
        try:
            take_back(job, at)
        except Exception:
            # One job must not keep the others from going back.
            log.exception("jobs.reap_failed", job=job.pk, kind=job.kind)
    wake_idle_lanes(at)
    bury_dead_workers(at)
    return len(expired)


@transaction.atomic
def take_back(job: Job, at: datetime) -> None:
    """Queue a job whose lease ran out before the instant once more, or end it when no attempt is left."""
    if job.attempts >= job.max_attempts:
        message = "The worker stopped each time."
        fail(job, code="worker_lost", message=message, permanent=False, fence=job.fence, expired_at=at)
    elif lifecycle.advance(
        job, JobStatus.QUEUED, actor=None, reason="lease expired", fence=job.fence, expired_at=at, run_after=at
    ):
        transport.offer(job)


def wake_idle_lanes(at: datetime) -> None:
    """Offer due work again where nobody works: its message was lost, or it only now became due."""
    for lane in Lane.values:
        jobs = Job.objects.filter(lane=lane)
        if jobs.filter(status=JobStatus.RUNNING, lease_until__gte=at).exists():
            continue
        stale = jobs.filter(status=JobStatus.QUEUED, run_after__lte=at, offered_at__lt=at - settings.JOB_LEASE / 4)
        for job in stale.order_by("run_after", "pk")[:OFFERED_AT_ONCE]:
            Job.objects.filter(pk=job.pk).update(offered_at=at)
            transport.offer(job)


def bury_dead_workers(at: datetime) -> None:
    """Forget workers without a sign of life for a day, and close the messages that silent ones left open."""
    silent = list(WorkerBeat.objects.filter(beat_at__lte=beat_is_fresh_after(at)).values_list("name", flat=True))
    if silent and transport.is_embedded():
        transport.close_messages_of(silent)
    WorkerBeat.objects.filter(beat_at__lt=at - timedelta(days=1)).delete()


def beat(name: str, *, lane: str) -> None:
    """Note a sign of life of a worker process."""
    at = now()
    WorkerBeat.objects.update_or_create(
        name=name,
        defaults={"lane": lane, "beat_at": at},
        create_defaults={"lane": lane, "beat_at": at, "started_at": at},
    )


def say_goodbye(name: str) -> None:
    """Take a worker that ended in order off the list."""
    WorkerBeat.objects.filter(name=name).delete()


def start_due_work(at: datetime | None = None) -> list[Job]:
    """Queue the periodic work that fell due, each due time once wherever clocks tick, and return what was queued."""
    at = at or now()
    started = [start_run(work, due_at(work.every, at)) for work in periodic_work()]
    return [job for job in started if job is not None]


def start_run(work: Periodic, due: datetime) -> Job | None:
    """Queue one due run, unless it was queued before, here or elsewhere."""
    if ScheduledRun.objects.filter(name=work.name, due_at=due).exists():
        return None
    try:
        with transaction.atomic():
            run = ScheduledRun.objects.create(name=work.name, due_at=due)
            # A run that takes longer than its period is not piled upon: the open job is shared.
            run.job = enqueue(SCHEDULE_KIND, {"name": work.name}, key=f"schedule:{work.name}")
            run.save(update_fields=["job"])
    except IntegrityError:
        return None
    return run.job


def due_at(every: timedelta, at: datetime) -> datetime:
    """Return the latest instant at or before `at` that is a whole number of periods after 1970."""
    period = every.total_seconds()
    return datetime.fromtimestamp(at.timestamp() // period * period, tz=UTC)


def forget_old_work(at: datetime | None = None) -> int:
    """Delete jobs that were done long ago, old due times and old messages; failed jobs stay until somebody looks."""
    at = at or now()
    deleted, _by_model = Job.objects.filter(
        status__in=[JobStatus.DONE, JobStatus.CANCELLED], finished_at__lt=at - KEEP_DONE
    ).delete()
    ScheduledRun.objects.filter(due_at__lt=at - KEEP_DONE).delete()
    if transport.is_embedded():
        transport.forget_messages(at - KEEP_MESSAGES)
    return int(deleted)
