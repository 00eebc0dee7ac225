"""From the last byte to all sizes, with the real engine on short clips."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import OperationalError
from django.test import Client

from cms.core import events
from cms.core.clock import now
from cms.jobs import lifecycle
from cms.jobs.enums import JobStatus, Lane
from cms.jobs.models import Job
from cms.jobs.runner import Interrupted, JobRun, run_claimed, run_next
from cms.jobs.services import cancel, reap, retry
from cms.notices.models import Notice
from cms.videos.enums import VideoStatus
from cms.videos.errors import UploadRefused
from cms.videos.events import VideoFailed, VideoPlayable, VideoReady
from cms.videos.handlers import ladder
from cms.videos.models import Video
from cms.videos.queries import FIRST_PLAY
from cms.videos.services import cancel_video, retry_video, sweep_files
from media_pipeline import commands, engine, package
from media_pipeline.errors import PipelineError
from media_pipeline.samples import make_sample
from media_pipeline.spec import Start
from tests.cms.videos.conftest import Sender, files_below
from tests.factories.accounts import UserFactory
from tests.factories.jobs import run_waiting_jobs
from tests.factories.videos import VideoFactory, folder_of

# Not in one transaction: the watcher beside a running job has a connection of its own and must see the rows.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.ffmpeg]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    make_sample(path, title="试片", seconds=2, width=360, height=640)
    return path.read_bytes()


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A clip of some segments that has to be encoded anew."""
    path = tmp_path_factory.mktemp("clip") / "long.mp4"
    make_sample(path, title="试片", seconds=11, width=360, height=640, codec="hevc")
    return path.read_bytes()


@pytest.fixture
def heard() -> Iterator[list[object]]:
    """Write down what this room tells the rooms above."""
    told: list[object] = []
    kinds = (VideoPlayable, VideoReady, VideoFailed)
    before = {kind: list(events._subscribers[kind]) for kind in kinds}
    for kind in kinds:
        events.subscribe(kind)(told.append)
    yield told
    for kind in kinds:
        events._subscribers[kind] = before[kind]


def sent(sender: Sender, data: bytes) -> tuple[str, Video]:
    url = sender.begin(len(data), filename="clip.mp4", title="试片")
    answer = sender.patch(url, 0, data)
    assert answer.status_code == 204, answer.content
    return url, Video.objects.latest("pk")


def generations(video: Video) -> list[str]:
    folder = folder_of(video.uuid, "")
    return sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []


def test_a_phone_video_becomes_playable_and_then_complete(sender: Sender, clip: bytes, heard: list[object]) -> None:
    url, video = sent(sender, clip)
    assert run_waiting_jobs(Lane.FIRST_PLAY) == 1
    told = sender.told(url)
    assert (told["state"], told["queue_position"]) == ("playable", 0)
    shown = sender.client.get(f"/api/v1/videos/{video.pk}").json()
    assert (shown["state"], shown["mp4"], shown["poster"], shown["duration_s"]) == ("playable", None, None, 2.0)
    playlist: Any = sender.client.get(shown["hls"])
    assert b"index.m3u8" in b"".join(playlist.streaming_content)
    first = generations(video)

    assert run_waiting_jobs(Lane.LADDER) == 1
    video.refresh_from_db()
    assert (video.status, video.is_complete, video.width, video.height) == (VideoStatus.READY, True, 360, 640)
    assert [rung.name for rung in video.rungs.all()] == ["360p", "240p"]
    assert {"code": "length_short", "value": 2.0} in video.checks
    assert generations(video) == sorted([*first, video.generation])
    shown = sender.client.get(f"/api/v1/videos/{video.pk}").json()
    for kind in ("hls", "mp4", "poster", "sprite", "audio"):
        answer: Any = sender.client.get(shown[kind])
        assert (answer.status_code, b"".join(answer.streaming_content) != b"") == (200, True)
    assert heard == [VideoPlayable(video.pk), VideoReady(video.pk)]
    assert [change.status for change in video.changes.all()] == ["processing", "playable", "ready"]
    assert files_below(settings.WORK_ROOT) == []

    Job.objects.filter(kind="videos.drop_generation").update(run_after=now())
    run_waiting_jobs(Lane.SMALL)
    assert generations(video) == [video.generation]


