"""The site's own processes for tests, started by docker/entrypoint with the environment of the many-machine shape."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.services.processes import ROOT, Server, ServiceFailedError, wait_for

# Migrating, or the whole story, on a machine that has much else to do.
RUN_S = 600
# As docker/compose.yaml shares the lanes out, with the small ones on one worker.
QUICK, LADDER = "default,first_play,small", "ladder"
QUEUES = f"{QUICK},{LADDER}"
# What people type; the address that probes use is none of it, as in docker/compose.yaml.
HOSTS = "localhost,weike.example.cn"
METRICS_TOKEN = "monitoring-of-tests"  # of a site that lives for one test run
# Long and random enough for production settings, and used nowhere else.
SECRET_KEY = "tests-of-services-only-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2


def site_environment(data: Path, *, database: str, redis: str, broker: str) -> dict[str, str]:
    """Return the environment of production settings on the given servers, behind one nginx that ends TLS."""
    foreign = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "DJANGO_SETTINGS_MODULE", "PROMETHEUS_MULTIPROC_DIR")
    clean = {
        name: value for name, value in os.environ.items() if name not in foreign and not name.startswith("WEIKE_")
    }
    return {
        **clean,
        # docker/entrypoint calls `python`, as the image has it.
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "tests.services.demo_settings",
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "CELERY_BROKER_URL": broker,
        "WEIKE_DATA_DIR": str(data),
        "WEIKE_SECRET_KEY": SECRET_KEY,
        "WEIKE_ALLOWED_HOSTS": HOSTS,
        "WEIKE_TRUST_PROXY": "yes",
        "WEIKE_PROXY_COUNT": "1",
        "WEIKE_SENDFILE": "nginx",
        "WEIKE_METRICS_TOKEN": METRICS_TOKEN,
        "WEIKE_LOG_FORMAT": "console",
    }


def entrypoint(*arguments: str) -> list[str]:
    """Return the command line of a container that does this."""
    return ["/bin/sh", str(ROOT / "docker/entrypoint"), *arguments]


def set_up(environment: Mapping[str, str]) -> None:
    """Do what the compose file's `set-up` does.

    Raises ServiceFailedError with its words when it fails.
    """
    run(entrypoint("migrate"), environment)


def manage(environment: Mapping[str, str], *arguments: str) -> str:
    """Run a management command and return what it printed.

    Raises ServiceFailedError with its words when it fails.
    """
    return run([sys.executable, "manage.py", *arguments], environment)


def run(argv: Sequence[str], environment: Mapping[str, str]) -> str:
    """Run a program in the checkout and return what it printed.

    Raises ServiceFailedError with its words when it fails.
    """
    done = subprocess.run(
        argv, cwd=ROOT, env=dict(environment), capture_output=True, text=True, check=False, timeout=RUN_S
    )
    if done.returncode:
        raise ServiceFailedError(f"{' '.join(argv)}: {done.stderr[-3000:]}")
    return done.stdout


class SiteProcess(Server):
    """A process of the site: a server with the site's environment."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__()
        self.told = dict(environment)

    def environment(self) -> Mapping[str, str]:
        return self.told


class Web(SiteProcess):
    """gunicorn with two processes; ready when the compose file's own healthcheck says so."""

    name = "web"

    def environment(self) -> Mapping[str, str]:
        counts = str(Path(self.told["WEIKE_DATA_DIR"]) / "metrics")
        own = {"WEB_BIND": f"127.0.0.1:{self.port}", "WEB_PROCESSES": "2", "WEB_THREADS": "4"}
        return {**self.told, **own, "PROMETHEUS_MULTIPROC_DIR": counts}

    def argv(self) -> Sequence[str]:
        return entrypoint("web")

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return int(answer.status) == 200  # OK
        except (urllib.error.URLError, OSError):
            return False


class Uploads(Web):
    """The gunicorn that takes in the bytes of resumable uploads."""

    name = "uploads"

    def environment(self) -> Mapping[str, str]:
        # A folder of its own, as in a container of its own: at its start it empties what was counted there.
        counts = str(self.folder / "metrics")
        return {**super().environment(), "WEB_PROCESSES": "1", "PROMETHEUS_MULTIPROC_DIR": counts}

    def argv(self) -> Sequence[str]:
        return entrypoint("uploads")


class CeleryWorker(SiteProcess):
    """One Celery worker on some queues."""

    name = "celery"

    def __init__(self, environment: Mapping[str, str], queues: str) -> None:
        super().__init__(environment)
        self.queues = queues

    def argv(self) -> Sequence[str]:
        return entrypoint("celery", self.queues)

    def is_ready(self) -> bool:
        return " ready." in self.last_words()


class Housekeeper(SiteProcess):
    """The small lane, which also reaps lost jobs, starts what is due and feeds the search index."""

    name = "housekeeper"

    def argv(self) -> Sequence[str]:
        return entrypoint("housekeeper")

    def is_ready(self) -> bool:
        return wait_for(lambda: "worker.started" in self.last_words(), seconds=0.2)
