#!/usr/bin/env python
"""./check: everything a machine can say about this project, step by step, with a count at the end."""

import argparse
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from defusedxml import ElementTree

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.carried import OWN_SERVER  # noqa: E402  # the checkout is not installed as a package
from scripts.prepare import find_npm  # noqa: E402
from scripts.programs import install_missing, say  # noqa: E402
from scripts.shell import without_settings  # noqa: E402

WORK = ROOT / "var" / "check"
PYTHON_CODE = ["cms", "media_pipeline", "search", "tests", "scripts", "scripts/merge_catalogue", "manage.py"]
AREAS = ("media", "search", "booking", "learning", "content", "pages", "site")
ALONE = "not ffmpeg and not processes and not services and not e2e"
FAST = f"{ALONE} and not wide and not long"
WIDE = f"{ALONE} and (wide or long)"
# Folders in which nothing runs alone.
SERVED = ("tests/e2e", "tests/media_pipeline", "tests/services")
ELSEWHERE = [f"--ignore={folder}" for folder in SERVED]
# The whole demonstration, with its films: as long as a part of the suite, and nearly all of it Python.
SEED = "tests/cms/demo/test_seed.py"
# What is wide or long asks about pages and sizes, which are the same on every database; who wins a race is not.
# Numbers of transactions and of batches, leases and who of two wins are another matter there.
FED_FROM_LOG = tuple(
    f"tests/search/test_{name}.py"
    for name in ("feeder", "other_code", "rebuild_shared", "shared_leases", "shared_owner")
)
ROOMS = "not ffmpeg and not services and not e2e and (races or not (wide or long))"


@dataclass
class Tally:
    """What passed, failed and was skipped so far; a step counts as one."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reasons: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def step(self, name: str, *, ok: bool) -> None:
        """Count one step."""
        if ok:
            self.passed += 1
        else:
            self.failed += 1
            self.failures.append(name)

    def add(self, other: "Tally") -> None:
        """Count what another part counted."""
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.reasons += other.reasons
        self.failures += other.failures

    def skip(self, name: str, reason: str) -> None:
        """Count something that this machine cannot have; on the build machine that is a failure."""
        if os.environ.get("CI") == "true":
            self.failed += 1
            self.failures.append(f"{name}: cannot be skipped here ({reason})")
        else:
            self.skipped += 1
            self.reasons.append(f"{name}: {reason}")


def test_environment(**extra: str) -> dict[str, str]:
    """Return an environment in which no setting of the person's shell reaches the suite."""
    tools = str(Path(sys.executable).parent)
    path = os.pathsep.join([tools, os.environ.get("PATH", os.defpath)])
    return {
        **without_settings(),
        "PATH": path,
        "DJANGO_SETTINGS_MODULE": "cms.settings.test",
        "PYTHONPATH": str(ROOT),
        **extra,
    }


def run(argv: Sequence[str], environment: dict[str, str], log: Path) -> int:
    """Run one command in the checkout with its words in a log file; return its status."""
    with log.open("wb") as file:
        return subprocess.run(
            argv,
            cwd=ROOT,
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            check=False,
        ).returncode


def slug(name: str) -> str:
    """Return what a part's files are called: parts run beside each other."""
    return re.sub(r"\W+", "-", name)


def step(tally: Tally, name: str, argv: Sequence[str], **extra: str) -> None:
    """Run one step, print its time, and what it said if it failed."""
    started = time.monotonic()
    log = WORK / f"step-{slug(name)}.log"
    ok = run(argv, test_environment(**extra), log) == 0
    say(f"{'ok  ' if ok else 'FAIL'} {name:<28}{time.monotonic() - started:7.1f} s")
    if not ok:
        say(log.read_text(errors="replace")[-6000:])
    tally.step(name, ok=ok)


def module(name: str, *arguments: str) -> list[str]:
    """Return the argv that runs a Python module of the environment."""
    return [sys.executable, "-m", name, *arguments]


def lint_steps(tally: Tally) -> None:
    """Format, lint, types, import contracts, templates."""
    step(tally, "format", module("ruff", "format", "--check", *PYTHON_CODE))
    step(tally, "lint", module("ruff", "check", *PYTHON_CODE))
    step(tally, "types", module("mypy", *PYTHON_CODE))
    step(
        tally,
        "import contracts",
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
    )
    step(tally, "templates", module("djlint", "cms", "--lint", "--quiet"))


def front_steps(tally: Tally) -> None:
    """TypeScript and style sheets: types, lint, unit tests."""
    npm, environment = find_npm()
    path = os.pathsep.join([environment.get("PATH", ""), test_environment()["PATH"]]).strip(os.pathsep)
    step(tally, "front end: types and lint", [*npm, "run", "check"], PATH=path)
    if list((ROOT / "tests/front").glob("*.test.ts")):
        step(tally, "front end: tests", [*npm, "test"], PATH=path)


