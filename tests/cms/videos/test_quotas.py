"""What one person, and all of one organisation together, may keep: bytes, number and minutes."""

from typing import Any

import pytest

from cms.accounts.models import User
from cms.jobs.enums import Lane
from cms.videos.models import Video
from cms.videos.queries import Usage, usage_of, usage_of_organisation
from cms.videos.services import delete_video, retry_video
from cms.videos.services.quotas import Quota, exceeds, require_minutes
from media_pipeline.samples import make_sample
from tests.cms.videos.conftest import Sender
from tests.factories.accounts import UserFactory
from tests.factories.jobs import run_waiting_jobs
from tests.factories.organisations import MembershipFactory
from tests.factories.videos import UploadFactory, VideoFactory

pytestmark = pytest.mark.django_db
MINUTE = 60.0


def colleague_of(user: User) -> User:
    """Return somebody else of the same organisation."""
    other: User = UserFactory()
    MembershipFactory(user=other, organisation=user.memberships.get().organisation)
    return other


@pytest.fixture
def member(sender: Sender) -> Sender:
    """Somebody who sends and belongs somewhere."""
    MembershipFactory(user=sender.user)
    return sender


def refusal(sender: Sender, length: int = 5000) -> tuple[int, str]:
    answer = sender.create(length)
    return answer.status_code, answer.json()["code"]


def test_a_person_whose_minutes_are_used_up_sends_nothing_more(sender: Sender, settings: Any) -> None:
    settings.UPLOAD_QUOTA_MINUTES = 2
    VideoFactory(owner=sender.user, duration_s=MINUTE)
    assert sender.create(5000).status_code == 201
    VideoFactory(owner=sender.user, duration_s=MINUTE)
    assert refusal(sender) == (413, "quota_minutes")


def test_no_limit_of_minutes_is_none(sender: Sender, settings: Any) -> None:
    settings.UPLOAD_QUOTA_MINUTES = 0
    VideoFactory(owner=sender.user, duration_s=10_000 * MINUTE)
    assert sender.create(5000).status_code == 201


@pytest.mark.parametrize(
    ("name", "value"),
    [("ORGANISATION_QUOTA_BYTES", 9000), ("ORGANISATION_QUOTA_COUNT", 2), ("ORGANISATION_QUOTA_MINUTES", 1)],
)
def test_what_colleagues_sent_counts_for_the_organisation(
    member: Sender, settings: Any, name: str, value: int
) -> None:
    setattr(settings, name, value)
    other = colleague_of(member.user)
    UploadFactory(owner=other, length=1000)
    VideoFactory(owner=other, original_bytes=4000, duration_s=MINUTE)
    VideoFactory(original_bytes=10**9, duration_s=10 * MINUTE)
    assert refusal(member) == (413, "quota_organisation")
    setattr(settings, name, 0)
    assert member.create(5000).status_code == 201


def test_who_belongs_nowhere_shares_no_quota_of_an_organisation(sender: Sender, settings: Any) -> None:
    settings.ORGANISATION_QUOTA_COUNT = 1
    VideoFactory(owner=sender.user)
    assert sender.create(5000).status_code == 201


def test_videos_of_a_closed_account_still_take_the_organisation_s_room(member: Sender) -> None:
    left = colleague_of(member.user)
    VideoFactory(owner=left, original_bytes=4000, duration_s=90.0)
    User.objects.filter(pk=left.pk).update(is_active=False)
    used = usage_of_organisation(member.user.memberships.get().organisation)
    assert (used, used.minutes) == (Usage(bytes=4000, count=1, seconds=90.0), 2)


@pytest.mark.parametrize(
    ("quota", "over"),
    [
        (Quota(0, 0, 0), False),
        (Quota(200, 0, 0), False),
        (Quota(199, 0, 0), True),
        (Quota(0, 4, 0), False),
        (Quota(0, 3, 0), True),
        (Quota(0, 0, 3), False),
        (Quota(0, 0, 2), True),
    ],
)
def test_each_limit_counts_by_itself(quota: Quota, *, over: bool) -> None:
    assert exceeds(Usage(bytes=100, count=3, seconds=120), quota, length=100) is over


@pytest.mark.ffmpeg
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["UPLOAD_QUOTA_MINUTES", "ORGANISATION_QUOTA_MINUTES"])
def test_a_recording_beyond_the_minutes_is_kept_and_converted_once_there_is_room(
    member: Sender, settings: Any, tmp_path: Any, name: str
) -> None:
    setattr(settings, name, 1)
    before = VideoFactory(owner=member.user, duration_s=59.5)
    data = make_sample(tmp_path / "a.mp4", title="满", seconds=1, width=192, height=108).read_bytes()
    url = member.begin(len(data))
    member.patch(url, 0, data)
    run_waiting_jobs(Lane.FIRST_PLAY)
    error, video = member.told(url)["error"], Video.objects.exclude(pk=before.pk).get()
    assert (error["code"], error["permanent"]) == (
        "quota_minutes" if name.startswith("UPLOAD") else "quota_organisation",
        False,
    )
    assert usage_of(member.user).seconds == 59.5
    delete_video(before, member.user)
    retry_video(video, actor=member.user)
    run_waiting_jobs(Lane.FIRST_PLAY)
    assert (member.told(url)["state"], member.told(url)["error"]) == ("playable", None)


def test_a_recording_whose_minutes_count_already_goes_on_when_the_quota_shrinks(settings: Any) -> None:
    settings.UPLOAD_QUOTA_MINUTES = 1
    require_minutes(VideoFactory(duration_s=180.0), 180.0)
