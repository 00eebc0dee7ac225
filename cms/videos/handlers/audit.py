"""Looks at finished videos in the quiet hours, and makes anew what disks have damaged."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import transaction

from cms.jobs.models import Job
from cms.jobs.queries import others_wait_to_begin
from cms.jobs.registry import handler
from cms.jobs.runner import Cancelled, Interrupted, JobRun, LeaseLost, Yielded
from cms.jobs.schedule import scheduled
from cms.videos import lifecycle, original_stores
from cms.videos.enums import AuditFinding, VideoStatus
from cms.videos.errors import VideoRefused
from cms.videos.handlers.failures import ATTEMPTS
from cms.videos.handlers.ladder import Made, make_all, show
from cms.videos.models import Video
from cms.videos.publication import expected, fingerprint
from cms.videos.queries import AUDIT, REPAIR, due_for_audit
from cms.videos.rendition_stores import rendition_store
from cms.videos.services.audit import enqueue_nightly_audit, give_up, note_damage, note_sound, note_unchecked
from cms.videos.workspaces import clear_workspace
from media_pipeline import package, verify
from media_pipeline.errors import PipelineError, failure

# What one night examines at most, and how many damaged videos it finds before it stops: a disk that is not there makes
# all of them look damaged, and is not to be answered with hundreds of conversions.
MOST, MOST_DAMAGED = 200, 10
FAILURES = 2
CHANGED = "Its files are not those that were published."
LOST = {"missing_file", "original_changed"}


@scheduled("videos.audit", every=timedelta(days=1))
def audit_tonight() -> None:
    enqueue_nightly_audit()


@handler(AUDIT, max_attempts=ATTEMPTS)
def audit(run: JobRun) -> dict[str, Any]:
    """Examine one video wholly, or those whose turn it is this night."""
    if "video" not in run.job.payload:
        return audit_night(run)
    video = Video.objects.filter(pk=run.job.payload["video"], status=VideoStatus.READY).first()
    if video is None:
        raise Cancelled
    return {"wrong": look_at(video, wholly=True, should_stop=run.should_stop)}


def audit_night(run: JobRun) -> dict[str, Any]:
    """Examine videos one after the other, the longest unseen first, and let other people's work go before each."""
    spent_s, seen, damaged = (run.job.result.get(name, 0) for name in ("spent_s", "seen", "damaged"))
    budget_s = settings.VIDEO_AUDIT_MINUTES * 60
    while spent_s < budget_s and seen < MOST and damaged < MOST_DAMAGED:
        video = due_for_audit(run.job.created_at).select_related("owner").first()
        if video is None:
            break
        began = time.monotonic()
        # What a disk changed shows in the fingerprint; what an encoder got wrong is looked for once.
        wrong = look_at(video, wholly=video.audited_at is None, should_stop=run.should_stop)
        spent_s, seen, damaged = spent_s + time.monotonic() - began, seen + 1, damaged + bool(wrong)
        run.remember(spent_s=spent_s, seen=seen, damaged=damaged)
        run.heartbeat(min(1.0, spent_s / budget_s))
        if others_wait_to_begin(run.job):
            raise Yielded
    return {"seen": seen, "damaged": damaged}


def look_at(video: Video, *, wholly: bool, should_stop: Callable[[], bool] | None = None) -> str:
    """Examine the shown files, note what was found, and return what is wrong with them; empty when nothing is."""
    try:
        wrong = examine(video, wholly=wholly, should_stop=should_stop)
    except PipelineError as error:
        if error.code == "cancelled":
            raise
        note_unchecked(video, error.code)
        return error.message
    if wrong:
        note_damage(video, wrong)
    else:
        note_sound(video)
    return wrong


def examine(video: Video, *, wholly: bool, should_stop: Callable[[], bool] | None) -> str:
    """Return what is wrong with the shown files, in English for the operator.

    Raises PipelineError when that cannot be found out, StorageAway.
    """

    def alive() -> None:
        if should_stop and should_stop():
            raise failure("cancelled")

    root = Path(settings.WORK_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="audit-", dir=root) as folder:
        place = rendition_store().fetch(str(video.uuid), video.generation, Path(folder), alive)
        changed = "sha256" in video.published and fingerprint(place) != video.published["sha256"]
        told = judge(place, video.published, should_stop) if changed or wholly else ""
    return told or (CHANGED if changed else "")


def judge(place: Path, facts: dict[str, Any], should_stop: Callable[[], bool] | None) -> str:
    """Play everything in a folder from beginning to end and return what is wrong with it."""
    wanted = expected(facts)
    if wanted is None:
        return "" if (place / package.MASTER).is_file() else f"{package.MASTER} is missing."
    try:
        verify.verify(place, wanted.source, wanted.plan, wanted.rungs, wholly=True, should_stop=should_stop)
    except PipelineError as error:
        if error.code != "verify_failed":
            raise
        return error.message
    except (OSError, ValueError) as error:
        # A list that is no text any more, or a disk that cannot read.
        return str(error)
    return ""


def on_failure(job: Job) -> None:
    """Leave what could not be mended to the operators, and to its owner where only another copy helps."""
    transaction.on_commit(lambda: clear_workspace(job))
    video = Video.objects.select_related("owner").filter(pk=job.payload["video"]).first()
    if video is not None:
        give_up(video, AuditFinding.NO_ORIGINAL if job.error_code in LOST else AuditFinding.REPAIR_FAILED)


def on_cancel(job: Job) -> None:
    transaction.on_commit(lambda: clear_workspace(job))


@handler(REPAIR, on_failure=on_failure, on_cancel=on_cancel, max_attempts=ATTEMPTS)
def repair(run: JobRun) -> dict[str, Any]:
    """Make a finished video anew from its original and swap it in; it plays all the while as far as it can."""
    video = Video.objects.select_related("owner").filter(pk=run.job.payload["video"]).first()
    if video is None or video.status != VideoStatus.READY:
        raise Cancelled
    with few_failures(run):
        return make_all(run, video, show_repaired, before=require_the_original)


def require_the_original(video: Video, file: Path) -> None:
    """Raise VideoRefused original_changed unless the file is what the person sent."""
    if video.sha256 and original_stores.digest_of(file) != video.sha256:
        raise VideoRefused("original_changed")


def show_repaired(run: JobRun, video: Video, generation: str, made: Made) -> None:
    """Swap the pointer; nobody above has to hear of it, since all that is shown is the same."""
    with run.guard():
        show(video, generation, made, reason=lifecycle.REPAIR)


@contextmanager
def few_failures(run: JobRun) -> Iterator[None]:
    """End a repair for good that went wrong twice, whatever became of its workers."""
    try:
        yield
    except (LeaseLost, Interrupted, Yielded):
        raise
    except Exception as error:
        failures = run.job.result.get("failures", 0) + 1
        if run.should_stop() or getattr(error, "permanent", False) or getattr(error, "waits", False):
            raise
        run.remember(failures=failures)
        if failures < FAILURES:
            raise
        code = str(getattr(error, "code", "") or "internal")
        raise PipelineError(code, str(error), permanent=True) from error
