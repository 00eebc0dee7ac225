"""The network log that the law asks for: who asked for what from which address, one JSON line a request, kept in files.

Apart from the operator's log: it is written at every log level, it may be kept for months, and it names people by
their number only. What stands after ? is never in it, nor a path that opens something to whoever holds it.
"""

import json
import os
import socket
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from cms.core.addresses import client_address
from cms.core.clock import now
from cms.core.logs import mask

log = structlog.get_logger("weike.access_log")
PATTERN = "access-*.jsonl"
DAY_AT = len("access-")
DAY_LENGTH = len("2026-01-01")


def record_request(request: HttpRequest, *, request_id: str, status: int, seconds: float) -> None:
    """Write the line of one answered request; a full disk is told to the operator and stops nobody."""
    if request.path in settings.PROBE_PATHS or request.path.startswith(settings.STATIC_URL):
        return
    at = now()
    line = {
        "at": at.isoformat(timespec="milliseconds"),
        "id": request_id,
        "address": client_address(request),
        "user": known_person(request),
        "method": request.method,
        "path": mask(request.path),
        "status": status,
        "ms": round(seconds * 1000),
    }
    try:
        append(file_of(at), line)
    except OSError as error:
        log.warning("access_log.not_written", error=str(error))


def known_person(request: HttpRequest) -> int | None:
    """Return the number of the person whose session or token was looked at while answering; asks nothing itself."""
    # A session's person is a lazy object here, and only a token's a person: looking at the lazy one would ask.
    person: Any = request.__dict__.get("user")
    if issubclass(type(person), AbstractBaseUser):
        return int(person.pk)
    session = getattr(request, "session", None)
    told = session.get(SESSION_KEY) if session is not None and session.accessed else None
    return int(told) if told else None


def file_of(at: datetime) -> Path:
    """Return the file of a day (UTC) and this machine: machines that share a folder never write into one file."""
    return Path(settings.ACCESS_LOG_DIR) / f"access-{at:%Y-%m-%d}.{socket.gethostname()}.jsonl"


def append(path: Path, line: dict[str, Any]) -> None:
    """Add a line in one write, so that the lines of several processes never mix; a day's first one ends old days.

    Raises OSError.
    """
    data = json.dumps(line, ensure_ascii=False).encode() + b"\n"
    begun = False
    try:
        file = os.open(path, os.O_WRONLY | os.O_APPEND)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        begun = True
    try:
        os.write(file, data)
    finally:
        os.close(file)
    if begun:
        # Every machine tidies its own folder: the schedule's job sees only that of the machine it runs on.
        forget_old_requests()


def forget_old_requests(at: datetime | None = None) -> int:
    """Remove the files of days that need not be kept any longer, of every machine; return how many."""
    last = ((at or now()) - settings.ACCESS_LOG_KEEP - timedelta(days=1)).date()
    old = [path for path in Path(settings.ACCESS_LOG_DIR).glob(PATTERN) if (day := day_of(path)) and day <= last]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def day_of(path: Path) -> date | None:
    """Return the day of a file, or None for a name that is not ours."""
    try:
        return date.fromisoformat(path.name[DAY_AT : DAY_AT + DAY_LENGTH])
    except ValueError:
        return None
