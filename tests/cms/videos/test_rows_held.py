"""Several at the same moment: room for one is found by one, and who stops a video and who publishes it wait in one order."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction

from cms.accounts.models import User
from cms.core.errors import DomainError
from cms.jobs.enums import JobStatus
from cms.jobs.lifecycle import claim
from cms.jobs.models import Job
from cms.jobs.runner import JobRun, LeaseLost
from cms.videos import lifecycle
from cms.videos.enums import VideoStatus
from cms.videos.errors import VideoRefused
from cms.videos.models import Upload, Video
from cms.videos.services import cancel_video, delete_video, quotas, start_upload
from cms.videos.services.quotas import require_minutes
from cms.videos.services.work import enqueue_first_play
from tests.factories.accounts import UserFactory
from tests.factories.organisations import MembershipFactory, OrganisationFactory
from tests.factories.videos import VideoFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.wide, pytest.mark.races]
Act = Callable[[], object]


def at_once(*acts: Act) -> list[str]:
    """Do all at the same moment; return what each ended with: nothing, a code, or the name of what was raised."""
    start = Barrier(len(acts))

    def one(act: Act) -> str:
        start.wait()
        try:
            act()
        except (DomainError, VideoRefused) as error:
            return str(error.code)
        except (DatabaseError, LeaseLost) as error:
            return type(error).__name__
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(len(acts)) as hands:
        return sorted(hands.map(one, acts))


@pytest.fixture
def _slow_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let some time pass between the adding up and what is done with the sum."""
    for name in ("usage_of", "usage_of_organisation"):
        added = getattr(quotas, name)

        def later(whose: Any, added: Callable[[Any], Any] = added) -> Any:
            found = added(whose)
            time.sleep(0.2)
            return found

        monkeypatch.setattr(quotas, name, later)


@pytest.fixture
def colleagues() -> list[User]:
    branch = OrganisationFactory()
    people: list[User] = UserFactory.create_batch(3)
    for person in people:
        MembershipFactory(user=person, organisation=branch)
    return people


def beginning(owner: User) -> Act:
    return lambda: start_upload(owner, length=1000)


@pytest.mark.usefixtures("_slow_sums")
def test_of_three_files_of_one_person_at_once_one_finds_the_last_room(settings: Any) -> None:
    settings.UPLOAD_QUOTA_COUNT = 1
    owner = UserFactory()
    assert at_once(*[beginning(owner)] * 3) == ["", "quota_count", "quota_count"]
    assert Upload.objects.count() == 1


@pytest.mark.usefixtures("_slow_sums")
def test_of_three_files_of_one_organisation_at_once_one_finds_the_last_room(
    settings: Any, colleagues: list[User]
) -> None:
    settings.ORGANISATION_QUOTA_COUNT = 1
    assert at_once(*map(beginning, colleagues)) == ["", "quota_organisation", "quota_organisation"]
    assert Upload.objects.count() == 1


@pytest.mark.usefixtures("_slow_sums")
@pytest.mark.parametrize("name", ["UPLOAD_QUOTA_MINUTES", "ORGANISATION_QUOTA_MINUTES"])
def test_of_two_recordings_judged_at_once_one_finds_the_last_minutes(
    settings: Any, colleagues: list[User], name: str
) -> None:
    setattr(settings, name, 3)
    owners = colleagues[:2] if name.startswith("ORG") else colleagues[:1] * 2

    def judging(owner: User) -> Act:
        video = VideoFactory(owner=owner, waiting=True)

        def judge() -> None:
            with transaction.atomic():
                require_minutes(video, 120)
                Video.objects.filter(pk=video.pk).update(duration_s=120)

        return judge

    refused = "quota_minutes" if name.startswith("UPLOAD") else "quota_organisation"
    assert at_once(*map(judging, owners)) == ["", refused]


@pytest.mark.parametrize("stop", [cancel_video, delete_video])
def test_who_stops_a_video_while_it_is_published_comes_before_or_after(stop: Callable[..., None]) -> None:
    video = VideoFactory(waiting=True)
    enqueue_first_play(video)
    job = Job.objects.get()
    fence = claim(job, worker="w")
    assert fence
    run = JobRun(job, fence)

    def publish() -> None:
        with run.guard():
            time.sleep(0.3)
            lifecycle.advance(video, VideoStatus.PROCESSING, actor=None)

    def end() -> None:
        time.sleep(0.1)
        stop(Video.objects.get(pk=video.pk), actor=video.owner)

    assert at_once(publish, end) == ["", ""]
    left = Video.objects.filter(pk=video.pk).first()
    assert left is None or left.status == VideoStatus.CANCELLED
    assert Job.objects.get().status == JobStatus.CANCELLED
