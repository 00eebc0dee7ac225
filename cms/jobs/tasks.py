"""The only task in the project."""

import os
import socket
import uuid

from django_tasks import task

from cms.jobs import transport
from cms.jobs.models import Job
from cms.jobs.runner import run_next

# One name for each process: host and number would return after a restart, so a random part is added.
WORKER_NAME = f"{socket.gethostname()[:30]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"


@task(queue_name="small")
def run_job(job_id: int) -> None:
    """Run one job of the lane that job N waits in: the one whose turn it is, which is N unless somebody else's is due.

    As many jobs are run as messages are sent, so people take turns on every transport. A message that comes twice
    or late finds nothing to do.
    """
    lane = Job.objects.filter(pk=job_id).values_list("lane", flat=True).first()
    if lane is not None:
        run_next(lane, worker=WORKER_NAME)


transport.carry_with(run_job)
