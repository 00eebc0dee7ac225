"""Work for tests."""

from typing import Any

import factory

from cms.core.clock import now
from cms.jobs.enums import Lane
from cms.jobs.models import Job
from cms.jobs.runner import run_next
from cms.jobs.transport import run_one_message


class JobFactory(factory.django.DjangoModelFactory[Job]):
    """A queued job of a kind that `tests.cms.jobs` registers."""

    class Meta:
        model = Job

    kind = "test.note"
    payload: Any = factory.LazyFunction(dict)
    lane = Lane.SMALL
    run_after = factory.LazyFunction(now)
    created_at = factory.LazyFunction(now)
    offered_at = factory.LazyFunction(now)


def run_waiting_jobs(*lanes: str) -> int:
    """Do in this process all work that is due (of the lanes), also what it brings about, and return how much it was.

    Work that takes longer than a moment needs a test with `django_db(transaction=True)`: a watcher beside it has a
    connection of its own and must see the rows.
    """
    done = 0
    while any(run_next(lane, worker="suite") for lane in lanes or Lane.values):
        done += 1
    return done


def carry_messages() -> None:
    """Do what the worker of small work would do with the messages that wait now."""
    while run_one_message(["small", "default"], "w1"):
        pass
