"""The site's own processes for tests: gunicorn and Celery, with the environment of the many-machine shape."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.services.processes import ROOT, Server, ServiceFailedError, wait_for

QUEUES = "default,first_play,ladder,small"
# Long and random enough for production settings, and used nowhere else.
SECRET_KEY = "tests-of-services-only-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2


def site_environment(data: Path, *, database: str, redis: str, broker: str) -> dict[str, str]:
    """Return the environment of production settings on the given servers, without HTTPS."""
    foreign = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "DJANGO_SETTINGS_MODULE")
    clean = {
        name: value for name, value in os.environ.items() if name not in foreign and not name.startswith("WEIKE_")
    }
    return {
        **clean,
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "cms.settings.production",
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "CELERY_BROKER_URL": broker,
        "WEIKE_DATA_DIR": str(data),
        "WEIKE_SECRET_KEY": SECRET_KEY,
        "WEIKE_ALLOWED_HOSTS": "127.0.0.1,localhost",
        "WEIKE_HTTPS": "no",
        "WEIKE_SENDFILE": "nginx",
        "WEIKE_LOG_FORMAT": "console",
    }


def manage(environment: Mapping[str, str], *arguments: str) -> str:
    """Run a management command and return what it printed.

    Raises ServiceFailedError with its words when it fails.
    """
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    if done.returncode:
        raise ServiceFailedError(f"{' '.join(arguments)}: {done.stderr[-3000:]}")
    return done.stdout


class SiteProcess(Server):
    """A process of the site: a server with the site's environment."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__()
        self.told = dict(environment)

    def environment(self) -> Mapping[str, str]:
        return self.told


class Gunicorn(SiteProcess):
    """The web process as docker/entrypoint starts it."""

    name = "gunicorn"

    def argv(self) -> Sequence[str]:
        threads = ["--worker-class", "gthread", "--workers", "1", "--threads", "4"]
        place = ["--bind", f"127.0.0.1:{self.port}", "--no-control-socket", "--timeout", "60"]
        return [sys.executable, "-m", "gunicorn", "cms.wsgi", *threads, *place]

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return int(answer.status) == 200  # OK
        except (urllib.error.URLError, OSError):
            return False


class CeleryWorker(SiteProcess):
    """One Celery worker on all queues."""

    name = "celery"

    def argv(self) -> Sequence[str]:
        work = ["worker", "--queues", QUEUES, "--concurrency", "2", "--loglevel", "INFO", "--without-mingle"]
        return [sys.executable, "-m", "celery", "--app", "cms.celery", *work]

    def is_ready(self) -> bool:
        return " ready." in self.last_words()


class Housekeeper(SiteProcess):
    """The small lane, which also reaps lost jobs and starts what is due."""

    name = "housekeeper"

    def argv(self) -> Sequence[str]:
        return [sys.executable, "manage.py", "worker", "--lane", "small"]

    def is_ready(self) -> bool:
        return wait_for(lambda: "worker.started" in self.last_words(), seconds=0.2)
