"""All sizes of a video, from one decode."""

from typing import Any

from cms.core.clock import now
from cms.core.events import publish
from cms.jobs.registry import handler
from cms.jobs.runner import Cancelled, JobRun
from cms.videos import lifecycle
from cms.videos.checks import Recording, findings
from cms.videos.enums import VideoStatus
from cms.videos.events import VideoReady
from cms.videos.handlers.chores import drop_later
from cms.videos.handlers.failures import ATTEMPTS, no_endless_tries, on_cancel, on_failure
from cms.videos.handlers.originals import local_original
from cms.videos.models import Video, VideoRung
from cms.videos.queries import LADDER
from cms.videos.rendition_stores import new_generation, rendition_store
from cms.videos.services import retry_video
from cms.videos.workspaces import workspace
from media_pipeline import engine
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
