"""Is this node fit to serve? Read-only questions to the database, the files, the index and the worker."""

import functools
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from cms.jobs.queries import worker_is_alive
from cms.videos.bucket_access import bucket_faults
from search.query import is_answering

log = structlog.get_logger("weike.health")
# Anybody may ask, so asking often must cost nothing. A node that is not ready yet is looked at again sooner.
KEEP_READY_S = 5.0
KEEP_NOT_READY_S = 0.5


@dataclass
class Remembered:
    """The last answer of this process and until when it holds; one thread looks, the others wait for its answer."""

    parts: dict[str, bool] = field(default_factory=dict)
    until: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


_remembered = Remembered()


def readiness() -> dict[str, bool]:
    """Return for each part whether it works, at most a few seconds old."""
    with _remembered.lock:
        if time.monotonic() >= _remembered.until:
            _remembered.parts = look()
            keep_s = KEEP_READY_S if all(_remembered.parts.values()) else KEEP_NOT_READY_S
            _remembered.until = time.monotonic() + keep_s
        return dict(_remembered.parts)


def forget_readiness() -> None:
    """Look again at the next question, however soon it comes."""
    _remembered.until = 0.0


def look() -> dict[str, bool]:
    """Ask every part now; one that raises is down and its error is logged."""
    return {name: works(name, check) for name, check in PARTS.items()}


def works(name: str, check: Callable[[], bool]) -> bool:
    """Run one check; any failure means "down", since a health check that crashes helps nobody."""
    try:
        return check()
    except Exception:
        log.exception("not_ready", part=name)
        return False


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def migrations_are_applied() -> bool:
    return needed_migrations() <= set(MigrationRecorder(connection).applied_migrations())


@functools.cache
def needed_migrations() -> frozenset[tuple[str, str]]:
    """Return (app, name) of every migration in the code, which cannot change while this process lives."""
    return frozenset(MigrationLoader(None).graph.nodes)


def storage_takes_files() -> bool:
    for why in bucket_faults():
        log.error("not_ready", part="storage", why=why)
        return False
    storage = storages["renditions"]
    name = storage.save(f"health/{uuid.uuid4().hex}", ContentFile(b"ok"))
    storage.delete(name)
    settings.UPLOAD_ROOT.mkdir(parents=True, exist_ok=True)
    return True


PARTS: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "migrations": migrations_are_applied,
    "storage": storage_takes_files,
    "search": is_answering,
    "worker": worker_is_alive,
}
