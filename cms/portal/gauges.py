"""Numbers about rows, read from the database when they are scraped: the same whichever process answers."""

from typing import Any

from django.db.models import Count, QuerySet
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from cms.jobs.models import Job
from cms.videos.models import Upload, Video
from search.query import backlog


def read_gauges() -> list[Metric]:
    """Read every gauge: three grouped counts and one subtraction."""
    return [
        counted("weike_jobs", "Jobs by lane and status.", Job.objects.all(), "lane", "status"),
        counted("weike_videos", "Videos by status.", Video.objects.all(), "status"),
        counted("weike_uploads", "Uploads by state.", Upload.objects.all(), "state"),
        GaugeMetricFamily("weike_search_backlog", "Changes the slowest index has not seen yet.", value=backlog()),
    ]


def counted(name: str, text: str, rows: QuerySet[Any], *labels: str) -> GaugeMetricFamily:
    """Return a gauge with the number of rows for each combination of these columns."""
    gauge = GaugeMetricFamily(name, text, labels=labels)
    for *values, count in rows.order_by().values_list(*labels).annotate(n=Count("pk")):
        gauge.add_metric([str(value) for value in values], count)
    return gauge
