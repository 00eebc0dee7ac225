"""What is said in a video, recognised by a function that the site names; nothing waits for it and nothing fails with it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from cms.core.events import publish
from cms.jobs.models import Job
from cms.jobs.registry import handler
from cms.jobs.runner import Cancelled, JobRun
from cms.videos.captions import CaptionsUnreadable, Cue
from cms.videos.enums import VideoStatus
from cms.videos.errors import SpeechFailed
from cms.videos.events import CaptionsRecognised
from cms.videos.models import Video
from cms.videos.queries import RECOGNISE
from cms.videos.recognised import read_recognised
from cms.videos.rendition_stores import rendition_store
from cms.videos.workspaces import clear_workspace, workspace
from media_pipeline.run import Limits, run_python

CHILD = "cms.videos.recognition_child"
SOUND = "audio.m4a"
ATTEMPTS = 2
# Recognising takes at most twice as long as speaking, and a while to load what it needs.
PATIENCE, LOADING_S = 2.0, 120.0
# After everything else that runs.
NICE = 19
# A model is heavier than anything of the engine; the manual promises this much.
MEMORY_BYTES = 4 << 30


def clear(job: Job) -> None:
    """Remove what a job that is over left."""
    transaction.on_commit(lambda: clear_workspace(job))


@handler(RECOGNISE, CaptionsUnreadable, on_failure=clear, on_cancel=clear, max_attempts=ATTEMPTS)
def recognise(run: JobRun) -> dict[str, Any]:
    """Recognise what is said and tell the rooms above; other people's films go first, and this begins anew then."""
    video = Video.objects.filter(pk=run.job.payload["video"], status=VideoStatus.READY).first()
    if video is None or not settings.SPEECH_HOOK:
        raise Cancelled
    run.let_others_begin()
    with workspace(run) as folder:
        cues = heard_in(video, folder, run)
    with run.guard():
        if cues:
            publish(CaptionsRecognised(video_id=video.pk, language=settings.SPEECH_LANGUAGE, cues=tuple(cues)))
    return {"cues": len(cues)}


def heard_in(video: Video, folder: Path, run: JobRun) -> list[Cue]:
    """Return what the site's function hears in a video.

    Raises SpeechFailed, CaptionsUnreadable, or PipelineError timeout, cancelled and out_of_memory.
    """
    duration_s = video.duration_s or 0.0
    wall_s = LOADING_S + PATIENCE * duration_s
    arguments = (settings.SPEECH_HOOK, str(sound_of(video, folder)), settings.SPEECH_LANGUAGE)
    limits = Limits(cpu_s=int(wall_s * 4), resident_bytes=MEMORY_BYTES, file_bytes=1 << 30, nice=NICE)
    finished = run_python(CHILD, *arguments, wall_s=wall_s, limits=limits, should_stop=run.should_stop)
    if finished.returncode != 0:
        raise SpeechFailed((finished.stderr.strip().splitlines() or [f"exit code {finished.returncode}"])[-1])
    return read_recognised(finished.stdout, duration_s=duration_s)


def sound_of(video: Video, folder: Path) -> Path:
    """Return a copy of the sound: the function may do with it what it likes."""
    stored = rendition_store().open(str(video.uuid), video.generation, SOUND)
    with (folder / SOUND).open("wb") as file:
        for block in stored.blocks(0, stored.size):
            file.write(block)
    return folder / SOUND
