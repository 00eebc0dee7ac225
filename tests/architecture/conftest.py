"""The county: made once for many questions, because making it takes seconds; each question finds it as it was made."""

import pickle
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.utils.timezone import now
from pytest_django import DjangoDbBlocker

from tests.architecture.county import County, make_county
from tests.suite_database import copy_migrated

# A code to sign in with lives ten minutes, and the longest question takes four.
KEPT = timedelta(minutes=4)


class KeptCounty:
    """A database of its own with the county in it, beside the one that all other tests use."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.made_at: datetime | None = None
        self.pickled = b""

    def make(self) -> None:
        """Make the county, unless it is young; what happens when something was stored stays undone, as in every test."""
        if self.made_at is not None and now() - self.made_at < KEPT:
            return
        copy_migrated(self.file)
        with transaction.atomic():
            self.made_at, self.pickled = now(), pickle.dumps(make_county())
            connection.run_on_commit.clear()
        connection.close()
        cache.clear()


@pytest.fixture(scope="session")
def kept_county() -> KeptCounty:
    """Return the county of this process of the suite."""
    return KeptCounty(settings.DATA_DIR / "county.sqlite3")


@pytest.fixture
def county_stored(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, kept_county: KeptCounty
) -> Iterator[Callable[[], County]]:
    """Let the test work on the database of the county, where there is one; return what gives the county."""
    if connection.vendor != "sqlite":
        yield make_county
        return
    usual = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["NAME"] = kept_county.file
        kept_county.make()
    yield lambda: pickle.loads(kept_county.pickled)  # noqa: S301  # our own, of this process
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["NAME"] = usual


@pytest.fixture
def county(county_stored: Callable[[], County], db: None) -> County:
    """Return the county; each request in it is undone by who sends it, and all the rest at the test's end."""
    return county_stored()
