"""Numbers about rows and disks, read when they are scraped: those about rows are the same whichever process answers."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db.models import Count, QuerySet
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from cms.core.clock import now
from cms.jobs import overview
from cms.jobs.models import Job
from cms.videos.models import Upload, Video
from cms.videos.queries import LADDER, REPAIR, reserved_bytes, suspect_videos
from search.models import DeadLetter
from search.query import backlog, open_breakers


def read_gauges() -> list[Metric]:
    """Read every gauge; the number of queries does not depend on how much there is."""
    at = now()
    return [
        counted("weike_jobs", "Jobs by lane and status.", Job.objects.all(), "lane", "status"),
        *lanes(at),
        *lately(at),
        family(
            "weike_job_failures",
            "Jobs that failed and nobody tried again.",
            {(kind, code): count for kind, code, count in overview.failures()},
            "kind",
            "code",
        ),
        counted("weike_videos", "Videos by status.", Video.objects.all(), "status"),
        counted("weike_videos_damaged", "Finished videos by what is wrong.", suspect_videos(), "audit_code"),
        counted("weike_uploads", "Uploads by state.", Upload.objects.all(), "state"),
        single("weike_upload_reserved_bytes", "Bytes promised to uploads that arrive.", reserved_bytes(at)),
        family("weike_disk_free_bytes", "Room on the disk of a folder, on this node.", free_bytes(), "place"),
        *indexes(),
    ]


def lanes(at: datetime) -> list[Metric]:
    """Return how each lane is."""
    states = overview.lanes(at)
    return [
        family(
            "weike_job_oldest_seconds",
            "For how long the first due job has waited.",
            {(state.lane.value,): state.oldest_s for state in states},
            "lane",
        ),
        family(
            "weike_workers",
            "Workers with a fresh sign of life.",
            {(state.lane.value,): state.workers for state in states},
            "lane",
        ),
    ]


def lately(at: datetime) -> list[Metric]:
    """Return what was done within the last hour."""
    seconds: dict[tuple[str, ...], float] = {
        (length.kind, quantile): value
        for length in overview.lengths(at)
        for quantile, value in (("0.5", length.median_s), ("0.95", length.slow_s))
    }
    media_s = overview.done_size(at, [LADDER, REPAIR])
    return [
        family("weike_job_seconds", "How long jobs took, of the last hour.", seconds, "kind", "quantile"),
        single("weike_media_seconds_encoded", "Seconds of video made in all sizes, of the last hour.", media_s),
    ]


def indexes() -> list[Metric]:
    """Return how far the indexes are behind, what they will not take, and whether a shared one is left alone."""
    waiting: dict[tuple[str, ...], float] = {(index,): count for index, count in backlog().items()}
    opened: dict[tuple[str, ...], float] = {(index,): is_open for index, is_open in open_breakers().items()}
    return [
        family("weike_search_backlog", "Changes the slowest copy of an index has not seen yet.", waiting, "index"),
        family(
            "weike_search_breaker_open",
            "1 while the web process that answers here leaves a shared index alone because it did not answer.",
            opened,
            "index",
        ),
        counted(
            "weike_search_dead_letters",
            "Documents that cannot be built or are refused.",
            DeadLetter.objects.all(),
            "index",
        ),
    ]


def free_bytes() -> dict[tuple[str, ...], float]:
    """Return how much room there is where this node keeps files; a folder that is not there has no number."""
    places = {"data": Path(settings.DATA_DIR), "uploads": Path(settings.UPLOAD_ROOT), "work": Path(settings.WORK_ROOT)}
    for name in ("originals", "renditions"):
        storage = storages[name]
        if isinstance(storage, FileSystemStorage):
            places[name] = Path(storage.location)
    return {(name,): shutil.disk_usage(place).free for name, place in places.items() if place.is_dir()}


def counted(name: str, text: str, rows: QuerySet[Any], *labels: str) -> GaugeMetricFamily:
    """Return a gauge with the number of rows for each combination of these columns."""
    found = rows.order_by().values_list(*labels).annotate(n=Count("pk"))
    return family(name, text, {tuple(map(str, values)): count for *values, count in found}, *labels)


def family(name: str, text: str, values: dict[tuple[str, ...], float], *labels: str) -> GaugeMetricFamily:
    """Return a gauge with these values by their labels."""
    gauge = GaugeMetricFamily(name, text, labels=labels)
    for key, value in values.items():
        gauge.add_metric(key, value)
    return gauge


def single(name: str, text: str, value: float) -> GaugeMetricFamily:
    """Return a gauge with one value."""
    return GaugeMetricFamily(name, text, value=value)
