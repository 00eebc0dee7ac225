"""Saves under which feeders of the shared index are killed, and what the index holds afterwards."""

import random
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction

from cms.taxonomy.models import Topic
from search import feeder, generations, lease, outbox
from search.encoding import digest, encode
from search.engines.protocol import SharedEngine
from search.feeder import feed_shared
from search.models import IndexGeneration
from search.outbox import record_change
from search.rebuild_shared import rebuild_shared
from tests.factories.mortal_feeder import hurry, serve_topics, topic_document, topic_keys
from tests.factories.processes import eventually, process


@dataclass(frozen=True, slots=True)
class Aftermath:
    """`held` and `wanted` are digests by key; `drained_s` is how long it took to feed what was left."""

    kills: int
    held: dict[str, str]
    wanted: dict[str, str]
    drained_s: float


def be_calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let topics be the only documents, and have put back afterwards what a storm changes."""
    monkeypatch.setattr(outbox, "_sources", {})
    monkeypatch.setattr(outbox, "_after_commit", [])
    for module, name in ((lease, "LEASE"), (generations, "LEASE"), (lease, "LAST_REST_S"), (feeder, "BATCH")):
        monkeypatch.setattr(module, name, getattr(module, name))
    serve_topics()


def save_something(dice: random.Random, number: int, keys: list[str]) -> None:
    """Make, rename or delete a topic of those in `keys`, which is kept true, and note the change in the same transaction."""
    with transaction.atomic():
        if not keys or dice.random() < 0.4:
            pk = str(Topic.objects.create(name=f"专题{number}", slug=f"storm-{number}").pk)
            keys.append(pk)
        else:
            place = dice.randrange(len(keys))
            pk = keys[place]
            if dice.random() < 0.4:
                Topic.objects.filter(pk=pk).delete()
                keys[place] = keys[-1]
                keys.pop()
            else:
                Topic.objects.filter(pk=pk).update(name=f"改名{number}")
        record_change("topic", pk)


def survive_storm(
    shared: SharedEngine, folder: Path, *, saves: int, feeders: int, least_kills: int, **named: str
) -> Aftermath:
    """Save while feeders are killed, at least so often, let the last of them end, feed the rest, and look."""
    batch = feeder.BATCH
    hurry()
    rebuild_shared(shared)
    dice, keys = random.Random(7), list(topic_keys())  # noqa: S311  # no secret
    with process("-m", "tests.factories.mortal_feeder", str(folder), str(feeders), **named) as nursery:
        (folder / "rebuild").touch()
        eventually(lambda: kills_in(folder))
        done = 0
        # Who has nothing to feed has few steps at which to die: people save until enough have.
        while nursery.poll() is None and (done < saves or kills_in(folder) < least_kills):
            save_something(dice, done, keys)
            time.sleep(0.02)
            done += 1
            if done == saves // 2:
                (folder / "rebuild").unlink()
        (folder / "stop").touch()
        nursery.wait(60)
    feeder.BATCH = batch
    began = time.monotonic()
    eventually(lambda: is_fed(shared), patience_s=600)
    drained_s = time.monotonic() - began
    shared.refresh()
    return Aftermath(
        kills=kills_in(folder),
        held={doc.pk: doc.digest for doc in shared.indexed()},
        wanted={pk: digest(encode(topic_document(pk))) for pk in topic_keys()},
        drained_s=drained_s,
    )


def is_fed(shared: SharedEngine) -> bool:
    """Feed, and tell whether everything was."""
    report = feed_shared(shared)
    assert not report.missed or IndexGeneration.objects.filter(state="building").exists()
    return not (report.busy or report.away or report.waiting)


def kills_in(folder: Path) -> int:
    """Return how many feeders died so far."""
    kills = folder / "kills"
    return int(kills.read_text() or 0) if kills.exists() else 0