def test_a_file_that_only_looks_like_a_video_fails_with_a_sentence(sender: Sender, heard: list[object]) -> None:
    url, video = sent(sender, b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x55" * 9000)
    run_waiting_jobs(Lane.FIRST_PLAY)
    told = sender.told(url)
    assert (told["state"], told["error"]["permanent"]) == ("failed", True)
    assert told["error"]["message"].endswith("。")
    assert heard == [VideoFailed(video.pk, told["error"]["code"])]
    assert generations(video) == []
    assert files_below(settings.WORK_ROOT) == []


def test_a_video_longer_than_the_site_accepts_is_refused(sender: Sender, clip: bytes, settings: Any) -> None:
    settings.VIDEO_MAX_MINUTES = 0.01
    url, _video = sent(sender, clip)
    run_waiting_jobs(Lane.FIRST_PLAY)
    assert sender.told(url)["error"]["code"] == "too_long"


def test_a_failed_video_can_be_tried_again(sender: Sender, clip: bytes) -> None:
    _url, video = sent(sender, clip)
    Job.objects.update(status=JobStatus.FAILED)
    Video.objects.update(status=VideoStatus.FAILED, error_code="stalled")
    answer = sender.client.post(f"/api/v1/videos/{video.pk}/retry")
    assert (answer.status_code, answer.json()["state"], answer.json()["error"]) == (200, "waiting", None)
    run_waiting_jobs(Lane.FIRST_PLAY, Lane.LADDER)
    video.refresh_from_db()
    assert video.status == VideoStatus.READY
    with pytest.raises(UploadRefused):
        retry_video(video, actor=None)


def test_an_operator_may_try_the_failed_ladder_itself_again(sender: Sender, clip: bytes) -> None:
    _url, video = sent(sender, clip)
    run_waiting_jobs(Lane.FIRST_PLAY)
    job = Job.objects.get(kind="videos.ladder")
    cancel(job, actor=None, reason="operator")
    video.refresh_from_db()
    assert (video.status, video.error_code) == (VideoStatus.PLAYABLE, "cancelled")
    retry(job, actor=None)
    run_waiting_jobs(Lane.LADDER)
    video.refresh_from_db()
    assert (video.status, video.error_code) == (VideoStatus.READY, "")


@pytest.mark.parametrize("how", ["fails for good", "fails too often", "is cancelled"])
def test_a_video_that_plays_goes_on_playing_when_its_other_sizes_cannot_be_made(
    sender: Sender, clip: bytes, heard: list[object], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    url, video = sent(sender, clip)
    run_waiting_jobs(Lane.FIRST_PLAY)
    [shown] = generations(video)
    job = Job.objects.get(kind="videos.ladder")
    with monkeypatch.context() as patched:
        fault = PipelineError("encoder_failed", "It broke.", permanent=how == "fails for good")
        patched.setattr(engine, "transcode", Mock(side_effect=fault))
        if how == "is cancelled":
            cancel(job, actor=None, reason="operator")
        else:
            Job.objects.filter(pk=job.pk).update(attempts=7)
            run_waiting_jobs(Lane.LADDER)
    code = "cancelled" if how == "is cancelled" else "encoder_failed"
    video.refresh_from_db()
    assert (video.status, video.generation, video.error_code) == (VideoStatus.PLAYABLE, shown, code)
    assert generations(video) == [shown]
    told = sender.told(url)
    assert (told["state"], told["error"]["code"], told["worker_waiting"]) == ("playable", code, False)
    about = sender.client.get(f"/api/v1/videos/{video.pk}").json()
    assert (sender.client.get(about["hls"]).status_code, about["error"]["permanent"]) == (200, how == "fails for good")
    # Nothing changed for those who show it; its owner hears of it.
    assert heard == [VideoPlayable(video.pk)]
    assert [notice.title for notice in Notice.objects.all()] == ["你的视频可以播放，但没有做出其他清晰度：试片"]

    assert sender.client.post(f"/api/v1/videos/{video.pk}/retry").json()["error"] is None
    assert generations(video) == [shown]
    run_waiting_jobs(Lane.LADDER)
    video.refresh_from_db()
    assert (video.status, video.is_complete, video.error_code) == (VideoStatus.READY, True, "")


def test_a_dead_first_attempt_leaves_nothing_behind(sender: Sender, clip: bytes) -> None:
    _url, video = sent(sender, clip)
    dead = folder_of(str(video.uuid), "f" * 24)
    dead.mkdir(parents=True)
    (dead / "master.m3u8").write_text("#EXTM3U")
    job = Job.objects.get()
    Job.objects.update(result={"generation": "f" * 24})
    left = Path(settings.WORK_ROOT) / f"job-{job.pk}-0"
    left.mkdir(parents=True)
    run_waiting_jobs(Lane.FIRST_PLAY)
    video.refresh_from_db()
    assert generations(video) == [video.generation]
    assert files_below(settings.WORK_ROOT) == []
    assert not left.exists()


def interrupt(monkeypatch: pytest.MonkeyPatch, *, at: float) -> None:
    """End the next attempts as a process that is told to stop does, when a share of the work is done."""
    beat = JobRun.heartbeat

    def stop(run: JobRun, progress: float | None = None) -> None:
        beat(run, progress)
        if progress is not None and progress > at:
            raise Interrupted

    monkeypatch.setattr(JobRun, "heartbeat", stop)


def test_an_interrupted_first_play_goes_on_being_shown_and_made(
    sender: Sender, long_clip: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    _url, video = sent(sender, long_clip)
    interrupt(monkeypatch, at=0.6)
    assert run_next(Lane.FIRST_PLAY, worker="ending")
    monkeypatch.undo()
    video.refresh_from_db()
    shown, job = video.generation, Job.objects.get(kind=FIRST_PLAY)
    assert (video.status, job.status, job.attempts) == (VideoStatus.PLAYABLE, JobStatus.QUEUED, 0)
    first = folder_of(video.uuid, shown) / "360p" / "seg00000.m4s"
    made = first.stat().st_mtime_ns

    run_waiting_jobs(Lane.FIRST_PLAY)

    video.refresh_from_db()
    assert (video.status, video.generation != shown) == (VideoStatus.PLAYABLE, True)
    # Whoever watches has ten minutes to finish; the first segment is the one that was there before.
    assert generations(video) == sorted([shown, video.generation])
    assert (folder_of(video.uuid, video.generation) / "360p" / "seg00000.m4s").stat().st_mtime_ns == made
    Job.objects.filter(kind="videos.drop_generation").update(run_after=now())
    run_waiting_jobs()
    video.refresh_from_db()
    assert (video.status, shown in generations(video)) == (VideoStatus.READY, False)


def test_an_interrupted_ladder_goes_on_where_it_stopped(
    sender: Sender, long_clip: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    _url, video = sent(sender, long_clip)
    run_waiting_jobs(Lane.FIRST_PLAY)
    interrupt(monkeypatch, at=0.6)
    assert run_next(Lane.LADDER, worker="ending")
    monkeypatch.undo()
    [left] = Path(settings.WORK_ROOT).glob("job-*/draft/360p")
    whole = len(package.made(left).names)
    assert whole > 1
    asked: list[int] = []
    ladder_argv = commands.ladder_argv

    def look(*arguments: Any, start: Start, **options: Any) -> list[str]:
        asked.append(start.segment)
        return ladder_argv(*arguments, start=start, **options)

    monkeypatch.setattr(commands, "ladder_argv", look)
    run_waiting_jobs(Lane.LADDER)

    video.refresh_from_db()
    assert (video.status, asked) == (VideoStatus.READY, [whole - 1])
    assert files_below(settings.WORK_ROOT) == []


def test_what_was_made_is_not_made_again_because_it_could_not_be_shown_at_once(
    sender: Sender, clip: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    _url, video = sent(sender, clip)
    run_waiting_jobs(Lane.FIRST_PLAY)

    def away(*_anything: object) -> None:
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as patched:
        patched.setattr(ladder, "show_ladder", away)
        assert run_next(Lane.LADDER, worker="one")
    video.refresh_from_db()
    assert generations(video) == [video.generation]
    Job.objects.update(run_after=now())
    with monkeypatch.context() as patched:
        patched.setattr(engine, "transcode", Mock(side_effect=AssertionError("made again")))
        run_waiting_jobs(Lane.LADDER)
    video.refresh_from_db()
    assert video.status == VideoStatus.READY
    assert files_below(settings.WORK_ROOT) == []


def test_deleting_removes_every_file(sender: Sender, clip: bytes) -> None:
    url, video = sent(sender, clip)
    run_waiting_jobs(Lane.FIRST_PLAY)
    assert sender.client.delete(f"/api/v1/videos/{video.pk}").status_code == 204
    assert files_below(settings.MEDIA_ROOT) == []
    assert sender.told(url)["state"] == "cancelled"
    assert run_waiting_jobs(Lane.LADDER) == 0


def test_cancelling_before_the_first_play_leaves_a_trace_and_no_file(sender: Sender, clip: bytes) -> None:
    _url, video = sent(sender, clip)
    cancel_video(video, actor=sender.user)
    assert (video.status, Job.objects.get().status) == (VideoStatus.CANCELLED, JobStatus.CANCELLED)
    assert files_below(settings.MEDIA_ROOT) == []


def test_other_people_can_neither_see_nor_delete_a_private_video() -> None:
    video, other = VideoFactory(), Sender(UserFactory())
    url = f"/api/v1/videos/{video.pk}"
    assert [other.client.get(url).status_code, other.client.delete(url).status_code] == [404, 404]
    assert other.client.post(f"{url}/retry").status_code == 404
    assert Client().get(url).status_code == 404
    assert Client().delete(url).status_code == 401


def test_visitors_see_a_public_video_and_cannot_delete_it() -> None:
    video, other = VideoFactory(public=True), Sender(UserFactory())
    assert Client().get(f"/api/v1/videos/{video.pk}").json()["state"] == "ready"
    assert other.client.delete(f"/api/v1/videos/{video.pk}").status_code == 404
    assert Video.objects.exists()


def test_a_video_whose_worker_stood_still_is_made_by_the_next(sender: Sender, clip: bytes) -> None:
    _url, video = sent(sender, clip)
    job = Job.objects.get(kind=FIRST_PLAY)
    fence = lifecycle.claim(job, worker="stalled")
    assert fence is not None
    reap(now() + timedelta(minutes=5))
    run_claimed(job, fence)
    assert Job.objects.get(kind=FIRST_PLAY).status == JobStatus.QUEUED
    Job.objects.update(run_after=now())
    run_waiting_jobs()
    video.refresh_from_db()
    assert (video.status, Job.objects.get(kind=FIRST_PLAY).status) == (VideoStatus.READY, JobStatus.DONE)


def test_a_video_fails_also_when_a_room_above_cannot_hear_of_it(
    sender: Sender, clip: bytes, heard: list[object]
) -> None:
    def deaf(event: VideoFailed) -> None:
        raise RuntimeError("a fault above")

    events.subscribe(VideoFailed)(deaf)
    url, video = sent(sender, clip)
    storages["originals"].delete(video.original)
    run_waiting_jobs(Lane.FIRST_PLAY)
    assert sender.told(url)["state"] == "failed"


def test_a_conversion_that_takes_too_long_twice_is_not_tried_a_third_time(
    sender: Sender, clip: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, _video = sent(sender, clip)
    monkeypatch.setattr("media_pipeline.run.patience_for", lambda duration_s: 0.0)
    run_waiting_jobs(Lane.FIRST_PLAY)
    job = Job.objects.get(kind=FIRST_PLAY)
    assert (job.status, job.error_code, job.attempts) == (JobStatus.QUEUED, "timeout", 1)
    Job.objects.update(run_after=now())
    run_waiting_jobs(Lane.FIRST_PLAY)
    assert (sender.told(url)["error"]["code"], sender.told(url)["error"]["permanent"]) == ("timeout", True)


def test_only_what_ran_into_the_time_limit_counts_as_too_long(
    sender: Sender, clip: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(sender, clip)
    Job.objects.update(attempts=3)
    monkeypatch.setattr("media_pipeline.run.patience_for", lambda duration_s: 0.0)
    run_waiting_jobs(Lane.FIRST_PLAY)
    job = Job.objects.get(kind=FIRST_PLAY)
    assert (job.status, job.error_code, job.attempts) == (JobStatus.QUEUED, "timeout", 4)
    Job.objects.update(run_after=now())
    run_waiting_jobs(Lane.FIRST_PLAY)
    job.refresh_from_db()
    assert (job.status, job.error_permanent) == (JobStatus.FAILED, True)
    # Whoever tries it again begins to count anew.
    assert retry(job, actor=None).result == {}


def test_the_sweep_removes_what_no_row_names() -> None:
    video = VideoFactory()
    kept = folder_of(str(video.uuid), video.generation)
    lost = folder_of(str(video.uuid), "e" * 24)
    for folder in (kept, lost):
        folder.mkdir(parents=True)
    assert sweep_files(older_than_s=-1) == 1
    assert (kept.exists(), lost.exists()) == (True, False)


def test_a_lost_original_is_said_in_words(sender: Sender, clip: bytes) -> None:
    url, video = sent(sender, clip)
    storages["originals"].delete(video.original)
    run_waiting_jobs(Lane.FIRST_PLAY)
    assert sender.told(url)["error"]["code"] == "missing_file"
    storages["originals"].save(video.original, ContentFile(clip))
