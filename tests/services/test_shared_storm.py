"""Feeders of the shared index that are killed at every step, on a real server: what the stand-in promises, it keeps."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from pytest_django import Settings

from search.configured import shared_engine
from search.engines.protocol import SharedEngine
from search.query import breaker_of
from tests.factories.storm import be_calm, survive_storm

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]


@pytest.fixture
def shared(elasticsearch_url: str, settings: Settings, tmp_path: Path) -> Iterator[SharedEngine]:
    """A site on the server, with names of its own."""
    settings.SEARCH_DB = tmp_path / "search.sqlite3"
    settings.SEARCH_ENGINE, settings.ELASTICSEARCH_URL = "elasticsearch", elasticsearch_url
    settings.ELASTICSEARCH_PREFIX = f"weike-{uuid4().hex[:8]}"
    engine = shared_engine()
    assert engine is not None
    yield engine
    breaker_of(engine).stop()
    for name in engine.owners():
        engine.drop(name)


@pytest.fixture
def _calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let topics be the only documents, and put back afterwards what the storm changes."""
    be_calm(monkeypatch)


@pytest.mark.usefixtures("_calm")
def test_the_index_is_what_the_database_is_after_feeders_were_killed_on_a_real_server(
    shared: SharedEngine, tmp_path: Path, settings: Settings
) -> None:
    named = {
        "WEIKE_SEARCH_ENGINE": "elasticsearch",
        "ELASTICSEARCH_URL": settings.ELASTICSEARCH_URL,
        "WEIKE_ELASTICSEARCH_PREFIX": settings.ELASTICSEARCH_PREFIX,
    }

    after = survive_storm(shared, tmp_path, saves=40, feeders=2, least_kills=3, **named)

    assert after.kills >= 3
    assert after.held == after.wanted
