"""Whose turn it is in a lane: people take turns, each person's jobs in the order of arrival. Pure."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job that waits. `owner` None is the system itself, which takes turns like a person."""

    pk: int
    owner: int | None
    created_at: datetime


def order_of_turns(waiting: Iterable[Waiting], served: Mapping[int | None, datetime]) -> list[int]:
    """Return the keys of the jobs in the order in which they will be started.

    `served` tells when each owner was last served in this lane: whoever waited longest for a turn comes first, so
    that ten videos of one person delay another person's only video by one job and not by ten.
    """
    queues: dict[int | None, deque[Waiting]] = {}
    for job in sorted(waiting, key=lambda job: (job.created_at, job.pk)):
        queues.setdefault(job.owner, deque()).append(job)
    owners = sorted(
        queues, key=lambda owner: (served.get(owner, NEVER), queues[owner][0].created_at, queues[owner][0].pk)
    )
    turns: list[int] = []
    while owners:
        turns.extend(queues[owner].popleft().pk for owner in owners)
        owners = [owner for owner in owners if queues[owner]]
    return turns
