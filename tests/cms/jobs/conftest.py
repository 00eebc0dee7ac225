"""Kinds of work that only the suite knows."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult

from cms.core.clock import now
from cms.jobs import registry
from cms.jobs.models import Job
from cms.jobs.runner import STOPPING, JobRun
from cms.jobs.services import reap


class RefusedError(Exception):
    """An error that trying again cannot help."""

    code = "refused"
    message = "It cannot be done."
    permanent = True


class UnluckyError(Exception):
    code = "unlucky"
    message = "Not this time."


class AwayError(Exception):
    """Something that the work needs is away."""

    code = "away"
    message = "It will be back."
    waits = True


class Notes(list[Any]):
    """What handlers wrote down."""


@pytest.fixture
def notes(db: None) -> Iterator[Notes]:
    """Register the suite's kinds, and forget them afterwards; nobody waits for what the site's first pages had to tell."""
    DBTaskResult.objects.all().delete()
    written = Notes()
    before = dict(registry._handlers)

    @registry.handler("test.note")
    def note(run: JobRun) -> dict[str, Any]:
        written.append(run.job.payload.get("say", run.job.pk))
        return {"said": True}

    def told_failed(job: Job) -> None:
        written.append(("failed", job.error_code, job.error_permanent))

    def told_cancelled(job: Job) -> None:
        written.append(("cancelled", job.pk))

    @registry.handler("test.refuse", on_failure=told_failed)
    def refuse(run: JobRun) -> None:
        raise RefusedError

    @registry.handler("test.unlucky", on_failure=told_failed, on_cancel=told_cancelled, max_attempts=2)
    def unlucky(run: JobRun) -> None:
        raise UnluckyError

    @registry.handler("test.away", max_attempts=2)
    def away(run: JobRun) -> None:
        raise AwayError

    @registry.handler("test.value", ValueError, on_failure=told_failed)
    def value(run: JobRun) -> None:
        raise ValueError("no number")

    register_unlucky_ones(written)
    yield written
    registry._handlers.clear()
    registry._handlers.update(before)
    STOPPING.clear()


def register_unlucky_ones(written: Notes) -> None:
    """Register kinds whose room cannot hear, and whose process stands still."""

    def cannot_hear(job: Job) -> None:
        raise RuntimeError("the room above has a fault")

    @registry.handler("test.deaf", on_failure=cannot_hear, max_attempts=1)
    def deaf(run: JobRun) -> None:
        raise UnluckyError

    @registry.handler("test.stalled")
    def stalled(run: JobRun) -> None:
        # The process stood still for longer than its lease, and the small lane keeps house meanwhile.
        if run.job.attempts == 1:
            Job.objects.update(lease_until=now() - timedelta(seconds=1))
            reap()
        with run.guard():
            written.append(run.fence)
