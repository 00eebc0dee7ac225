"""A function of the site's own recognises what is said: in a process with limits, after everything else, for nobody to wait."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings

from cms.core import events
from cms.jobs.enums import JobStatus, Lane
from cms.jobs.models import Job
from cms.jobs.runner import run_next
from cms.videos.captions import MAX_CUES, MAX_TEXT, CaptionsUnreadable, Cue
from cms.videos.enums import VideoStatus
from cms.videos.events import CaptionsRecognised
from cms.videos.handlers import recognition
from cms.videos.models import Video
from cms.videos.recognised import read_recognised
from cms.videos.services import delete_video
from cms.videos.services.work import enqueue_recognition
from media_pipeline import run
from tests.factories.videos import VideoFactory, folder_of

pytestmark = pytest.mark.django_db(transaction=True)
HOOKS = "tests.cms.videos.speech_hooks"
Recognise = Callable[[str], Job]


@pytest.fixture
def heard() -> Iterator[list[CaptionsRecognised]]:
    told: list[CaptionsRecognised] = []
    before = list(events._subscribers[CaptionsRecognised])
    events.subscribe(CaptionsRecognised)(told.append)
    yield told
    events._subscribers[CaptionsRecognised] = before


@pytest.fixture
def video() -> Video:
    video: Video = VideoFactory.create(duration_s=10.0)
    folder = folder_of(video.uuid, video.generation)
    folder.mkdir(parents=True)
    (folder / "audio.m4a").write_text("先看杆基")
    return video


@pytest.fixture
def recognise(video: Video, monkeypatch: pytest.MonkeyPatch) -> Recognise:
    """Let one of the functions hear the video, once, and return the job."""

    def once(name: str) -> Job:
        monkeypatch.setattr(settings, "SPEECH_HOOK", f"{HOOKS}:{name}")
        enqueue_recognition(video)
        assert run_next(Lane.LADDER, worker="suite")
        return Job.objects.get()

    return once


def test_without_a_function_or_without_sound_nothing_is_put_in(video: Video, monkeypatch: pytest.MonkeyPatch) -> None:
    enqueue_recognition(video)
    monkeypatch.setattr(settings, "SPEECH_HOOK", f"{HOOKS}:good")
    enqueue_recognition(VideoFactory.create(has_audio=False))
    assert Job.objects.count() == 0


def test_what_was_heard_is_told_once_with_its_language(
    video: Video, recognise: Recognise, heard: list[CaptionsRecognised]
) -> None:
    job = recognise("good")
    assert (job.status, job.result) == (JobStatus.DONE, {"cues": 2})
    cues = (Cue(0.5, 1.25, "先看杆基 zh-Hans"), Cue(1.25, 2.0, "再抬头"))
    assert heard == [CaptionsRecognised(video.pk, "zh-Hans", cues)]


def test_hostile_words_are_cleaned_like_a_file_of_a_stranger(
    recognise: Recognise, heard: list[CaptionsRecognised]
) -> None:
    recognise("hostile")
    assert heard[0].cues == (Cue(1.5, 10.0, "先看 杆基\n00:00:01.000 --> 00:00:02.000\n假的"),)


def test_more_than_captions_may_be_is_refused_for_good(recognise: Recognise, heard: list[CaptionsRecognised]) -> None:
    job = recognise("endless")
    assert (job.status, job.error_permanent, heard) == (JobStatus.FAILED, True, [])
    assert job.error_code in {"captions_too_many", "captions_too_large"}


def test_a_crash_is_tried_once_more_and_changes_nothing_of_the_video(
    video: Video, recognise: Recognise, heard: list[CaptionsRecognised]
) -> None:
    job = recognise("crashing")
    assert (job.status, job.error_code) == (JobStatus.QUEUED, "speech_failed")
    assert job.error_message == "RuntimeError: no model here"
    Job.objects.update(run_after=job.created_at)
    assert recognise("crashing").status == JobStatus.FAILED
    video.refresh_from_db()
    assert (video.status, video.error_code, heard) == (VideoStatus.READY, "", [])


def test_whoever_takes_too_long_is_stopped(recognise: Recognise, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "LOADING_S", 0.3)
    monkeypatch.setattr(recognition, "PATIENCE", 0.0)
    assert recognise("slow").error_code == "timeout"


def test_the_function_may_hold_as_much_memory_as_the_manual_promises(
    recognise: Recognise, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[run.Limits] = []

    def noted(module: str, *arguments: str, limits: run.Limits, **more: Any) -> run.Finished:
        given.append(limits)
        return run.run_python(module, *arguments, limits=limits, **more)

    monkeypatch.setattr(recognition, "run_python", noted)
    assert recognise("good").status == JobStatus.DONE
    assert [(limits.resident_bytes, limits.file_bytes) for limits in given] == [(4 << 30, 1 << 30)]


def test_silence_is_no_fault(recognise: Recognise, heard: list[CaptionsRecognised]) -> None:
    assert (recognise("deaf").status, heard) == (JobStatus.DONE, [])


def test_the_function_knows_nothing_of_the_site_and_lets_everybody_go_first(
    recognise: Recognise, heard: list[CaptionsRecognised]
) -> None:
    recognise("curious")
    assert [cue.text for cue in heard[0].cues] == ["LC_ALL PATH PYTHONPATH", "19 False"]


def test_nobody_listens_to_a_video_that_is_gone(video: Video, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SPEECH_HOOK", f"{HOOKS}:good")
    enqueue_recognition(video)
    delete_video(video, video.owner)
    assert Job.objects.get(kind="videos.recognise").status == JobStatus.CANCELLED


@pytest.mark.parametrize(
    "line", [b"", b"[]", b"{}", b"[0, 1]", b'[0, "1", "x"]', b"[true, 1, 2]", b"[" * 100_000, b'[0, 1, "x"', b"\xff"]
)
def test_what_is_no_line_of_ours_is_left_out(line: bytes) -> None:
    assert read_recognised(line + b'\n[0, 1, "\\ud800 x"]', duration_s=5.0) == [Cue(0.0, 1.0, "? x")]


def test_exactly_as_many_as_captions_may_be_are_kept() -> None:
    lines = b'[0, 1, "x"]\n' * MAX_CUES
    assert len(read_recognised(lines, duration_s=5.0)) == MAX_CUES
    with pytest.raises(CaptionsUnreadable):
        read_recognised(lines + b'[0, 1, "x"]', duration_s=5.0)
    assert (
        read_recognised(b'[0, 1e999, "x"]\n[0, 1, "' + b"y" * 2000 + b'"]', duration_s=5.0)[0].text == "y" * MAX_TEXT
    )
