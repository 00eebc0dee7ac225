"""Looks at finished videos in the quiet hours, and makes anew what disks have damaged."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
from cms.videos.enums import DAMAGE_FINDINGS, AuditFinding, VideoStatus
from cms.videos.errors import StorageAway, VideoRefused
from cms.videos.handlers.failures import ATTEMPTS
from cms.videos.handlers.ladder import Made, make_all, show
from cms.videos.models import Video
from cms.videos.publication import digest_of, expected, fingerprint
from cms.videos.queries import AUDIT, REPAIR, due_for_audit, originals_of
from cms.videos.rendition_stores import rendition_store
from cms.videos.services.audit import (
    enqueue_nightly_audit,
    give_up,
    note_damage,
    note_sound,
    note_unchecked,
    note_unmendable,
)
from cms.videos.store_presence import require_originals, require_renditions
from cms.videos.workspaces import clear_workspace
from media_pipeline import package, verify
from media_pipeline import run as programs
from media_pipeline.errors import PipelineError, failure

Stop = Callable[[], bool]
# What one night examines at most, and how many damaged videos it finds before it stops: a disk that loses everything is
# not to be answered with hundreds of conversions.
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
    if not is_there():
        return {"seen": seen, "damaged": damaged}
    while spent_s < budget_s and seen < MOST and damaged < MOST_DAMAGED:
        video = due_for_audit(run.job.created_at).select_related("owner").first()
        if video is None:
            break
        began, known = time.monotonic(), video.audit_code
        try:
            # What a disk changed shows in the fingerprint; what an encoder got wrong is looked for once.
            look_at(video, wholly=video.audited_at is None, should_stop=run.should_stop)
        except StorageAway:
            # It went meanwhile. Of what cannot be seen nothing is known, and another night comes.
            break
        spent_s, seen = spent_s + time.monotonic() - began, seen + 1
        damaged += is_newly_damaged(video, known)
        run.remember(spent_s=spent_s, seen=seen, damaged=damaged)
        run.heartbeat(min(1.0, spent_s / budget_s))
        if others_wait_to_begin(run.job):
            raise Yielded
    return {"seen": seen, "damaged": damaged}


def is_there() -> bool:
    """Tell whether the store can be seen, which is in the log when not; one that was never marked is marked by it."""
    try:
        require_renditions()
    except StorageAway:
        return False
    return True


def is_newly_damaged(video: Video, known: str) -> bool:
    """Tell whether damage was noted at the video that was not `known`."""
    found = Video.objects.filter(pk=video.pk).values_list("audit_code", flat=True).first()
    return found != known and found in DAMAGE_FINDINGS


def look_at(video: Video, *, wholly: bool, should_stop: Stop | None = None) -> str:
    """Examine the shown files, note what was found, and return what is wrong with them; empty when nothing is.

    What cannot be examined is noted as such. Raises StorageAway, and notes nothing, when the whole store cannot be used.
    """
    try:
        found = examine(video, wholly=wholly, should_stop=should_stop)
    except Exception as error:
        if should_stop and should_stop():
            raise
        require_renditions()
        note_unchecked(video, error)
        return str(error) or type(error).__name__
    if not found.wrong:
        note_sound(video)
        return ""
    require_renditions()
    if found.changed:
        note_damage(video, found.wrong)
    else:
        note_unmendable(video, found.wrong)
    return found.wrong


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong with a video's files, in English for the operator, and whether they are not as they were published."""

    wrong: str = ""
    changed: bool = False


