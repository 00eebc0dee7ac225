"""A folder for each job: an attempt that was interrupted leaves its work there, and the next one takes it over."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from cms.jobs.enums import OPEN_STATUSES
from cms.jobs.models import Job
from cms.jobs.runner import Cancelled, JobRun
from cms.videos.rendition_stores import share_folder

# Another attempt would find the disk as full as this one left it.
NOT_TAKEN_UP = {"out_of_space"}
OLD_S = 24 * 3600.0
SWEEP_EVERY_S = 3600.0
# When this process last looked for what attempts on this machine left behind.
_swept = {"at": -SWEEP_EVERY_S}


@contextmanager
def workspace(run: JobRun) -> Iterator[Path]:
    """Give this attempt the job's folder; it is removed when nobody will go on with what is in it.

    What an earlier attempt left is shared into a new folder and the old one removed: a program of an attempt that only
    seemed dead works in a folder that is no more, wherever that was moved to.
    """
    sweep_now_and_then()
    folder = Path(settings.WORK_ROOT) / f"job-{run.job.pk}-{run.fence}"
    take_over([old for old in folders_of(run.job) if fence_of(old) < run.fence], folder)
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    try:
        yield folder
    except BaseException as trouble:
        if not is_taken_up(run, trouble):
            shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)


def is_taken_up(run: JobRun, trouble: BaseException) -> bool:
    """Return whether another attempt will go on where this one stopped."""
    if isinstance(trouble, Cancelled) or getattr(trouble, "permanent", False):
        return False
    return getattr(trouble, "code", "") not in NOT_TAKEN_UP and run.is_wanted()


def clear_workspace(job: Job) -> None:
    """Remove what attempts at a job that is over left on this machine."""
    for folder in folders_of(job):
        shutil.rmtree(folder, ignore_errors=True)


def folders_of(job: Job) -> list[Path]:
    """Return the folders of a job's attempts, the latest last."""
    found = Path(settings.WORK_ROOT).glob(f"job-{job.pk}-*")
    return sorted(found, key=fence_of)


def fence_of(folder: Path) -> int:
    """Return which attempt a folder belongs to."""
    return int(folder.name.rpartition("-")[2])


def take_over(folders: list[Path], folder: Path) -> None:
    """Share what the latest of the folders holds into the given one, and remove them all."""
    if folders:
        share_folder(folders[-1], folder)
    for old in folders:
        shutil.rmtree(old, ignore_errors=True)


def sweep_now_and_then() -> None:
    """Remove once an hour what attempts on this machine left: the sweep of the small lane reaches only its own machine.

    A worker that was killed leaves its folder, and its job may well have been done on another machine.
    """
    if time.monotonic() - _swept["at"] >= SWEEP_EVERY_S:
        _swept["at"] = time.monotonic()
        sweep_work(OLD_S)


def sweep_work(older_than_s: float) -> int:
    """Remove work folders of this machine that nobody touched for long, except of jobs that are still wanted."""
    limit = time.time() - older_than_s
    wanted = {f"job-{pk}" for pk in Job.objects.filter(status__in=OPEN_STATUSES).values_list("pk", flat=True)}
    found = [entry for entry in Path(settings.WORK_ROOT).glob("*") if changed_at(entry) < limit]
    old = [entry for entry in found if entry.name.rpartition("-")[0] not in wanted]
    for entry in old:
        shutil.rmtree(entry, ignore_errors=True)
    return len(old)


def changed_at(folder: Path) -> float:
    """Return when the folder was last written to; one that another lane removes meanwhile counts as new."""
    with suppress(FileNotFoundError):
        return folder.stat().st_mtime
    return time.time()
