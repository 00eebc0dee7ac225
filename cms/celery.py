"""The Celery application of the many-machine shape. It knows one task: run what the database already knows about."""

import os
import socket
import time
from typing import Any

from celery import Celery
from celery.signals import heartbeat_sent
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.production")

TASK_NAME = "cms.run_task"

app = Celery("cms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    # Job rows are the truth about work; Celery keeps no results and hands a message back when its process dies.
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_default_queue="default",
    # A broker that is away must not hold up the person who pressed a button: the reaper offers the job again.
    broker_connection_retry_on_startup=True,
    task_publish_retry=False,
    broker_transport_options={"socket_connect_timeout": 3, "socket_timeout": 10},
    worker_hijack_root_logger=False,
)


@app.task(name=TASK_NAME)
def run_task(path: str, args: list[Any], kwargs: dict[str, Any]) -> None:
    """Call the function of the django_tasks task that lies at the dotted path.

    Raises TypeError for a path that leads to anything else: a message may not call what it likes.
    """
    from django_tasks.base import Task

    task = import_string(path)
    if not isinstance(task, Task):
        raise TypeError(f"{path} is no task")
    task.func(*args, **kwargs)


@heartbeat_sent.connect
def show_life(**_signal: Any) -> None:
    """Say in the database that this worker lives, for each lane it serves: upload pages and /readyz ask there."""
    from django.conf import settings

    from cms.jobs.enums import Lane
    from cms.jobs.services import beat

    if time.monotonic() - _last_beat["at"] < settings.JOB_HEARTBEAT.total_seconds() / 2:
        return
    _last_beat["at"] = time.monotonic()
    for queue in set(app.amqp.queues.consume_from) & set(Lane.values):
        beat(f"celery-{socket.gethostname()[:30]}-{os.getpid()}-{queue}", lane=queue)


# When the last sign of life was written; Celery's own heartbeat comes every two seconds.
_last_beat = {"at": -1e9}
