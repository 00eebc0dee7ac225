"""What is promised about work holds however it travels: in our own database, or over Redis with Celery."""

import pytest
from django.db import transaction

from cms.jobs import transport
from cms.jobs.enums import JobStatus, Lane
from cms.jobs.models import Job, ScheduledRun
from cms.jobs.services import cancel, enqueue
from tests.factories.accounts import UserFactory
from tests.factories.processes import eventually
from tests.factories.transports import TRANSPORTS, workers

pytestmark = [pytest.mark.django_db(transaction=True)]
WORKER = ("-m", "tests.cms.jobs.cheap_worker", Lane.LADDER)


def noted(what: str) -> list[str]:
    """Return what the workers wrote down about jobs."""
    return sorted(ScheduledRun.objects.filter(name__startswith=what).values_list("name", flat=True))


@pytest.mark.parametrize("how", TRANSPORTS)
def test_people_take_turns_a_second_message_changes_nothing_and_what_is_cancelled_stops(how: str) -> None:
    diligent, other = UserFactory(), UserFactory()
    with workers(how, *WORKER):
        with transaction.atomic():
            jobs = [
                enqueue("test.slow", {"steps": 2}, lane=Lane.LADDER, owner=owner)
                for owner in (diligent, diligent, diligent, other)
            ]
            for job in jobs:
                transport.offer(job)
        slow = Job.objects.filter(kind="test.slow")
        eventually(lambda: not slow.exclude(status=JobStatus.DONE).exists())
        owners = list(slow.order_by("started_at").values_list("owner", flat=True))
        assert owners == [diligent.pk, other.pk, diligent.pk, diligent.pk]
        assert set(slow.values_list("attempts", flat=True)) == {1}
        assert noted("published") == sorted(f"published {job.pk}" for job in jobs)

        endless = enqueue("test.slow", {"steps": 100_000}, lane=Lane.LADDER)
        eventually(slow.filter(pk=endless.pk, progress__gt=0).exists)
        assert cancel(endless, actor=None, reason="test")
        eventually(lambda: noted("stopped") == [f"stopped {endless.pk}"])
        assert slow.get(pk=endless.pk).status == JobStatus.CANCELLED
