"""What the worker does with videos. The only module that runs the engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction

from cms.core.clock import now
from cms.core.events import publish
from cms.jobs.models import Job
from cms.jobs.registry import handler
from cms.jobs.runner import Cancelled, JobRun
from cms.jobs.schedule import scheduled
from cms.jobs.services import enqueue
from cms.videos import lifecycle, original_stores
from cms.videos.checks import Recording, findings
from cms.videos.enums import VideoStatus
from cms.videos.errors import VideoRefused
from cms.videos.events import VideoFailed, VideoPlayable, VideoReady
from cms.videos.models import Video, VideoRung
from cms.videos.queries import FIRST_PLAY, LADDER
from cms.videos.rendition_stores import Growth, new_generation, rendition_store
from cms.videos.services import forget_originals, retry_video, sweep_files, sweep_uploads
from cms.videos.services.videos import note_failure, note_halt, note_playable, tell_owner_of_failure
from cms.videos.services.work import enqueue_ladder
from cms.videos.workspaces import clear_workspace, is_taken_up, workspace
from media_pipeline import engine
from media_pipeline.errors import PipelineError
from media_pipeline.plan import plan
from media_pipeline.probe import probe
from media_pipeline.spec import Result, Source

log = structlog.get_logger("weike.videos")
DROP = "videos.drop_generation"
# Players that hold addresses of the first rung finish in peace before it goes.
GRACE = timedelta(minutes=10)
# A worker that dies counts as an attempt, so there are more of them than for other work.
ATTEMPTS = 8
TIMEOUTS = 2
# How long a film that had to let others begin goes on before it does so again, in seconds.
TURN_S = 10


def on_failure(job: Job) -> None:
    """Say at the video why its job failed."""
    transaction.on_commit(lambda: clear_workspace(job))
    tell_failure(job, code=job.error_code, permanent=job.error_permanent)


def on_cancel(job: Job) -> None:
    """Say at a video that is still wanted that its conversion was stopped by somebody else's act."""
    transaction.on_commit(lambda: clear_workspace(job))
    tell_failure(job, code="cancelled", permanent=False)


def tell_failure(job: Job, *, code: str, permanent: bool) -> None:
    """Mark the job's video as failed and let its owner and the rooms above know; one that plays goes on playing."""
    video = Video.objects.select_related("owner").filter(pk=job.payload["video"]).first()
    if video is None:
        return
    halted = job.kind == LADDER and note_halt(video, code=code, permanent=permanent)
    if not halted and not note_failure(video, code=code, permanent=permanent):
        return
    try:
        with transaction.atomic():
            if not halted:
                publish(VideoFailed(video_id=video.pk, code=code))
            tell_owner_of_failure(video, code)
    except Exception:
        # The video has failed whoever hears of it; left as it was, it would be shown as being converted for ever.
        log.exception("videos.failure_not_told", video=video.pk)


@contextmanager
def no_endless_tries(run: JobRun) -> Iterator[None]:
    """End a conversion for good that ran into its time limit twice: it would hold the lane for hours again.

    Raises PipelineError timeout as a permanent one then.
    """
    try:
        yield
    except PipelineError as error:
        if error.code != "timeout":
            raise
        # Attempts that ended otherwise, by a crash or a full disk, say nothing about the time it takes.
        timeouts = run.job.result.get("timeouts", 0) + 1
        run.remember(timeouts=timeouts)
        if timeouts < TIMEOUTS:
            raise
        raise PipelineError(error.code, error.message, permanent=True) from error


@handler(FIRST_PLAY, on_failure=on_failure, on_cancel=on_cancel, max_attempts=ATTEMPTS)
def first_play(run: JobRun) -> dict[str, Any]:
    """Make the video playable within seconds: one small rung that is shown while it grows.

    What an interrupted attempt made goes on being shown, and its whole segments are the beginning of this one.
    """
    video = begin(run)
    generation = new_generation()
    with no_endless_tries(run), workspace(run) as folder:
        file = local_original(video, folder)
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
                rendition_store().delete(str(video.uuid), generation)
            raise
    return {"generation": generation}


def grow(run: JobRun, video: Video, generation: str, folder: Path) -> Growth:
    """Begin a generation with what the last attempt left; one that nobody is shown goes at once."""
    before = str(run.job.result.get("generation", "")) or video.generation
    growth = rendition_store().grow(str(video.uuid), generation, folder, before=before)
    run.remember(generation=generation)
    if before and before != video.generation:
        rendition_store().delete(str(video.uuid), before)
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


def local_original(video: Video, folder: Path) -> Path:
    """Return where the original can be read.

    Raises VideoRefused missing_file.
    """
    try:
        return original_stores.local_file(video.original, folder)
    except (FileNotFoundError, IsADirectoryError):
        raise VideoRefused("missing_file") from None


def note_source(run: JobRun, video: Video, source: Source) -> None:
    """Keep what is known about the recording.

    Raises VideoRefused too_long when it exceeds what the site accepts.
    """
    if source.duration_s > settings.VIDEO_MAX_MINUTES * 60:
        raise VideoRefused("too_long")
    with run.guard():
        Video.objects.filter(pk=video.pk).update(
            container=source.container,
            duration_s=round(source.duration_s, 3),
            width=source.video.display_width,
            height=source.video.display_height,
            has_audio=source.audio is not None,
            source=source.to_json(),
            checks=findings(recording(source)),
        )


