"""The only task in the project."""

import os
import socket
import uuid
from functools import cache

from django_tasks import task

from cms.jobs import transport
from cms.jobs.models import Job
from cms.jobs.runner import run_next


@cache
def name_of(pid: int) -> str:
    """Return the name of a process; its number would return after a restart, so a random part is added."""
    return f"{socket.gethostname()[:30]}-{pid}-{uuid.uuid4().hex[:8]}"


def worker_name() -> str:
    """Return this process's name in leases and beats: a name of its own also where processes are forked."""
    return name_of(os.getpid())


@task(queue_name="small")
def run_job(job_id: int) -> None:
    """Run one job of the lane that job N waits in: the one whose turn it is, which is N unless somebody else's is due.

    As many jobs are run as messages are sent, so people take turns on every transport. A message that comes twice
    or late finds nothing to do.
    """
    lane = Job.objects.filter(pk=job_id).values_list("lane", flat=True).first()
    if lane is not None:
        run_next(lane, worker=worker_name())


transport.carry_with(run_job)
