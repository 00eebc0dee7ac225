"""A real worker process that also knows the suite's kind of work; run as `python -m tests.cms.jobs.cheap_worker LANE HOW`.

HOW is `embedded`, or `celery` for a Celery worker of the lane.
"""

import sys
import time

import django


def main(lane: str, how: str) -> None:
    django.setup()
    from cms.celery import app
    from cms.core.clock import now
    from cms.jobs.models import ScheduledRun
    from cms.jobs.registry import handler
    from cms.jobs.runner import JobRun, LeaseLost
    from cms.jobs.worker import LaneWorker

    @handler("test.slow", max_attempts=50)
    def slow(run: JobRun) -> None:
        steps = int(run.job.payload["steps"])
        try:
            for step in range(steps):
                run.heartbeat(step / steps)
                time.sleep(0.02)
        except LeaseLost:
            ScheduledRun.objects.create(name=f"stopped {run.job.pk}", due_at=now())
            raise
        with run.guard():
            if not ScheduledRun.objects.filter(name=f"published {run.job.pk}").exists():
                ScheduledRun.objects.create(name=f"published {run.job.pk}", due_at=now())

    if how == "celery":
        app.worker_main(["worker", "--queues", lane, "--concurrency", "1", "--loglevel", "WARNING"])
    else:
        LaneWorker(lane).run()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
