"""Several at the same moment: room for one is found by one, and whoever ends, stops or publishes waits in one order."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from cms.accounts.models import User
from cms.core.errors import DomainError
from cms.jobs.enums import JobStatus
from cms.jobs.lifecycle import claim
from cms.jobs.models import Job
from cms.jobs.runner import JobRun, LeaseLost
from cms.jobs.services import fail, hold_open
from cms.lessons.models import MicroLesson
from cms.lessons.services import publication, removal, save_draft, start_lesson, submission, submit_lesson, take_down
from cms.notices.models import Notice
from cms.review.services import approve
from cms.videos import lifecycle
from cms.videos.enums import UploadState, VideoStatus
from cms.videos.errors import VideoRefused
from cms.videos.handlers.first_play import show_first_play
from cms.videos.handlers.ladder import Made, show_ladder
from cms.videos.models import Upload, Video
from cms.videos.queries import keys_of_jobs
from cms.videos.rendition_stores import rendition_store
from cms.videos.services import cancel_video, delete_video, quotas, start_upload
from cms.videos.services.quotas import require_minutes
from cms.videos.services.work import enqueue_first_play, enqueue_ladder
from media_pipeline.spec import Result
from tests.factories.accounts import UserFactory
from tests.factories.lessons import READY, Stage, make_stage, make_video
from tests.factories.organisations import MembershipFactory, OrganisationFactory
from tests.factories.videos import UploadFactory, VideoFactory
from tests.standing_rows import standing_scene

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


stage = standing_scene(make_stage)


@pytest.fixture
def lesson(stage: Stage) -> MicroLesson:
    """A lesson whose video plays and is not finished: its author may hand it in."""
    source = {"video": {"rotation": 0, "fps": 25}}
    video = make_video(
        stage.author, status=VideoStatus.PLAYABLE, is_complete=False, width=640, height=360, source=source
    )
    upload = UploadFactory(owner=stage.author, video=video, state=UploadState.RECEIVED)
    lesson = start_lesson(stage.author, upload=upload)
    save_draft(lesson, READY | {"title": "雪后巡线"}, actor=stage.author)
    return lesson


def fresh(lesson: MicroLesson) -> MicroLesson:
    return MicroLesson.objects.get(pk=lesson.pk)


def begun(video: Video) -> JobRun:
    """Return the attempt of a worker that converts the video."""
    enqueue_first_play(video)
    job = Job.objects.get(kind="videos.first_play")
    fence = claim(job, worker="w")
    assert fence
    return JobRun(job, fence)


def becomes_ready(run: JobRun, video: Video) -> None:
    show_ladder(run, video, "g2", Made(Result(duration_s=200.0, lane="encode"), {}))


def plays_on(run: JobRun, video: Video) -> None:
    show_first_play(run, video, "g2", rendition_store().grow(str(video.uuid), "g2", Path()))


def fails(run: JobRun, _video: Video) -> None:
    assert fail(run.job, code="internal", message="", permanent=True, fence=run.fence)


@pytest.mark.parametrize(
    ("ending", "editor"), [(becomes_ready, "approves"), (plays_on, "takes down"), (fails, "takes down")]
)
def test_who_ends_a_video_and_who_decides_on_its_lesson_wait_for_each_other_in_one_order(
    ending: Callable[..., None], lesson: MicroLesson, stage: Stage, monkeypatch: pytest.MonkeyPatch, *, editor: str
) -> None:
    submit_lesson(lesson, actor=stage.author)
    approve(fresh(lesson), actor=stage.secretary)
    video = Video.objects.get()
    run = begun(video)
    for room in (publication, removal):
        monkeypatch.setattr(room, "hold_videos", slow(room.hold_videos))

    def decide() -> None:
        if editor == "approves":
            approve(fresh(lesson), actor=stage.editor)
        else:
            take_down(fresh(lesson), actor=stage.editor, reason="画面有误。")

    def end() -> None:
        time.sleep(0.1)
        ending(run, video)

    assert at_once(decide, end) == ["", ""]
    shown = fresh(lesson)
    video.refresh_from_db()
    assert (shown.live, shown.taken_down_at is None) == (editor == "approves",) * 2
    assert (video.status, video.generation) == {
        becomes_ready: (VideoStatus.READY, "g2"),
        plays_on: (VideoStatus.PLAYABLE, "g2"),
        fails: (VideoStatus.FAILED, ""),
    }[ending]
    assert Notice.objects.filter(kind="videos.failed").count() == (ending is fails)


def slow(act: Callable[..., Any]) -> Callable[..., Any]:
    """Let some time pass before an act, in which others take rows."""

    def later(*given: Any, **named: Any) -> Any:
        time.sleep(0.3)
        return act(*given, **named)

    return later


def test_of_handing_in_and_stopping_the_video_at_once_the_first_comes_to_pass(
    lesson: MicroLesson, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission, "hand_in", slow(submission.hand_in))

    def stop() -> None:
        time.sleep(0.1)
        cancel_video(Video.objects.get(), actor=stage.author)

    assert at_once(lambda: submit_lesson(fresh(lesson), actor=stage.author), stop) == ["", "in_use"]
    assert Video.objects.get().status == VideoStatus.PLAYABLE


@pytest.mark.parametrize("draft", ["new", "there is"])
def test_of_taking_a_video_and_deleting_it_at_once_the_first_comes_to_pass(
    draft: str, lesson: MicroLesson, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MicroLesson, "save_revision", slow(MicroLesson.save_revision))
    film = make_video(stage.author)

    def take() -> None:
        if draft == "new":
            start_lesson(stage.author, video=film)
        else:
            save_draft(fresh(lesson), {"video": film}, actor=stage.author)

    def delete() -> None:
        time.sleep(0.1)
        delete_video(Video.objects.get(pk=film.pk), actor=stage.author)

    assert at_once(take, delete) == ["", "in_use"]
    assert Video.objects.filter(pk=film.pk).exists()


@pytest.mark.postgresql
def test_who_stops_a_video_holds_the_job_that_came_in_while_it_waited_for_the_one_before() -> None:
    video = VideoFactory(waiting=True)
    run = begun(video)
    taken: list[bool] = []

    def put_the_next_in() -> None:
        with run.guard():
            time.sleep(0.3)
            enqueue_ladder(video, duration_s=1.0)

    def hold() -> None:
        time.sleep(0.1)
        with transaction.atomic():
            hold_open(keys_of_jobs(video))
            with ThreadPoolExecutor(1) as other:
                taken.append(other.submit(is_held, "videos.ladder").result())

    assert at_once(put_the_next_in, hold) == ["", ""]
    assert taken == [True]


def is_held(kind: str) -> bool:
    """Return whether somebody else holds the job."""
    try:
        with transaction.atomic():
            return not Job.objects.select_for_update(skip_locked=True).filter(kind=kind).exists()
    finally:
        connection.close()
