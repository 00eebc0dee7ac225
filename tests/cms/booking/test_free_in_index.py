"""Whatever a request does to the lecturer's time, the index hears of it once, and only then."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from cms.booking.models import BookingRequest
from cms.booking.services import accept, cancel, counter, decline
from cms.booking.services.ending import expire
from search.models import OutboxEntry
from tests.factories.booking import Scene
from tests.factories.lecturers import evening


def noted(scene: Scene) -> int:
    return OutboxEntry.objects.filter(kind="lecturer", object_id=str(scene.lecturer.pk)).count()


def kept(scene: Scene) -> BookingRequest:
    """Return a request that keeps the time while it waits."""
    scene.rule(pending_occupies=True)
    return scene.request()


def propose(scene: Scene, row: BookingRequest) -> object:
    return counter(row, starts_at=evening(6), actor=scene.teacher, reason="那天更好")


def expired(row: BookingRequest) -> object:
    BookingRequest.objects.filter(pk=row.pk).update(answer_by=timezone.now() - timedelta(minutes=1))
    return expire(row)


ACTS: dict[str, tuple[Callable[[Scene], BookingRequest], Callable[[Scene, BookingRequest], object], int]] = {
    "a yes": (Scene.request, lambda scene, row: accept(row, actor=scene.teacher), 1),
    "a yes to what was kept": (kept, lambda scene, row: accept(row, actor=scene.teacher), 0),
    "a no": (Scene.request, lambda scene, row: decline(row, actor=scene.teacher, reason="没空"), 0),
    "a no to what was kept": (kept, lambda scene, row: decline(row, actor=scene.teacher, reason="没空"), 1),
    "another time": (Scene.request, propose, 1),
    "another time for what was kept": (kept, propose, 1),
    "calling off": (Scene.agreed, lambda scene, row: cancel(row, actor=scene.secretary, reason="改期"), 1),
    "no answer": (Scene.request, lambda _scene, row: expired(row), 0),
    "no answer to what was kept": (kept, lambda _scene, row: expired(row), 1),
}


@pytest.mark.parametrize(("begin", "act", "times"), ACTS.values(), ids=ACTS.keys())
def test_what_changes_the_lecturers_time_is_noted_once(
    scene: Scene,
    begin: Callable[[Scene], BookingRequest],
    act: Callable[[Scene, BookingRequest], object],
    times: int,
) -> None:
    row = begin(scene)
    before = noted(scene)

    act(scene, row)

    assert noted(scene) - before == times


def test_a_proposal_of_the_branch_lets_the_former_time_go(scene: Scene) -> None:
    row = scene.request()
    counter(row, starts_at=evening(6), actor=scene.teacher, reason="那天更好")
    before = noted(scene)

    row.refresh_from_db()
    counter(row, starts_at=evening(7), actor=scene.secretary, reason="那天有会")

    assert noted(scene) - before == 1
    assert not scene.lecturer.occupations.filter(released_at__isnull=True).exists()
