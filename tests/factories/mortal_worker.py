"""Real workers that die at once where a test wants it, and keep a journal: `-m tests.factories.mortal_worker FOLDER HOW`.

A file in the folder that is called as one of the POINTS kills the next process that gets there with a video; what it
holds is the share of the film after which to die. HOW is `embedded`, or `celery` for one Celery worker with two processes.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import django

POINTS = ("claim", "probe", "first_segments", "playable", "sizes", "verify", "publish", "end")
QUEUES = "default,first_play,ladder,small"
JOURNAL = "journal"
# Work that loses its worker too often counts as the cause of it, by design.
SPARED_FROM = 5


def read_journal(folder: Path) -> list[dict[str, Any]]:
    """Return what the workers noted, in the order in which it happened."""
    lines = (folder / JOURNAL).read_text().splitlines()
    return sorted((json.loads(line) for line in lines), key=lambda note: note["at"])


class Fate:
    """What waits for the processes of this worker."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.job: Any = None
        self.made_s = 0.0

    def note(self, what: str, **facts: Any) -> None:
        work = {"job": self.job.pk, "lane": self.job.lane} if self.job else {}
        line = json.dumps({"what": what, "at": time.monotonic(), **work, **facts})
        with (self.folder / JOURNAL).open("a") as journal:
            journal.write(line + "\n")

    def meet(self, point: str, *, share: float = 1.0) -> None:
        """Die here when it is time."""
        try:
            due = share >= float((self.folder / point).read_text() or 0)
            if self.job is None or self.job.attempts >= SPARED_FROM or not due:
                return
            (self.folder / point).unlink()
        except FileNotFoundError:
            return
        self.note("died", point=point, made_s=self.made_s)
        os.kill(os.getpid(), signal.SIGKILL)

    def before(self, owner: Any, name: str, meet: Callable[..., str]) -> None:
        """Go by what `meet` returns for its arguments, when that is the name of a point, before the function is called."""
        function = getattr(owner, name)

        @wraps(function)
        def met(*arguments: Any, **more: Any) -> Any:
            if point := meet(*arguments, **more):
                self.meet(point)
            return function(*arguments, **more)

        setattr(owner, name, met)


def follow_jobs(fate: Fate) -> None:
    """Know which video is worked on, and die around what the job room does."""
    from cms.jobs import lifecycle
    from cms.jobs.enums import JobStatus

    claim = lifecycle.claim

    def claimed(job: Any, *, worker: str) -> int | None:
        fate.job = job if job.kind.startswith("videos.") and job.lane != "small" else None
        fate.made_s = 0.0
        fate.meet("claim")
        fence = claim(job, worker=worker)
        if fence is not None:
            fate.note("claimed")
        return fence

    lifecycle.claim = claimed
    fate.before(lifecycle, "advance", lambda _job, to, **_more: "end" if to == JobStatus.DONE else "")


def follow_films(fate: Fate) -> None:
    """Die while a film is examined, made, tested and shown."""
    from cms.videos.handlers import first_play
    from cms.videos.rendition_stores import FolderStore
    from media_pipeline import engine, growing, run

    modules = {"media_pipeline.probe_child": "probe", "media_pipeline.verify_child": "verify"}
    fate.before(run, "run_python", lambda module, *_arguments, **_more: modules.get(module, ""))
    fate.before(first_play, "note_playable", lambda *_arguments: "playable")
    follow_progress(fate, growing, "first_segments")
    follow_progress(fate, engine, "sizes")
    publish = FolderStore.publish

    def published(*arguments: Any, **more: Any) -> None:
        publish(*arguments, **more)
        fate.meet("publish")

    FolderStore.publish = published  # type: ignore[method-assign]  # a step more


def follow_progress(fate: Fate, module: Any, point: str) -> None:
    """Note where an encoding begins and how far it came."""
    real = module.with_what_was_there

    def with_what_was_there(tell: Any, start: Any, source: Any, plan: Any) -> Any:
        begun_s = float(start.frame / plan.fps)
        fate.note("began", begun_s=begun_s, point=point)
        step = real(tell, start, source, plan)

        def watched(fraction: float) -> None:
            fate.made_s = begun_s + fraction * source.duration_s
            step(fraction)
            if fraction:
                fate.meet(point, share=fate.made_s / source.duration_s)

        return watched

    module.with_what_was_there = with_what_was_there


def main(folder: Path, how: str) -> None:
    django.setup()
    from cms.celery import app
    from cms.jobs.enums import Lane
    from cms.jobs.supervisor import Supervisor

    fate = Fate(folder)
    follow_jobs(fate)
    follow_films(fate)
    if how == "celery":
        app.worker_main(["worker", "--queues", QUEUES, "--concurrency", "2", "--loglevel", "WARNING"])
    else:
        Supervisor(Lane.values).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
