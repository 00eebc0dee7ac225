"""Carries django_tasks tasks over Celery (our own: the published backends need Django 6 or a result store)."""

from typing import Any

from django.utils import timezone
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.signals import task_enqueued
from django_tasks.utils import normalize_json

from cms.celery import TASK_NAME, app


class CeleryBackend(BaseTaskBackend):
    """Sends a task's dotted path and arguments to the Celery queue of the task's own queue name."""

    supports_defer = True

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        """Send the message. Raises what the broker's client raises when the broker is away."""
        self.validate_task(task)
        sent = app.send_task(
            TASK_NAME,
            args=[task.module_path, normalize_json(list(args)), normalize_json(dict(kwargs))],
            queue=task.queue_name,
            eta=task.run_after,
        )
        result: TaskResult[Any] = TaskResult(
            task=task,
            id=sent.id,
            status=TaskResultStatus.READY,
            enqueued_at=timezone.now(),
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=list(args),
            kwargs=dict(kwargs),
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
        task_enqueued.send(type(self), task_result=result)
        return result
