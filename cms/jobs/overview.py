"""What an operator asks about all work at once; how many questions that takes does not depend on how much work there is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles
from typing import Any

from django.db.models import Count, Min, QuerySet, Sum

from cms.jobs.enums import JobStatus, Lane
from cms.jobs.models import Job, WorkerBeat
from cms.jobs.queries import beat_is_fresh_after, waiting_jobs

# Over which time lengths are looked at, and how many jobs of it.
LATELY = timedelta(hours=1)
MOST = 5000


@dataclass(frozen=True, slots=True)
class LaneState:
    """How a lane is: jobs that are due, for how many seconds the first of them has been, who works."""

    lane: Lane
    waiting: int = 0
    oldest_s: float = 0.0
    running: int = 0
    workers: int = 0


@dataclass(frozen=True, slots=True)
class Length:
    """How many seconds jobs of a kind took lately: half of them at most, and nineteen of twenty."""

    kind: str
    median_s: float
    slow_s: float


def lanes(at: datetime) -> list[LaneState]:
    """Return the state of every lane (three queries)."""
    due: dict[str, tuple[int, datetime]] = {
        lane: (count, oldest)
        for lane, count, oldest in grouped(waiting_jobs(at), "lane").annotate(n=Count("pk"), oldest=Min("run_after"))
    }
    held = Job.objects.filter(status=JobStatus.RUNNING, lease_until__gte=at)
    running: dict[str, int] = dict(grouped(held, "lane").annotate(n=Count("pk")))
    alive = WorkerBeat.objects.filter(beat_at__gt=beat_is_fresh_after(at))
    workers: dict[str, int] = dict(grouped(alive, "lane").annotate(n=Count("pk")))
    return [
        LaneState(
            lane=lane,
            waiting=due[lane][0] if lane in due else 0,
            oldest_s=max(0.0, (at - due[lane][1]).total_seconds()) if lane in due else 0.0,
            running=running.get(lane, 0),
            workers=workers.get(lane, 0),
        )
        for lane in Lane
    ]


def grouped(rows: QuerySet[Any], *names: str) -> Any:
    """Return the rows in groups, ready for their sums."""
    return rows.order_by().values_list(*names)


def running_jobs() -> QuerySet[Job]:
    """Return what is being done, the longest first."""
    return Job.objects.filter(status=JobStatus.RUNNING).order_by("started_at", "pk")


def failed_jobs() -> QuerySet[Job]:
    """Return what failed and nobody tried again, the latest first."""
    return Job.objects.filter(status=JobStatus.FAILED).order_by("-finished_at", "-pk")


def failures() -> list[tuple[str, str, int]]:
    """Return (kind, code, number) of what failed and nobody tried again."""
    return list(grouped(failed_jobs(), "kind", "error_code").annotate(n=Count("pk")))


def workers() -> QuerySet[WorkerBeat]:
    """Return the workers that were heard of within a day, by lane."""
    return WorkerBeat.objects.order_by("lane", "name")


def lengths(at: datetime) -> list[Length]:
    """Return how long the jobs took that were done within the last hour, by kind (one query)."""
    done = done_lately(at).order_by("-finished_at")
    took: dict[str, list[float]] = defaultdict(list)
    for kind, start, end in done.values_list("kind", "started_at", "finished_at")[:MOST]:
        if start and end:
            took[kind].append((end - start).total_seconds())
    return [Length(kind, *spread(seconds)) for kind, seconds in sorted(took.items())]


def spread(seconds: Sequence[float]) -> tuple[float, float]:
    """Return the median and the value below which nineteen of twenty lie."""
    twentieths = quantiles(seconds, n=20, method="inclusive") if len(seconds) > 1 else [seconds[0]] * 19
    return twentieths[9], twentieths[18]


def done_size(at: datetime, kinds: Sequence[str]) -> float:
    """Return the sum of the sizes of the jobs of some kinds that were done within the last hour."""
    return float(done_lately(at).filter(kind__in=kinds).aggregate(total=Sum("size"))["total"] or 0)


def done_lately(at: datetime) -> QuerySet[Job]:
    """Return the jobs that were done within the last hour."""
    return Job.objects.filter(status=JobStatus.DONE, finished_at__gt=at - LATELY)
