"""Real processes of the site on the suite's own database and files."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import connection

PATIENCE_S = 120.0


def child_environment(**extra: str) -> dict[str, str]:
    """Return the environment in which a child sees the suite's database, files and secret."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "cms.settings.dev",
        "DATABASE_URL": database_url(),
        "WEIKE_DATA_DIR": str(settings.DATA_DIR),
        "WEIKE_SECRET_KEY": settings.SECRET_KEY,
        "WEIKE_JOB_LEASE_S": "3",
        "WEIKE_JOB_HEARTBEAT_S": "1",
        "PYTHONPATH": str(settings.BASE_DIR),
        **extra,
    }


def database_url() -> str:
    """Return the address of the database the suite writes to."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    return f"postgres://{facts['USER']}:{facts['PASSWORD']}@{facts['HOST']}:{facts['PORT']}/{facts['NAME']}"


@contextmanager
def process(*command: str, **extra: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command of this interpreter beside the test, and end its group afterwards whatever happened."""
    with (Path(settings.DATA_DIR) / "children.log").open("ab") as log:
        child = subprocess.Popen(
            [sys.executable, *command],
            env=child_environment(**extra),
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield child
    finally:
        kill_group(child)


def kill_group(child: "subprocess.Popen[bytes]") -> None:
    """End a child with everything it started that stayed in its group."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def eventually(what: Callable[[], object], *, patience_s: float = PATIENCE_S) -> None:
    """Wait until something becomes true; give up loudly after a long while."""
    deadline = time.monotonic() + patience_s
    while not what():
        if time.monotonic() > deadline:
            log = (Path(settings.DATA_DIR) / "children.log").read_text(errors="replace")[-4000:]
            raise AssertionError(f"It never became true.\n{log}")
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    """Return whether a process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def living() -> Iterator[tuple[int, int, int]]:
    """Yield number, parent and session of every process that is no zombie."""
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, parent, _group, session, *_rest = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            if state != "Z":
                yield int(entry.name), int(parent), int(session)


def programs_of(worker: int) -> set[int]:
    """Return the sessions of the programs that a worker and its lanes have started; each program has one of its own."""
    processes = list(living())
    family = {worker}
    while grown := {pid for pid, parent, _session in processes if parent in family} - family:
        family |= grown
    return {session for pid, _parent, session in processes if pid in family} - {worker}


def is_led(session: int) -> bool:
    """Return whether any process of a session lives, its leader or another one."""
    return any(own == session for _pid, _parent, own in living())


def commands_of(worker: int) -> list[bytes]:
    """Return the command lines of the programs of a worker."""
    found = []
    for program in programs_of(worker):
        with suppress(OSError):
            found.append(Path(f"/proc/{program}/cmdline").read_bytes())
    return found
