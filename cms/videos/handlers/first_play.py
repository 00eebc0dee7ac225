"""The first play: one small rung that is shown while it grows."""

from pathlib import Path
from typing import Any

from django.conf import settings

from cms.core.events import publish
from cms.jobs.registry import handler
from cms.jobs.runner import Cancelled, JobRun
from cms.videos import lifecycle
from cms.videos.checks import Recording, findings
from cms.videos.enums import VideoStatus
from cms.videos.errors import VideoRefused
from cms.videos.events import VideoChanging, VideoPlayable
from cms.videos.handlers.chores import drop_later
from cms.videos.handlers.failures import ATTEMPTS, no_endless_tries, on_cancel, on_failure
from cms.videos.handlers.originals import local_original
from cms.videos.models import Video
from cms.videos.queries import FIRST_PLAY
from cms.videos.rendition_stores import Growth, forget, new_generation, rendition_store
from cms.videos.services.quotas import require_minutes
from cms.videos.services.videos import note_playable
from cms.videos.services.work import enqueue_ladder
from cms.videos.workspaces import is_taken_up, workspace
from media_pipeline import engine
from media_pipeline.plan import plan
from media_pipeline.probe import probe
from media_pipeline.spec import Source

# How long a film that had to let others begin goes on before it does so again, in seconds.
TURN_S = 10


@handler(FIRST_PLAY, on_failure=on_failure, on_cancel=on_cancel, max_attempts=ATTEMPTS)
def first_play(run: JobRun) -> dict[str, Any]:
    """Make the video playable within seconds: one small rung that is shown while it grows.

    What an interrupted attempt made goes on being shown, and its whole segments are the beginning of this one.
    """
    video = begin(run)
    generation = new_generation()
    with no_endless_tries(run), workspace(run) as folder:
        file = local_original(run, video, folder)
        source = probe(file, should_stop=run.should_stop)
        note_source(run, video, source)
        growth = grow(run, video, generation, folder)
        try:
            engine.first_play(
                file,
                growth.folder,
                source,
                plan(source),
                on_progress=lambda progress: go_on(run, growth, progress),
                on_playable=lambda: show_first_play(run, video, generation, growth),
                should_stop=run.should_stop,
            )
            growth.refresh(run.heartbeat)
            queue_ladder(run, video, source)
        except BaseException as trouble:
            # What is shown goes with the row that names it, when that fails or is cancelled.
            if not is_taken_up(run, trouble) and not is_shown(video, generation):
                forget(str(video.uuid), generation)
            raise
    return {"generation": generation}


def grow(run: JobRun, video: Video, generation: str, folder: Path) -> Growth:
    """Begin a generation with what the last attempt left; one that nobody is shown goes at once."""
    before = str(run.job.result.get("generation", "")) or video.generation
    growth = rendition_store().grow(str(video.uuid), generation, folder, before=before)
    run.remember(generation=generation)
    if before and before != video.generation:
        forget(str(video.uuid), before)
    return growth


def go_on(run: JobRun, growth: Growth, progress: float) -> None:
    """Show what was made meanwhile and show life; a film that others interrupted gets some of its turn first."""
    growth.refresh(run.heartbeat)
    run.heartbeat(progress)
    if progress >= 1:
        run.go_to_the_end()
    elif run.job.result.get("plays"):
        run.let_others_begin(after_s=TURN_S)


def is_shown(video: Video, generation: str) -> bool:
    """Return whether the row names the generation, whatever this attempt believes."""
    return Video.objects.filter(pk=video.pk, generation=generation).exists()


def begin(run: JobRun) -> Video:
    """Mark the video as being processed; one that plays since a dead attempt goes on playing.

    Raises Cancelled when the video is gone.
    """
    with run.guard():
        video = Video.objects.select_related("owner").filter(pk=run.job.payload["video"]).first()
        if video is None:
            raise Cancelled
        plays = video.status == VideoStatus.PLAYABLE and bool(video.generation)
        if not plays and not lifecycle.advance(
            video,
            VideoStatus.PROCESSING,
            actor=None,
            reason=f"attempt {run.job.attempts}",
            generation="",
            is_complete=False,
            error_code="",
            error_permanent=False,
        ):
            raise Cancelled
    return video


def note_source(run: JobRun, video: Video, source: Source) -> None:
    """Keep what is known about the recording.

    Raises VideoRefused: too_long when it exceeds what the site accepts, quota_minutes, quota_organisation.
    """
    if source.duration_s > settings.VIDEO_MAX_MINUTES * 60:
        raise VideoRefused("too_long")
    with run.guard():
        require_minutes(video, source.duration_s)
        Video.objects.filter(pk=video.pk).update(
            container=source.container,
            duration_s=round(source.duration_s, 3),
            width=source.video.display_width,
            height=source.video.display_height,
            has_audio=source.audio is not None,
            source=source.to_json(),
            checks=findings(recording(source)),
        )


def recording(source: Source) -> Recording:
    """Return the facts that the checks judge."""
    return Recording(
        duration_s=source.duration_s,
        width=source.video.display_width,
        height=source.video.display_height,
        rotation=source.video.rotation,
        fps=source.video.fps,
        has_audio=source.audio is not None,
        measured=False,
        loudness_lufs=None,
    )


def show_first_play(run: JobRun, video: Video, generation: str, growth: Growth) -> None:
    """Point the video at the growing rung, unless this attempt has lost the job."""
    growth.refresh(run.heartbeat)
    with run.guard():
        publish(VideoChanging(video_id=video.pk))
        shown = Video.objects.values_list("generation", flat=True).get(pk=video.pk)
        if not note_playable(video, generation):
            raise Cancelled
        if shown:
            drop_later(video, shown)
        publish(VideoPlayable(video_id=video.pk))
    if not run.job.result.get("plays"):
        run.remember(plays=True)
        run.let_others_begin()


def queue_ladder(run: JobRun, video: Video, source: Source) -> None:
    """Put the ladder in, in one transaction with this attempt's right to do so."""
    with run.guard():
        enqueue_ladder(video, duration_s=source.duration_s)
