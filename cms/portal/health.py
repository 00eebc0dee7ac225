"""Is this node fit to serve? Read-only questions to the database, the files, the index and the worker."""

import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from cms.jobs.queries import worker_is_alive
from search.query import is_answering

log = structlog.get_logger("weike.health")


def readiness() -> dict[str, bool]:
    """Return for each part whether it works; a part that raises is down and its error is logged."""
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
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def storage_takes_files() -> bool:
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
