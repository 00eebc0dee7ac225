"""How fast an index of synthetic documents answers while others read and write."""

import json
import sqlite3
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from search import synthetic, trials
from search.bench import SUGGESTION, Load, Seen, SilentProcessError, Timed, merged, run_load
from search.engines.protocol import EngineAway
from search.evaluate import percentile

WRONG = 2
UNITS = {"k": 1000, "m": 1_000_000}
TELL_EVERY = 10_000


def number_of_documents(text: str) -> int:
    """Return what 10k, 100k or 1M means."""
    digits, unit = (text[:-1], UNITS[text[-1].lower()]) if text[-1:].lower() in UNITS else (text, 1)
    if not digits.isascii() or not digits.isdigit() or not int(digits):
        raise ArgumentTypeError("a number of documents is needed: 5000, 10k, 100k, 1M")
    return int(digits) * unit


class Command(BaseCommand):
    help = (
        "Build an index of synthetic documents and print how long answers take, by class of question, while several "
        "processes read and one writes. The index is thrown away, or kept in --folder for the next time."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--engine", choices=trials.NAMES, default="embedded")
        parser.add_argument("--documents", type=number_of_documents, default=10_000, help="10k (default), 100k, 1M.")
        parser.add_argument("--readers", type=int, default=4, help="Processes that ask without a pause (default 4).")
        parser.add_argument("--writes", type=int, default=20, help="Documents written each second (default 20).")
        parser.add_argument("--seconds", type=float, default=30.0, help="How long to measure (default 30).")
        parser.add_argument("--folder", type=Path, help="Keep the index here; one that is there already is used.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["readers"] < 1 or options["writes"] < 0 or options["seconds"] <= 0:
            raise CommandError(
                "At least one reader and some time are needed, and writes are not negative.", returncode=WRONG
            )
        try:
            if options["folder"]:
                found = self._measure(options["folder"], options)
            else:
                with trials.folder_of_trial(options["engine"], server=settings.ELASTICSEARCH_URL) as folder:
                    found = self._measure(folder, options)
        except (trials.EngineAbsentError, EngineAway, SilentProcessError, sqlite3.Error, OSError) as error:
            self.stdout.write(json.dumps({"error": {"code": code_of(error), "message": str(error)}}))
            sys.exit(WRONG)
        self.stdout.write(json.dumps(found) if options["json"] else "\n".join(table(found)))

    def _measure(self, folder: Path, options: Mapping[str, Any]) -> dict[str, Any]:
        names = ("engine", "documents", "readers", "writes", "seconds")
        load = Load(folder=folder, server=settings.ELASTICSEARCH_URL, **{name: options[name] for name in names})
        index_s = self._build(load)
        self.stderr.write(f"The index is ready; {load.readers} readers ask for {load.seconds:g} s.")
        return {**{name: options[name] for name in names}, "index_s": index_s, **summary(run_load(load), load)}

    def _build(self, load: Load) -> float | None:
        """Build the index and return the seconds, None when it was there already."""
        load.folder.mkdir(parents=True, exist_ok=True)
        index = trials.index_in(load.folder, load.engine, server=load.server)
        if index.documents() == load.documents:
            return None
        began = time.monotonic()
        index.fill(map(self._document, range(load.documents)))
        return round(time.monotonic() - began, 2)

    def _document(self, number: int) -> Any:
        if number and number % TELL_EVERY == 0:
            self.stderr.write(f"{number} documents are written.")
        return synthetic.document(number)


def code_of(error: Exception) -> str:
    """Return what went wrong: the engine, a process of the load, or the folder with the index."""
    if isinstance(error, trials.EngineAbsentError | EngineAway):
        return "engine_absent"
    return "process_silent" if isinstance(error, SilentProcessError) else "index_unusable"


def summary(seen: Seen, load: Load) -> dict[str, Any]:
    """Return the figures: of all searches together, of each class, of writing."""
    searches = merged({"all": timed} for name, timed in seen.items() if name not in {SUGGESTION, "write"})["all"]
    return {
        "index_mb": round(trials.index_in(load.folder, load.engine, server=load.server).megabytes(), 1),
        "searches": figures(searches),
        "classes": {name: figures(timed) for name, timed in seen.items() if name != "write"},
        "write": figures(seen.get("write", Timed())),
        "errors": sorted({error for timed in seen.values() for error in timed.errors})[:10],
    }


def figures(timed: Timed) -> dict[str, float]:
    """Return how many there were, how many found nothing or failed, and the times in milliseconds."""
    return {
        "count": len(timed.wall_ms),
        "empty": timed.empty,
        "failed": len(timed.errors),
        "p50_ms": round(percentile(timed.wall_ms, 0.5), 2),
        "p95_ms": round(percentile(timed.wall_ms, 0.95), 2),
        "cpu_p50_ms": round(percentile(timed.cpu_ms, 0.5), 2),
        "cpu_p95_ms": round(percentile(timed.cpu_ms, 0.95), 2),
    }


def table(found: Mapping[str, Any]) -> list[str]:
    """Return the figures as lines for people."""
    rows = {"all searches": found["searches"], **found["classes"], "write": found["write"]}
    head = [f"{name}: {found[name]}" for name in ("engine", "documents", "readers", "writes", "index_s", "index_mb")]
    columns = f"{'':16}" + "".join(f"{name:>12}" for name in found["searches"])
    return [
        *head,
        columns,
        *(f"{name:16}" + "".join(f"{each:>12}" for each in row.values()) for name, row in rows.items()),
    ]
