"""All sizes of a video, from one decode."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cms.core.clock import now
from cms.core.events import publish
from cms.jobs.registry import handler
from cms.jobs.runner import Cancelled, JobRun
from cms.videos import lifecycle
from cms.videos.checks import Recording, findings
from cms.videos.enums import VideoStatus
from cms.videos.events import VideoChanging, VideoReady
from cms.videos.handlers.chores import drop_later
from cms.videos.handlers.failures import ATTEMPTS, no_endless_tries, on_cancel, on_failure
from cms.videos.handlers.originals import local_original
from cms.videos.models import Video, VideoRung
from cms.videos.publication import facts_of, nothing
from cms.videos.queries import LADDER
from cms.videos.rendition_stores import forget, new_generation, rendition_store
from cms.videos.services import retry_video
from cms.videos.services.work import enqueue_recognition
from cms.videos.workspaces import workspace
from media_pipeline import engine
from media_pipeline.plan import plan
from media_pipeline.probe import probe
from media_pipeline.spec import Result


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
    with no_endless_tries(run):
        return make_all(run, video, show_ladder)


@dataclass(frozen=True, slots=True)
class Made:
    """A finished folder: what the engine says of it, and what is kept at the video's row."""

    result: Result
    facts: dict[str, Any]


Show = Callable[[JobRun, Video, str, Made], None]


def make_all(
    run: JobRun,
    video: Video,
    show_it: Show,
    *,
    original: Callable[[JobRun, Video, Path], Path] = local_original,
    require_store: Callable[[], object] = nothing,
) -> dict[str, Any]:
    """Make all sizes from the original as a new generation and have it shown; two acts may be others than usual."""
    generation = new_generation()
    with workspace(run) as folder:
        file, out = original(run, video, folder), folder / "made"
        result = engine.finished(out) or engine.transcode(
            file, out, on_progress=run.heartbeat, should_stop=run.should_stop, draft=folder / "draft"
        )
        try:
            made = Made(result, facts_of_made(run, file, out, result))
            require_store()
            rendition_store().publish(out, str(video.uuid), generation, run.heartbeat)
            show_it(run, video, generation, made)
        except BaseException:
            forget(str(video.uuid), generation)
            raise
    return {"generation": generation, "total_s": result.total_s, "cpu_s": result.cpu_s, "lane": result.lane}


def facts_of_made(run: JobRun, file: Path, out: Path, result: Result) -> dict[str, Any]:
    """Return what an audit has to know of the folder later."""
    source = probe(file, should_stop=run.should_stop)
    return facts_of(source, plan(source), {rung.name for rung in result.rungs}, out, run.heartbeat)


def show_ladder(run: JobRun, video: Video, generation: str, made: Made) -> None:
    """Swap the pointer to the verified generation, and tell the rooms above."""
    with run.guard():
        publish(VideoChanging(video_id=video.pk))
        show(video, generation, made, reason="all sizes", ready_at=now())
        publish(VideoReady(video_id=video.pk))
        enqueue_recognition(video)


def show(video: Video, generation: str, made: Made, *, reason: str, **fields: Any) -> None:
    """Point the row at a finished generation, in the caller's transaction; the old one goes after a while.

    Raises Cancelled when the video is not to be shown any more.
    """
    old, result = Video.objects.values_list("generation", flat=True).get(pk=video.pk), made.result
    if not lifecycle.advance(
        video,
        VideoStatus.READY,
        actor=None,
        reason=reason,
        generation=generation,
        is_complete=True,
        published=made.facts,
        audited_at=None,
        audit_code="",
        has_audio=result.audio,
        loudness_lufs=result.loudness_lufs,
        checks=checked_again(video, result),
        **fields,
    ):
        raise Cancelled
    VideoRung.objects.filter(video=video).delete()
    VideoRung.objects.bulk_create(
        VideoRung(video=video, name=rung.name, width=rung.width, height=rung.height, bitrate=rung.bitrate)
        for rung in result.rungs
    )
    drop_later(video, old)


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
