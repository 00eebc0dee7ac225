"""Prometheus metrics of the web process; gauges about rows are read from the database when scraped."""

from prometheus_client import CollectorRegistry, Counter, Histogram

REGISTRY = CollectorRegistry()
REQUESTS = Counter("weike_requests", "Requests by view and status class.", ["view", "status"], registry=REGISTRY)
SECONDS = Histogram(
    "weike_request_seconds",
    "Server time of requests by view.",
    ["view"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)


def observe_request(view: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    REQUESTS.labels(view=view, status=f"{status // 100}xx").inc()
    SECONDS.labels(view=view).observe(seconds)
