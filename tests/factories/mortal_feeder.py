"""Feeders of a shared index that die at once wherever they are: `-m tests.factories.mortal_feeder FOLDER COUNT`.

They serve topics, from a nursery that is loaded once and forks them, until a file `stop` is in FOLDER; `kills` there
says how many died, and as long as `rebuild` is there they rebuild, too. SEARCH_ENGINE and ELASTICSEARCH_URL name the server, which may be `file:PATH` for the stand-in.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import django

# How often one of the places is the last that a feeder reaches.
RISK = 0.02


def topic_document(pk: str) -> Any:
    """Return what a topic's document says: everything that can change of it."""
    from cms.taxonomy.models import Topic
    from search.schema import SearchDoc, Visibility

    topic = Topic.objects.filter(pk=pk).first()
    if topic is None:
        return None
    return SearchDoc(kind="topic", pk=pk, title=topic.name, url=f"/t/{pk}/", visibility=Visibility(public=True))


def topic_keys() -> Iterator[str]:
    """Yield the keys of all topics."""
    from cms.taxonomy.models import Topic

    yield from map(str, Topic.objects.values_list("pk", flat=True))


def serve_topics() -> None:
    """Let topics be the only documents there are."""
    from search import outbox

    outbox._sources.clear()
    outbox._after_commit.clear()
    outbox.register("topic", build=topic_document, iterate=topic_keys)


def stand_in_at(url: str) -> Any:
    """Return the stand-in that an address names."""
    from tests.factories.shared_index import SharedStandIn

    return SharedStandIn(Path(url.removeprefix("file:")))


def dying(function: Callable[..., Any], dice: random.Random) -> Callable[..., Any]:
    """Return a function before and behind which its caller may die."""

    @wraps(function)
    def called(*arguments: Any, **more: Any) -> Any:
        die_perhaps(dice)
        answer = function(*arguments, **more)
        die_perhaps(dice)
        return answer

    return called


def die_perhaps(dice: random.Random) -> None:
    if dice.random() < RISK:
        os.kill(os.getpid(), signal.SIGKILL)


def become_mortal(dice: random.Random) -> None:
    """Put death beside every step of feeding and rebuilding."""
    from search import feeder, generations, lease

    for owner, name in (
        (lease, "next_batch"),
        (lease.Hold, "move_to"),
        (lease.Hold, "renew"),
        (feeder, "write_one"),
        (feeder, "keep_letters"),
        (generations, "begin"),
        (generations, "promote"),
        (generations, "bring_in_line"),
    ):
        setattr(owner, name, dying(getattr(owner, name), dice))


def hurry() -> None:
    """Wait for the dead no longer than a test does, and take many batches to feed little."""
    from search import feeder, generations, lease

    feeder.BATCH = 5
    lease.LEASE = timedelta(seconds=0.5)
    generations.LEASE = timedelta(seconds=2)
    lease.LAST_REST_S = 0.2


def feed(folder: Path, number: int) -> None:
    """Feed until told to stop, and now and then rebuild while that is wanted: a rebuild would hide what was lost."""
    from search.configured import shared_engine
    from search.engines.protocol import EngineAway, EngineBusy
    from search.rebuild_shared import RebuildDiffers, rebuild_shared
    from search.worker import run_shared_round

    dice = random.Random(number)  # noqa: S311  # no secret
    become_mortal(dice)
    shared = shared_engine()
    assert shared is not None
    while not (folder / "stop").exists():
        run_shared_round(budget_s=0.2)
        if dice.random() < RISK and (folder / "rebuild").exists():
            with suppress(EngineAway, EngineBusy, RebuildDiffers):
                rebuild_shared(shared)
        time.sleep(0.02)


def main(folder: Path, count: int) -> None:
    """Keep a number of feeders alive."""
    django.setup()
    from search import configured

    serve_topics()
    hurry()
    if os.environ["ELASTICSEARCH_URL"].startswith("file:"):
        configured.SHARED["elasticsearch"] = lambda url, *_rest: stand_in_at(url)
    living: set[int] = set()
    born = kills = 0
    while living or not (folder / "stop").exists():
        while len(living) < count and not (folder / "stop").exists():
            born += 1
            if (child := os.fork()) == 0:
                feed(folder, born)
                os._exit(0)
            living.add(child)
        child, status = os.waitpid(-1, 0)
        living.discard(child)
        kills += os.WIFSIGNALED(status)
        (folder / "kills").write_text(str(kills))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
