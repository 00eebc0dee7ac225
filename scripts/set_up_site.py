#!/usr/bin/env python
"""Bring the demonstration's database, static files and data up to date, in one process; skip what is still right."""

import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.demo import remove_data  # noqa: E402  # the checkout is not installed as a package


def digest(paths: Iterable[Path]) -> str:
    """Return a hash over names and contents of files."""
    found = hashlib.sha256()
    for path in sorted(paths):
        found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def migrations() -> dict[str, str]:
    """Return the hash of every migration."""
    found = [*ROOT.glob("cms/*/migrations/0*.py"), *ROOT.glob("search/migrations/0*.py")]
    return {str(path.relative_to(ROOT)): digest([path]) for path in found}


def wanted() -> dict[str, Any]:
    """Return what the site would be built from now."""
    lock = ROOT / "requirements/base.txt"
    front = [path for path in (ROOT / "front/dist").rglob("*") if path.is_file()]
    static = [path for path in ROOT.glob("cms/*/static/**/*") if path.is_file()]
    return {
        "migrations": migrations(),
        "static": digest([lock, *front, *static]),
        "packages": digest([lock]),
        "demo": digest(path for path in (ROOT / "cms/demo").rglob("*") if path.suffix in {".py", ".json"}),
    }


def reason_to_begin_anew(done: dict[str, Any], new: dict[str, Any]) -> str:
    """Return why the data that is there cannot be kept, or nothing.

    A database that is only migrated would never show what the demonstration tells about the new rooms.
    """
    if not done:
        return ""
    if done.get("unfinished"):
        return "The last set-up did not reach its end"
    if done.get("migrations") != new["migrations"]:
        return "The shape of the data changed"
    if done.get("demo") != new["demo"]:
        return "The demonstration's data changed"
    return ""


def bring_up_to_date(stamp: Path, *, people_only: bool = False) -> None:
    """Do what the stamp says is due; `people_only` leaves clips and lessons out."""
    done = json.loads(stamp.read_text()) if stamp.is_file() else {}
    new = wanted()
    if done == new:
        return
    reason = reason_to_begin_anew(done, new)
    if reason:
        print(f"{reason}: the demonstration's data is built again.", flush=True)
        remove_data(stamp.parent)
        done = {}
    if not done:
        # An interrupted first set-up leaves half a county behind; the next start must know.
        stamp.write_text(json.dumps({"unfinished": True}))

    import django
    from django.core.management import call_command

    django.setup()
    if done.get("packages") != new["packages"]:
        timed("database", lambda: (call_command("migrate", verbosity=0), call_command("createcachetable")))
    if done.get("static") != new["static"]:
        timed("static files", lambda: call_command("collectstatic", interactive=False, clear=True, verbosity=0))
    if not done:
        timed("demonstration data", lambda: call_command("seed_demo", people_only=people_only))
    stamp.write_text(json.dumps(new))


def timed(name: str, work: Callable[[], object]) -> None:
    """Run one step and print its time."""
    started = time.monotonic()
    work()
    print(f"  {name}: {time.monotonic() - started:.1f} s", flush=True)


if __name__ == "__main__":
    bring_up_to_date(Path(sys.argv[1]), people_only="--people-only" in sys.argv)