def django_steps(tally: Tally) -> None:
    """Migrations drift, production settings, translations."""
    step(tally, "migrations", [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"])
    step(
        tally,
        "check --deploy",
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        DJANGO_SETTINGS_MODULE="cms.settings.production",
        WEIKE_SECRET_KEY=secrets.token_urlsafe(60),
        WEIKE_ALLOWED_HOSTS="weike.example",
        WEIKE_DATA_DIR=str(WORK / "production"),
    )
    step(tally, "catalogues", [sys.executable, "scripts/merge_catalogue"])


def pytest_run(
    tally: Tally, name: str, marks: str, *arguments: str, cover: bool = True, yields: bool = False, **extra: str
) -> None:
    """Run one part of the suite and add its tests to the count; one that `yields` lets others go first."""
    started = time.monotonic()
    report, log = WORK / f"{slug(name)}.xml", WORK / f"{slug(name)}.log"
    report.unlink(missing_ok=True)
    argv = module("pytest", "-q", "-m", marks, f"--junitxml={report}", "-o", "junit_family=xunit2", *arguments)
    if cover:
        # The floor is held against all parts together, in coverage_step.
        argv += ["--cov", "--cov-report=", "--cov-fail-under=0"]
        extra["COVERAGE_FILE"] = str(WORK / f".coverage.{slug(name)}")
    if yields:
        argv = ["nice", "-n", "5", *argv]
    status = run(argv, test_environment(**extra), log)
    counted = add_report(tally, name, report)
    ok = status == 0 and counted
    say(f"{'ok  ' if ok else 'FAIL'} tests: {name:<21}{time.monotonic() - started:7.1f} s   {last_line(log)}")
    if not ok:
        say(log.read_text(errors="replace")[-12000:])
        if not counted or not tally.failures:
            tally.step(f"tests: {name} (pytest status {status})", ok=False)


def last_line(log: Path) -> str:
    """Return pytest's own summary."""
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1].strip("= ") if lines else ""


def add_report(tally: Tally, name: str, report: Path) -> bool:
    """Add a JUnit report to the count; return False when there is none."""
    if not report.is_file():
        return False
    for case in ElementTree.parse(report).iter("testcase"):
        label = f"{name}: {case.get('classname')}.{case.get('name')}"
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            tally.step(label, ok=False)
        elif skipped is not None:
            tally.skip(label, skipped.get("message") or "no reason given")
        else:
            tally.passed += 1
    return True


def postgresql_run(tally: Tally) -> None:
    """Run the rooms' tests, and what is fed from the log of changes, once more on a private PostgreSQL cluster."""
    from tests.services.postgresql import PostgreSQL
    from tests.services.processes import ServiceMissingError
    from tests.suite_database import MIGRATED

    parallel = ["-n", "2", "--dist", "worksteal"]
    try:
        with PostgreSQL() as server:
            migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            step(tally, "migrate on PostgreSQL", migrate, DATABASE_URL=server.create("migrated"))
            where = {"DATABASE_URL": server.url(), MIGRATED: "migrated"}
            rooms = ("rooms on PostgreSQL", ROOMS, "tests/cms", *parallel)
            pytest_run(tally, *rooms, cover=False, yields=True, **where)
            # Alone: what is committed is read when no older transaction of the whole server runs any more.
            fed = ("feeding on PostgreSQL", ROOMS, *FED_FROM_LOG)
            pytest_run(tally, *fed, cover=False, yields=True, **where)
    except ServiceMissingError as missing:
        tally.skip("rooms on PostgreSQL", str(missing))


def coverage_step(tally: Tally) -> None:
    """Combine what all runs covered and hold it against the floor in pyproject.toml."""
    os.environ["COVERAGE_FILE"] = str(WORK / ".coverage")
    files = [str(path) for path in WORK.glob(".coverage.*")]
    log = WORK / "coverage.log"
    run(module("coverage", "combine", "--quiet", *files), test_environment(COVERAGE_FILE=str(WORK / ".coverage")), log)
    step(tally, "coverage", module("coverage", "report", "--skip-covered"), COVERAGE_FILE=str(WORK / ".coverage"))
    run(module("coverage", "report", "--format=total"), test_environment(COVERAGE_FILE=str(WORK / ".coverage")), log)
    say(f"     covered: {last_line(log)} %")


def all_tests(tally: Tally) -> None:
    """Run the fast set, where failures are cheap to find, then all the rest in three lanes.

    Coverage doubles the time of what it watches and its floor is far below what the fast set reaches, so the parts that
    go over the same lines again, more widely or from outside, are not watched.
    """
    run_fast(tally, programs_step, cover=True)
    with beside(tally, services_run, postgresql_run), beside(tally, rest_runs):
        pytest_run(tally, "e2e", "e2e", "tests/e2e", cover=False)
    coverage_step(tally)


def programs_step(_tally: Tally) -> None:
    """Install what the later parts need; what cannot be had is counted by the tests that miss it."""
    for area, reason in install_missing().items():
        say(f"     missing: {area}: {reason}")


def services_run(tally: Tally) -> None:
    """Run what waits for its servers, as the browser's part does for its own: both go before what only works."""
    own: dict[str, Any] = {name: os.environ[name] for name in (OWN_SERVER,) if name in os.environ}
    pytest_run(tally, "services", "services or ffmpeg", SEED, "tests/services", cover=False, **own)


def rest_runs(tally: Tally) -> None:
    """Run everything else beside the parts that wait as much as they work: it takes what they leave of both cores."""
    two = ["-n", "2", "--dist", "worksteal"]
    marks = "(ffmpeg or processes) and not services"
    files = ["tests/media_pipeline", *holding("ffmpeg", "processes")]
    pytest_run(tally, "ffmpeg and processes", marks, f"--deselect={SEED}", *files, *two, yields=True)
    # The longest of these takes minutes: who has done the rest takes over what waits behind it.
    pytest_run(tally, "wide", WIDE, *ELSEWHERE, *two, cover=False, yields=True)


def holding(*marks: str) -> list[str]:
    """Return the files in which one of the marks stands: reading all the others takes each process seconds.

    A mark outside the files of tests reaches whatever takes its tests from there: then it is all of them.
    """
    told = re.compile(rf"\bmark\.(?:{'|'.join(marks)})\b")
    files = [file for file in sorted((ROOT / "tests").rglob("*.py")) if told.search(file.read_text())]
    if not all(file.name.startswith("test_") for file in files):
        return ["tests"]
    names = [file.relative_to(ROOT).as_posix() for file in files]
    return [name for name in names if not name.startswith(SERVED)]


def proof(area: str) -> int:
    """Run one area's scenarios at full size; they write docs/benchmarks.md, and a goal that is missed fails."""
    files = scenarios(area, ROOT / "tests" / "benchmarks")
    if not files:
        say(f"Nothing is measured for {area} yet: tests/benchmarks/test_{area}.py comes with what it measures.")
        return 1
    names = [str(file.relative_to(ROOT)) for file in files]
    # Who works on one part wants to know which took how long.
    timed = ["--durations=0", "--durations-min=10"]
    argv = module("pytest", "-q", "-s", "-p", "no:cacheprovider", *timed, *names, "--full-size")
    return subprocess.run(argv, cwd=ROOT, env=test_environment(), stdin=subprocess.DEVNULL, check=False).returncode


def scenarios(area: str, folder: Path) -> list[Path]:
    """Return the files that measure an area: its own, and those named after a part of it."""
    return [*folder.glob(f"test_{area}.py"), *sorted(folder.glob(f"test_{area}_*.py"))]


def read_options() -> argparse.Namespace:
    """Return the options of ./check."""
    parser = argparse.ArgumentParser(prog="./check", description="Check everything, or the part that needs no server.")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--fast", action="store_true", help="what needs no service, browser or ffmpeg")
    kind.add_argument("--proof", choices=AREAS, help="full-size benchmarks and storms of one area")
    return parser.parse_args()


def main() -> int:
    """Run ./check; return its exit status."""
    options = read_options()
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    if options.proof:
        return proof(options.proof)
    started, tally = time.monotonic(), Tally()
    (run_fast if options.fast else all_tests)(tally)
    say(f"     whole run: {time.monotonic() - started:.0f} s")
    return report(tally)


@contextmanager
def beside(tally: Tally, *parts: Callable[[Tally], None]) -> Iterator[None]:
    """Run parts in a thread beside what the block does, and count them with it: each by itself leaves a core idle.

    A part that breaks is a failure, and the ones after it run all the same: a thread dies without a word.
    """
    own = Tally()

    def look() -> None:
        for part in parts:
            try:
                part(own)
            except BaseException:  # noqa: BLE001  # also SystemExit; whatever it is, it is counted
                say(traceback.format_exc())
                own.step(f"{part.__name__} broke", ok=False)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield
    finally:
        looking.join()
        tally.add(own)


def run_fast(tally: Tally, *first: Callable[[Tally], None], cover: bool = False) -> None:
    """Run the fast set with the checks that read files beside it, after what is to be done `first` there."""
    # Both processes of the suite wait while one migrates its database: the checks take the other core, and have two lanes.
    with beside(tally, *first, lint_steps), beside(tally, front_steps, django_steps):
        pytest_run(tally, "fast", FAST, "-n", "2", *ELSEWHERE, cover=cover)


def report(tally: Tally) -> int:
    """Print failures, skips with their reasons, and the count; return the exit status."""
    for failure in tally.failures:
        print(f"failed: {failure}")
    for reason in tally.reasons:
        print(f"skipped: {reason}")
    print(f"{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped", flush=True)
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
