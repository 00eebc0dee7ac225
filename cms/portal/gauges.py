"""Numbers about rows, read from the database when they are scraped."""

from django.db.models import Count
from prometheus_client import Gauge

from cms.core.metrics import REGISTRY
from cms.jobs.models import Job
from cms.videos.models import Upload, Video
from search.query import backlog

JOBS = Gauge("weike_jobs", "Jobs by lane and status.", ["lane", "status"], registry=REGISTRY)
VIDEOS = Gauge("weike_videos", "Videos by status.", ["status"], registry=REGISTRY)
UPLOADS = Gauge("weike_uploads", "Uploads by state.", ["state"], registry=REGISTRY)
SEARCH_BACKLOG = Gauge("weike_search_backlog", "Changes the slowest index has not seen yet.", registry=REGISTRY)


def refresh_gauges() -> None:
    """Read every gauge anew; three grouped counts and one subtraction."""
    for gauge in (JOBS, VIDEOS, UPLOADS):
        gauge.clear()
    for lane, status, count in Job.objects.values_list("lane", "status").annotate(n=Count("pk")).order_by():
        JOBS.labels(lane=lane, status=status).set(count)
    for status, count in Video.objects.values_list("status").annotate(n=Count("pk")).order_by():
        VIDEOS.labels(status=status).set(count)
    for state, count in Upload.objects.values_list("state").annotate(n=Count("pk")).order_by():
        UPLOADS.labels(state=state).set(count)
    SEARCH_BACKLOG.set(backlog())