def examine(video: Video, *, wholly: bool, should_stop: Stop | None) -> Found:
    """Return what is wrong with the shown files.

    Raises PipelineError, StorageAway, OSError or what the bucket's client raises, when that cannot be found out.
    """
    root = Path(settings.WORK_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    alive = until(should_stop)
    with TemporaryDirectory(prefix="audit-", dir=root) as name:
        place = rendition_store().fetch(str(video.uuid), video.generation, Path(name), alive)
        try:
            changed = is_changed(place, video.published, alive)
        except OSError as error:
            if place == Path(name):
                raise  # our own disk, on which nothing but a copy lies
            return Found(str(error), changed=True)
        if changed:
            known = video.audit_code == AuditFinding.NO_ORIGINAL and not wholly
            return Found(CHANGED if known else why_changed(place, video.published, should_stop), changed=True)
        return Found(judge(place, video.published, should_stop)) if wholly else Found()


def until(should_stop: Stop | None) -> Callable[[], None]:
    """Return what raises PipelineError cancelled as soon as the work has to stop."""

    def alive() -> None:
        if should_stop and should_stop():
            raise failure("cancelled")

    return alive


def is_changed(place: Path, facts: dict[str, Any], alive: Callable[[], object]) -> bool:
    """Return whether the files are others than were published; of old videos without a fingerprint, whether all are gone."""
    if "sha256" not in facts:
        return not (place / package.MASTER).is_file()
    return fingerprint(place, alive) != str(facts["sha256"])


def why_changed(place: Path, facts: dict[str, Any], should_stop: Stop | None) -> str:
    """Return what is wrong with files that are known to have changed."""
    try:
        return judge(place, facts, should_stop) or CHANGED
    except (PipelineError, OSError) as error:
        if should_stop and should_stop():
            raise
        return f"{CHANGED} {error}"


def judge(place: Path, facts: dict[str, Any], should_stop: Stop | None) -> str:
    """Play everything in a folder from beginning to end and return what is wrong with it."""
    wanted = expected(facts)
    if wanted is None:
        return "" if (place / package.MASTER).is_file() else f"{package.MASTER} is missing."
    try:
        verify.verify(
            place,
            wanted.source,
            wanted.plan,
            wanted.rungs,
            wholly=True,
            nice=programs.WHENEVER,
            should_stop=should_stop,
        )
    except PipelineError as error:
        if error.code != "verify_failed":
            raise
        return error.message
    except ValueError as error:
        # A list that is no text any more.
        return str(error)
    return ""


def on_failure(job: Job) -> None:
    """Leave what could not be mended to the operators, and to its owner where only another copy helps."""
    transaction.on_commit(lambda: clear_workspace(job))
    video = Video.objects.select_related("owner").filter(pk=job.payload["video"]).first()
    if video is not None and video.audit_code in DAMAGE_FINDINGS:
        give_up(video, AuditFinding.NO_ORIGINAL if job.error_code in LOST else AuditFinding.REPAIR_FAILED)


def on_cancel(job: Job) -> None:
    transaction.on_commit(lambda: clear_workspace(job))


@handler(REPAIR, on_failure=on_failure, on_cancel=on_cancel, max_attempts=ATTEMPTS)
def repair(run: JobRun) -> dict[str, Any]:
    """Make a finished video anew from its original and swap it in; it plays all the while as far as it can."""
    video = Video.objects.select_related("owner").filter(pk=run.job.payload["video"]).first()
    if video is None or video.status != VideoStatus.READY:
        raise Cancelled
    require_renditions()
    with few_failures(run):
        return make_all(run, video, show_repaired, original=sound_original, require_store=require_renditions)


def sound_original(run: JobRun, video: Video, folder: Path) -> Path:
    """Return where what the person sent can be read: for this video, or once more for another.

    Raises VideoRefused missing_file or original_changed, StorageAway, and what a heartbeat raises.
    """
    trouble = VideoRefused("missing_file")
    for name in originals_of(video):
        try:
            file = original_stores.local_file(name, folder, run.heartbeat)
        except (FileNotFoundError, IsADirectoryError):
            continue
        if not video.sha256 or digest_of(file, run.heartbeat) == video.sha256:
            return file
        trouble = VideoRefused("original_changed")
        if file.parent == folder:
            file.unlink()  # the next one is fetched to the same place
    require_originals()
    raise trouble


def show_repaired(run: JobRun, video: Video, generation: str, made: Made) -> None:
    """Swap the pointer; nobody above has to hear of it, since all that is shown is the same."""
    with run.guard():
        show(video, generation, made, reason=lifecycle.REPAIR)


@contextmanager
def few_failures(run: JobRun) -> Iterator[None]:
    """End a repair for good that went wrong twice, whatever became of its workers and of what it needs."""
    try:
        yield
    except (LeaseLost, Interrupted, Yielded):
        raise
    except Exception as error:
        failures = run.job.result.get("failures", 0) + 1
        if run.should_stop() or getattr(error, "permanent", False) or is_elsewhere(error):
            raise
        run.remember(failures=failures)
        if failures < FAILURES:
            raise
        code = str(getattr(error, "code", "") or "internal")
        raise PipelineError(code, str(error), permanent=True) from error


def is_elsewhere(error: Exception) -> bool:
    """Tell whether the trouble is not the video's: a store that is away, a disk that others fill."""
    return bool(getattr(error, "waits", False)) or getattr(error, "code", "") == "out_of_space"
