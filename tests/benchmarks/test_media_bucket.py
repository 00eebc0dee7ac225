"""The S3 server is away for a minute while films are examined, made and sent to it."""

import time
from functools import partial
from pathlib import Path

import pytest
from pytest_django import Settings

from cms.jobs.enums import JobStatus
from cms.jobs.models import Job
from cms.videos.queries import FIRST_PLAY, LADDER
from tests.benchmarks.figures import Figures
from tests.benchmarks.films import all_ready, clip, job_is_at, send
from tests.factories.processes import eventually
from tests.factories.transports import EMBEDDED, TRANSPORTS, workers
from tests.services.conftest import ORIGINALS, RENDITIONS, have_server, lie_in_buckets
from tests.services.versitygw import KEY, REGION, SECRET, Versitygw

pytestmark = [pytest.mark.ffmpeg, pytest.mark.timeout(3600), pytest.mark.django_db(transaction=True)]
BUCKETS = {"WEIKE_S3_BUCKET": ORIGINALS, "WEIKE_S3_RENDITIONS_BUCKET": RENDITIONS}
# The lease of the settings as it is shipped; and one that lets a check be short.
LEASES = {True: ("60", "10"), False: ("3", "1")}


@pytest.mark.usefixtures("_empty_disk")
def test_a_minute_without_the_s3_server_costs_no_attempt_and_no_video(
    figures: Figures, tmp_path: Path, settings: Settings
) -> None:
    data = clip(tmp_path, seconds=24 if figures.full_size else 1)
    lease, beat = LEASES[figures.full_size]
    where = {"WEIKE_JOB_LEASE_S": lease, "WEIKE_JOB_HEARTBEAT_S": beat}
    for how in TRANSPORTS if figures.full_size else (EMBEDDED,):
        with have_server(lambda: Versitygw(ORIGINALS, RENDITIONS)) as server:
            where |= keep_files_in(server, settings)
            with workers(how, "-m", "tests.factories.mortal_worker", str(tmp_path), **where):
                seconds = recover(server, data, away_s=60 if figures.full_size else 1)
        work = Job.objects.filter(kind__in=[FIRST_PLAY, LADDER])
        assert set(work.values_list("status", "attempts")) == {(JobStatus.DONE, 1)}
        figures.at_most(
            60, f"two videos complete after the return of an S3 server that was away for a minute, {how}", seconds, "s"
        )


def keep_files_in(server: Versitygw, settings: Settings) -> dict[str, str]:
    """Let this process keep its files in the server's buckets, and return what lets a worker do the same."""
    lie_in_buckets(server, settings)
    access = {"ENDPOINT": server.url, "ACCESS_KEY": KEY, "SECRET_KEY": SECRET, "REGION": REGION}
    return {f"WEIKE_S3_{name}": value for name, value in access.items()} | BUCKETS


def recover(server: Versitygw, data: bytes, *, away_s: float) -> float:
    """Take the server away while the first of two films is made; return how long after its return both are complete."""
    send(data)
    eventually(partial(job_is_at, LADDER, 0.1))
    send(data)
    server.kill()
    time.sleep(away_s)
    assert not all_ready()
    server.start()
    back = time.monotonic()
    eventually(all_ready, patience_s=900)
    over = Job.objects.filter(kind=LADDER, status=JobStatus.RUNNING)
    eventually(lambda: not over.exists())
    return time.monotonic() - back
