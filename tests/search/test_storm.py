"""Feeders of the shared index that are killed at every step: nothing is lost, nothing is brought back."""

from pathlib import Path
from typing import Any

import pytest

from tests.factories.shared_index import SharedStandIn
from tests.factories.storm import be_calm, survive_storm

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]


@pytest.fixture
def _calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put back afterwards what the storm changes."""
    be_calm(monkeypatch)


@pytest.mark.usefixtures("_calm")
def test_the_index_is_what_the_database_is_after_feeders_were_killed_at_every_step(
    shared: SharedStandIn, tmp_path: Path, settings: Any
) -> None:
    named = {"WEIKE_SEARCH_ENGINE": "elasticsearch", "ELASTICSEARCH_URL": f"file:{shared.path}"}

    after = survive_storm(shared, tmp_path, saves=120, feeders=2, least_kills=10, **named)

    assert after.kills >= 10
    assert after.held == after.wanted