def recording(source: Source, *, result: Result | None = None) -> Recording:
    """Return the facts that the checks judge."""
    return Recording(
        duration_s=source.duration_s,
        width=source.video.display_width,
        height=source.video.display_height,
        rotation=source.video.rotation,
        fps=source.video.fps,
        has_audio=source.audio is not None,
        measured=result is not None,
        loudness_lufs=result.source_lufs if result else None,
    )


def show_first_play(run: JobRun, video: Video, generation: str, growth: Growth) -> None:
    """Point the video at the growing rung, unless this attempt has lost the job."""
    growth.refresh(run.heartbeat)
    with run.guard():
        shown = Video.objects.values_list("generation", flat=True).get(pk=video.pk)
        if not note_playable(video, generation):
            raise Cancelled
        if shown:
            drop_later(video, shown)
        publish(VideoPlayable(video_id=video.pk))
    if not run.job.result.get("plays"):
        run.remember(plays=True)
        run.let_others_begin()


def drop_later(video: Video, generation: str) -> None:
    """Remove a generation when those who hold its addresses have had time to finish."""
    enqueue(DROP, {"uuid": str(video.uuid), "generation": generation}, run_after=now() + GRACE)


def queue_ladder(run: JobRun, video: Video, source: Source) -> None:
    """Put the ladder in, in one transaction with this attempt's right to do so."""
    with run.guard():
        enqueue_ladder(video, duration_s=source.duration_s)


@handler(LADDER, on_failure=on_failure, on_cancel=on_cancel, max_attempts=ATTEMPTS)
def ladder(run: JobRun) -> dict[str, Any]:
    """Make all sizes from one decode and swap them in at once."""
    video = Video.objects.select_related("owner").filter(pk=run.job.payload["video"]).first()
    if video is not None and video.status == VideoStatus.FAILED:
        # Somebody tries the failed job again: its first rung is gone, so everything is made anew.
        retry_video(video, actor=None)
        return {"restarted": True}
    if video is None or video.status != VideoStatus.PLAYABLE:
        raise Cancelled
    if video.is_halted:
        # An operator tries this very job again.
        with run.guard():
            lifecycle.advance(
                video, VideoStatus.PLAYABLE, actor=None, reason="retry", error_code="", error_permanent=False
            )
    generation = new_generation()
    with no_endless_tries(run), workspace(run) as folder:
        out = folder / "made"
        result = engine.finished(out) or engine.transcode(
            local_original(video, folder),
            out,
            on_progress=run.heartbeat,
            should_stop=run.should_stop,
            draft=folder / "draft",
        )
        try:
            rendition_store().publish(out, str(video.uuid), generation)
            show_ladder(run, video, generation, result)
        except BaseException:
            rendition_store().delete(str(video.uuid), generation)
            raise
    return {"generation": generation, "total_s": result.total_s, "cpu_s": result.cpu_s, "lane": result.lane}


def show_ladder(run: JobRun, video: Video, generation: str, result: Result) -> None:
    """Swap the pointer to the verified generation; the old one goes after a while."""
    with run.guard():
        old = Video.objects.values_list("generation", flat=True).get(pk=video.pk)
        if not lifecycle.advance(
            video,
            VideoStatus.READY,
            actor=None,
            reason="all sizes",
            generation=generation,
            is_complete=True,
            ready_at=now(),
            has_audio=result.audio,
            loudness_lufs=result.loudness_lufs,
            checks=checked_again(video, result),
        ):
            raise Cancelled
        VideoRung.objects.filter(video=video).delete()
        VideoRung.objects.bulk_create(
            VideoRung(video=video, name=rung.name, width=rung.width, height=rung.height, bitrate=rung.bitrate)
            for rung in result.rungs
        )
        drop_later(video, old)
        publish(VideoReady(video_id=video.pk))


def checked_again(video: Video, result: Result) -> list[dict[str, Any]]:
    """Return the checks with what is known about the sound by now."""
    return findings(
        Recording(
            duration_s=result.duration_s,
            width=video.width or 0,
            height=video.height or 0,
            rotation=int(video.source["video"]["rotation"]),
            fps=float(video.source["video"]["fps"]),
            has_audio=result.audio,
            measured=True,
            loudness_lufs=result.source_lufs,
        )
    )


@handler(DROP)
def drop_generation(run: JobRun) -> None:
    """Remove a generation that is no longer shown."""
    uuid, generation = run.job.payload["uuid"], run.job.payload["generation"]
    if generation and not Video.objects.filter(uuid=uuid, generation=generation).exists():
        rendition_store().delete(uuid, generation)


@scheduled("videos.sweep_uploads", every=timedelta(hours=1))
def sweep_old_uploads() -> None:
    sweep_uploads()


@scheduled("videos.sweep_files", every=timedelta(days=1))
def sweep_old_files() -> None:
    sweep_files()


@scheduled("videos.forget_originals", every=timedelta(days=1))
def forget_old_originals() -> None:
    forget_originals()
