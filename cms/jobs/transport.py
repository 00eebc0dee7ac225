"""The one door to the task engine. It carries nothing but "run job N"; losing a message or getting it twice is harmless."""

from typing import Any, Protocol

import structlog
from django.db import transaction
from django.utils import timezone
from django_tasks import task_backends
from django_tasks.base import TaskResultStatus
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from cms.jobs.models import Job

log = structlog.get_logger("weike.jobs")


class CarriedTask(Protocol):
    """What the door needs to know about the task that `jobs.tasks` declares."""

    def using(self, *, queue_name: str) -> Any: ...


_carried: list[CarriedTask] = []


def carry_with(task: CarriedTask) -> None:
    """Tell the door which task runs jobs; `jobs.tasks` does so when it is loaded."""
    _carried[:] = [task]


def offer(job: Job) -> None:
    """Send "run job N" to the job's lane after the caller's transaction.

    A broker that is away is logged and not raised: the row is the truth, and the reaper offers it again.
    """
    pk, lane = job.pk, job.lane

    def send() -> None:
        try:
            _carried[0].using(queue_name=lane).enqueue(pk)
        except Exception:
            log.exception("jobs.offer_failed", job=pk, lane=lane)

    transaction.on_commit(send)


def is_embedded() -> bool:
    """Return whether messages travel through our own database."""
    return isinstance(task_backends["default"], DatabaseBackend)


def run_one_message(queues: list[str], worker: str) -> bool:
    """Take the next message of the queues out of our own database, run it here, and tell whether there was one."""
    ready = DBTaskResult.objects.ready().filter(queue_name__in=queues)
    if not ready.exists():  # looking needs no write lock; most looks find nothing
        return False
    with exclusive_transaction(ready.db):
        message = ready.get_locked()
        if message is not None:
            message.claim(worker)
    if message is None:
        return False
    engine_for(queues, worker).run_task(message)
    return True


def engine_for(queues: list[str], worker: str) -> Any:
    """Return django-tasks-db's own worker, used only to run one message the way it does."""
    # Only workers need it; web processes start sooner without.
    from django_tasks_db.management.commands.db_worker import Worker

    return Worker(
        queue_names=queues,
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker,
        excluded_queue_names=[],
    )


def close_messages_of(dead_workers: list[str]) -> int:
    """Mark messages that dead workers left as running; nothing in the engine itself would ever do it."""
    closed = 0
    for message in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING):
        if set(message.worker_ids) <= set(dead_workers):
            rows = DBTaskResult.objects.filter(pk=message.pk, status=TaskResultStatus.RUNNING)
            closed += rows.update(
                status=TaskResultStatus.FAILED,
                finished_at=timezone.now(),
                exception_class_path="",
                traceback="worker lost",
            )
    return closed


def forget_messages(before: Any) -> int:
    """Delete messages that ended before the instant, and return how many."""
    ended = [TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED]
    deleted, _by_model = DBTaskResult.objects.filter(status__in=ended, finished_at__lt=before).delete()
    return int(deleted)
