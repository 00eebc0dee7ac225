"""What every test shares."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import FunctionType
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from tests import suite_flush, suite_sign_in
from tests.standing_rows import makers_of, standing
from tests.suite_database import MIGRATED, copy_migrated

# A busy machine is slow to draw examples; that says nothing about what is tested.
hypothesis.settings.register_profile("weike", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("weike")

FOLDER_MARKS = {"media_pipeline": "ffmpeg", "services": "services", "e2e": "e2e"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests by the folder they live in; leave what only PostgreSQL can tell to the run on PostgreSQL."""
    for item in items:
        for folder, mark in FOLDER_MARKS.items():
            if f"/tests/{folder}/" in str(item.path):
                item.add_marker(mark)
    on_postgresql = connection.vendor == "postgresql"
    elsewhere = {item for item in items if not is_asked(item, on_postgresql=on_postgresql)}
    if elsewhere:
        config.hook.pytest_deselected(items=list(elsewhere))
        items[:] = [item for item in items if item not in elsewhere]


def is_asked(item: pytest.Item, *, on_postgresql: bool) -> bool:
    """Return whether this database has something to say to a test: PostgreSQL nothing to one that asks no database."""
    if item.get_closest_marker("sqlite" if on_postgresql else "postgresql"):
        return False
    if not on_postgresql:
        return True
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or not fixtures.isdisjoint({"db", "transactional_db"})


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays until the end: looking through it again and again takes a tenth of the suite."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


def call(function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    """Call a test."""
    return function(**arguments)


# Python 3.11 takes memory for calls 16 kB at a time and gives it back at once: a loop that calls across such a border
# asks the system for memory each time round. Below one call that takes a large piece there are no borders for long.
roomily = FunctionType(call.__code__.replace(co_stacksize=2**14 + 16), {})


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> None:
    """Let a test be called with room below it, by whoever calls it."""
    test = pyfuncitem.obj
    pyfuncitem.obj = lambda **arguments: roomily(test, arguments)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Clear away what a test that says so leaves to the garbage collector, before a test is blamed that does not say so."""
    if item.get_closest_marker("filterwarnings") and not (nextitem and nextitem.get_closest_marker("filterwarnings")):
        gc.collect()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Let the suite use the database that was put in place; on PostgreSQL each run makes its own."""
    return connection.vendor == "sqlite"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let the rows stand that the test asks for, and no others."""
    standing.change_to(makers_of(item))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let rows stand between tests from here on, and none any more at the end."""
    standing.blocker = django_db_blocker
    yield
    standing.change_to([])


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Put a migrated database where this process of the suite will look for its own."""
    suite_flush.install()
    suite_sign_in.install()
    if connection.vendor == "sqlite":
        copy_migrated(Path(connection.settings_dict["TEST"]["NAME"]))
    elif MIGRATED in os.environ:
        connection.settings_dict["TEST"]["TEMPLATE"] = os.environ[MIGRATED]


def pytest_sessionfinish() -> None:
    """Leave nothing in the machine's temporary folder: each process of the suite had one of its own."""
    shutil.rmtree(settings.DATA_DIR, ignore_errors=True)


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The instant at which the site's clock stands still: noon of this day, so that none ends in the middle of a test."""
    still = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    monkeypatch.setattr(timezone, "now", lambda: still.astimezone(UTC))
    return still


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Rate limits, cached values and the last answer of /readyz of one test never reach the next."""
    from cms.portal.health import forget_readiness

    cache.clear()
    forget_readiness()
    yield
    cache.clear()
    forget_readiness()
