"""How long answers take while others ask and write: processes on one index, each with its own texts."""

import multiprocessing
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count, cycle
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Empty
from typing import Any

from search import synthetic, trials
from search.engines.protocol import Searching
from search.schema import ANONYMOUS, Query

SUGGESTION = "suggestion"
FACETS = ("kind", "topic", "organisation")
SUGGESTIONS = 6
# So many questions of each class are asked before anything counts: then dictionaries are read.
WARM_UP = 3
# Each reader has questions of its own.
APART = 1_000_000
# What a process may need to start and to end beside the measured time.
PATIENCE_S = 120.0


class SilentProcessError(Exception):
    """A process of the load ended without a word, or does not end."""


@dataclass(frozen=True, slots=True)
class Load:
    """What goes on at once for `seconds`: readers that ask without a pause, and one writer with so many texts a second.

    `server` is asked by engines that need one.
    """

    folder: Path
    engine: str
    documents: int
    readers: int
    writes: int
    seconds: float
    server: str = ""


@dataclass(slots=True)
class Timed:
    """What one process saw: milliseconds of the clock and of its processor for each act, and what went wrong."""

    wall_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    empty: int = 0
    errors: list[str] = field(default_factory=list)

    def add(self, other: "Timed") -> None:
        """Take in what another process saw."""
        self.wall_ms += other.wall_ms
        self.cpu_ms += other.cpu_ms
        self.empty += other.empty
        self.errors += other.errors


Seen = dict[str, Timed]


def run_load(load: Load) -> Seen:
    """Let readers and the writer work; return what they saw by class of question, and "write".

    Raises SilentProcessError.
    """
    # A forked child would share connections to the index with its parent.
    context = multiprocessing.get_context("spawn")
    told: Queue[Seen] = context.Queue()
    ready = context.Barrier(load.readers + bool(load.writes))
    tasks = [(_read, number) for number in range(load.readers)] + [(_write, 0)] * bool(load.writes)
    processes = [context.Process(target=task, args=(load, number, ready, told), daemon=True) for task, number in tasks]
    for process in processes:
        process.start()
    try:
        seen = merged(told.get(timeout=load.seconds + PATIENCE_S) for _process in processes)
    except Empty as error:
        raise SilentProcessError(
            "A process of the load ended without a word; more memory or fewer readers may help."
        ) from error
    finally:
        for process in processes:
            process.join(timeout=1)
            process.terminate()
    return seen


def merged(parts: Iterable[Seen]) -> Seen:
    """Put together what several processes saw."""
    seen: Seen = {}
    for part in parts:
        for name, timed in part.items():
            seen.setdefault(name, Timed()).add(timed)
    return seen


def _read(load: Load, number: int, ready: Any, told: "Queue[Seen]") -> None:
    """Ask one class after the other until the time is over."""
    engine = trials.index_in(load.folder, load.engine, server=load.server)
    for name in synthetic.CLASSES:
        for place in range(WARM_UP):
            _ask(engine, name, synthetic.question(name, -1 - place, documents=load.documents))
    seen: Seen = {name: Timed() for name in synthetic.CLASSES}
    ready.wait()
    ends = time.monotonic() + load.seconds
    for place, name in zip(count(number * APART), cycle(synthetic.CLASSES), strict=False):
        if time.monotonic() >= ends:
            break
        text = synthetic.question(name, place, documents=load.documents)
        _take(seen[name], lambda name=name, text=text: _ask(engine, name, text))
    told.put(seen)


def _ask(engine: Searching, name: str, text: str) -> bool:
    """Ask, and tell whether anything was found."""
    if name == SUGGESTION:
        return bool(engine.suggest(text, ANONYMOUS, limit=SUGGESTIONS))
    result = engine.search(Query(text=text, facets=FACETS))
    return bool(result.hits)


def _take(timed: Timed, act: Any) -> None:
    """Do it and note how long it took; what it raises is noted, not raised."""
    wall, cpu = time.perf_counter(), time.thread_time()
    try:
        timed.empty += not act()
    except Exception as error:  # noqa: BLE001  # every failure is what this measures
        timed.errors.append(repr(error))
    timed.cpu_ms.append((time.thread_time() - cpu) * 1000)
    timed.wall_ms.append((time.perf_counter() - wall) * 1000)


def _write(load: Load, _number: int, ready: Any, told: "Queue[Seen]") -> None:
    """Write new editions of documents, evenly over the time; what is late follows at once."""
    engine = trials.index_in(load.folder, load.engine, server=load.server)
    seen: Seen = {"write": Timed()}
    synthetic.document(0)
    ready.wait()
    began = time.monotonic()
    for place in range(int(load.writes * load.seconds)):
        doc = synthetic.document(place * 7919 % load.documents, edition=1 + place // load.documents)
        time.sleep(max(0.0, began + place / load.writes - time.monotonic()))
        if time.monotonic() - began >= load.seconds:
            break
        _take(seen["write"], lambda doc=doc: _put(engine, doc))
    told.put(seen)


def _put(engine: trials.Trial, doc: Any) -> bool:
    engine.write(doc)
    return True
