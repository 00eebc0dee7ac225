"""Prometheus metrics of the web processes: what each counted, added up when somebody asks.

Where several processes serve, each keeps its numbers in a file below settings.METRICS_DIR (prometheus_client's way of
doing it, which reads the same name from the environment); one process alone needs no files.
"""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

REGISTRY = CollectorRegistry()
REQUESTS = Counter("weike_requests", "Requests by view and status class.", ["view", "status"], registry=REGISTRY)
SECONDS = Histogram(
    "weike_request_seconds",
    "Server time of requests by view.",
    ["view"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)
# Every metric has a label: one without makes its file in METRICS_DIR when this module is imported, also for a command
# that runs before that folder is there.
UPLOAD_BYTES = Counter(
    "weike_upload_bytes", "Bytes of uploads that were kept, by how they were checked.", ["checksum"], registry=REGISTRY
)
UPLOADS_REFUSED = Counter(
    "weike_upload_refused", "Requests of uploads that were refused, by code.", ["code"], registry=REGISTRY
)


class Several(Collector):
    """Some metrics that were read just now."""

    def __init__(self, metrics: list[Metric]) -> None:
        self.metrics = metrics

    def collect(self) -> Iterator[Metric]:
        yield from self.metrics


def observe_request(view: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    REQUESTS.labels(view=view, status=f"{status // 100}xx").inc()
    SECONDS.labels(view=view).observe(seconds)


def observe_upload(received: int, *, checksum: str) -> None:
    """Count bytes that a request brought and that are here for good; `checksum` is its algorithm or "none"."""
    make_place()
    UPLOAD_BYTES.labels(checksum=checksum).inc(received)


def observe_refusal(code: str) -> None:
    """Count a request of an upload that was refused."""
    make_place()
    UPLOADS_REFUSED.labels(code=code).inc()


def make_place() -> None:
    """Make the folder of the counts: commands send files in too, also before any server made it."""
    if settings.METRICS_DIR:
        Path(settings.METRICS_DIR).mkdir(parents=True, exist_ok=True)


def exposition(gauges: list[Metric]) -> bytes:
    """Return what all processes counted, and the gauges, in the text format of Prometheus."""
    registry = CollectorRegistry()
    if settings.METRICS_DIR:
        MultiProcessCollector(registry, path=settings.METRICS_DIR)  # type: ignore[no-untyped-call]  # as it comes
    else:
        registry.register(Several(list(REGISTRY.collect())))
    registry.register(Several(gauges))
    return generate_latest(registry)
