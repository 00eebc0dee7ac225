"""Runs one job: takes the lease, keeps it alive beside the handler, ends the job in exactly one way."""

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from cms.core.clock import now
from cms.jobs import lifecycle
from cms.jobs.enums import JobStatus
from cms.jobs.models import Job
from cms.jobs.queries import others_wait_to_begin, turns
from cms.jobs.registry import Handler, UnknownKind, handler_for
from cms.jobs.services import fail
from cms.jobs.transport import offer

log = structlog.get_logger("weike.jobs")
# How often a running job looks whether it was cancelled: well below the two seconds that are promised.
LOOK_S = 0.8
# Set when this process is asked to end: handlers stop at their next heartbeat and the lease is given back.
STOPPING = threading.Event()


class LeaseLost(Exception):  # noqa: N818  # reads as the fact it states
    """Another worker holds the job now; whatever this one made is not to be published."""


class Cancelled(LeaseLost):
    """Somebody cancelled the job while it ran."""


class Interrupted(Exception):  # noqa: N818  # see LeaseLost
    """The process is asked to end; the job goes back to the queue and costs no attempt."""


class Yielded(Exception):  # noqa: N818  # see LeaseLost
    """Somebody else's work of the lane has not begun yet and goes first; this job goes on after it."""


class JobRun:
    """One attempt at a job, as the handler sees it."""

    def __init__(self, job: Job, fence: int) -> None:
        self.job = job
        self.fence = fence
        self.progress = 0.0
        self.trouble: type[Exception] | None = None
        self.yields_from: float | None = None
        self.over = threading.Event()

    def heartbeat(self, progress: float | None = None) -> None:
        """Tell how far the work is (0 to 1, never backwards); cheap enough for every line of progress.

        Raises LeaseLost, Cancelled or Interrupted when the work has to stop.
        """
        if progress is not None:
            self.progress = min(1.0, max(self.progress, progress))
        trouble = Interrupted if STOPPING.is_set() else self.trouble
        if trouble is not None:
            raise trouble(str(self.job))

    def let_others_begin(self, *, after_s: float = 0.0) -> None:
        """Say that the next attempt goes on where this one stops, so that other people's work of the lane may begin.

        From then on, in `after_s`, the attempt ends with Yielded when there is such work, and comes back in its owner's
        turn. Saying it again changes nothing.
        """
        if self.yields_from is None:
            self.yields_from = time.monotonic() + after_s

    def go_to_the_end(self) -> None:
        """Say that what is left is not worth an interruption."""
        self.yields_from = math.inf

    def remember(self, **facts: Any) -> None:
        """Leave something for the next attempt: it stands in `job.result` until the job is done or begun anew."""
        self.job.result = {**self.job.result, **facts}
        held = Job.objects.filter(pk=self.job.pk, fence=self.fence, status=JobStatus.RUNNING)
        held.update(result=self.job.result)

    def should_stop(self) -> bool:
        """Return whether the work has to stop, for code that asks instead of catching."""
        return STOPPING.is_set() or self.trouble is not None

    def is_current(self) -> bool:
        """Return whether this attempt still holds the job."""
        return Job.objects.filter(pk=self.job.pk, fence=self.fence, status=JobStatus.RUNNING).exists()

    def is_wanted(self) -> bool:
        """Return whether somebody still wants the work, be it by another attempt than this."""
        if self.trouble is Cancelled:
            return False
        try:
            return Job.objects.filter(pk=self.job.pk, status__in=[JobStatus.QUEUED, JobStatus.RUNNING]).exists()
        except DatabaseError:
            # Asked while an attempt ends in trouble: that trouble is what has to be told.
            return True

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Open the transaction in which results are published: nobody can take the job over until it is committed.

        The job's row is held first, before any that the body takes; whoever ends a job and what it works on does the
        same (`services.hold_open`).
        Raises LeaseLost before the body when this attempt no longer holds the job.
        """
        with transaction.atomic():
            held = Job.objects.select_for_update().filter(pk=self.job.pk, fence=self.fence, status=JobStatus.RUNNING)
            if held.first() is None:
                raise LeaseLost(str(self.job))
            yield

    def watch(self) -> None:
        """Keep the lease alive and notice its loss, in a thread beside the handler, until the run is over."""
        renewed, told = time.monotonic(), 0.0
        try:
            while not self.over.wait(LOOK_S) and self.trouble is None:
                due = time.monotonic() - renewed >= settings.JOB_HEARTBEAT.total_seconds() / 2
                try:
                    if due or self.progress != told:
                        renewed, told = time.monotonic(), self.progress
                        held = lifecycle.renew(self.job.pk, self.fence, progress=told)
                    else:
                        held = self.is_current()
                    self.trouble = self.why_to_yield() if held else self.why_lost()
                except DatabaseError as error:
                    # A busy database is no reason to give up: the lease outlasts several missed beats. A connection
                    # that was cut is opened anew by the next look.
                    log.warning("jobs.heartbeat_missed", job=self.job.pk, error=str(error))
                    connection.close()
        finally:
            connection.close()

    def why_to_yield(self) -> type[Exception] | None:
        may = self.yields_from is not None and time.monotonic() >= self.yields_from
        return Yielded if may and others_wait_to_begin(self.job) else None

    def why_lost(self) -> type[Exception]:
        status = Job.objects.filter(pk=self.job.pk).values_list("status", flat=True).first()
        return Cancelled if status in (None, JobStatus.CANCELLED) else LeaseLost


def run_next(lane: str, *, worker: str) -> bool:
    """Run the job whose turn it is in the lane, and tell whether there was one."""
    for pk in turns(lane, now()):
        job = Job.objects.filter(pk=pk).first()
        fence = lifecycle.claim(job, worker=worker) if job else None
        if job is not None and fence is not None:
            run_claimed(job, fence)
            return True
    return False


def run_claimed(job: Job, fence: int) -> None:
    """Run the handler of a job that was just claimed, and end the attempt."""
    run = JobRun(job, fence)
    structlog.contextvars.bind_contextvars(job=job.pk, kind=job.kind, attempt=job.attempts)
    watcher = threading.Thread(target=run.watch, name=f"job-{job.pk}", daemon=True)
    watcher.start()
    try:
        handler = handler_for(job.kind)
        result = handler.handle(run)
        run.over.set()
        watcher.join()
        ended = lifecycle.advance(
            job, JobStatus.DONE, actor=None, reason="done", fence=fence, progress=1.0, result=result or {}
        )
        if not ended:
            log.warning("jobs.result_dropped", job=job.pk)
    except Cancelled:
        # Somebody's act, or the handler found by itself that nobody wants its work any more.
        log.warning("jobs.stopped", job=job.pk, why="cancelled")
        lifecycle.advance(job, JobStatus.CANCELLED, actor=None, reason="no longer wanted", fence=fence)
    except LeaseLost:
        # The job is still wanted; it belongs to the next worker now.
        log.warning("jobs.stopped", job=job.pk, why="lease lost")
    except Interrupted:
        give_back(job, fence, reason="worker ends")
    except Yielded:
        give_back(job, fence, reason="others begin first")
    except UnknownKind as unknown:
        fail(job, code="unknown_kind", message=str(unknown), permanent=True, fence=fence)
    except Exception as error:  # noqa: BLE001  # the one place where any error of any handler must end
        # Whatever a handler raises belongs to this one job; the lane goes on.
        settle_error(run, handler, error)
    finally:
        run.over.set()
        watcher.join()
        structlog.contextvars.unbind_contextvars("job", "kind", "attempt")


@transaction.atomic
def give_back(job: Job, fence: int, *, reason: str) -> None:
    """Return a job that was interrupted by no fault of its own; that attempt does not count."""
    given = lifecycle.advance(
        job,
        JobStatus.QUEUED,
        actor=None,
        reason=reason,
        fence=fence,
        attempts=job.attempts - 1,
        run_after=now(),
    )
    if given:
        offer(job)


def settle_error(run: JobRun, handler: Handler, error: Exception) -> None:
    """End a failed attempt: for good when the error is permanent or no attempts are left, else with a pause."""
    job, fence = run.job, run.fence
    if run.should_stop() or not run.is_wanted():
        # Stopping tears programs down, and deleting their files; what they said while dying is no failure of the job.
        if STOPPING.is_set():
            give_back(job, fence, reason="worker ends")
        elif run.trouble is Yielded:
            give_back(job, fence, reason="others begin first")
        return
    code = str(getattr(error, "code", "") or "internal")[:40]
    message = str(getattr(error, "message", "") or error or type(error).__name__)
    if getattr(error, "waits", False):
        wait(run, code=code, message=message)
        return
    permanent = bool(getattr(error, "permanent", False)) or isinstance(error, handler.permanent)
    log.warning("jobs.attempt_failed", job=job.pk, reason=code, permanent=permanent, exc_info=error)
    if permanent or job.attempts >= job.max_attempts:
        fail(job, code=code, message=message, permanent=permanent, fence=fence)
        return
    lifecycle.advance(
        job,
        JobStatus.QUEUED,
        actor=None,
        reason=code,
        fence=fence,
        run_after=lifecycle.due_again(job.attempts),
        error_code=code,
        error_message=message[:2000],
    )


def wait(run: JobRun, *, code: str, message: str) -> None:
    """Return a job that needs something which is away; it is looked for again and again, and costs no attempt."""
    log.warning("jobs.waits", job=run.job.pk, reason=code)
    lifecycle.advance(
        run.job,
        JobStatus.QUEUED,
        actor=None,
        reason=code,
        fence=run.fence,
        attempts=run.job.attempts - 1,
        run_after=now() + settings.JOB_LEASE / 4,
        error_code=code,
        error_message=message[:2000],
    )
