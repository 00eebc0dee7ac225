"""Feeders of the shared index that are killed at every step: nothing is lost, nothing is brought back."""

from pathlib import Path
from typing import Any

import pytest

from search import feeder, generations, lease, outbox
from tests.factories.mortal_feeder import serve_topics
from tests.factories.shared_index import SharedStandIn
from tests.factories.storm import survive_storm

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]


@pytest.fixture
def _calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put back afterwards what the storm changes."""
    monkeypatch.setattr(outbox, "_sources", {})
    monkeypatch.setattr(outbox, "_after_commit", [])
    for module in (lease, generations):
        monkeypatch.setattr(module, "LEASE", module.LEASE)
    monkeypatch.setattr(lease, "LAST_REST_S", lease.LAST_REST_S)
    monkeypatch.setattr(feeder, "BATCH", feeder.BATCH)


@pytest.mark.usefixtures("_calm")
def test_the_index_is_what_the_database_is_after_feeders_were_killed_at_every_step(
    shared: SharedStandIn, tmp_path: Path, settings: Any
) -> None:
    serve_topics()
    named = {"WEIKE_SEARCH_ENGINE": "elasticsearch", "ELASTICSEARCH_URL": f"file:{shared.path}"}

    after = survive_storm(shared, tmp_path, saves=120, feeders=2, least_kills=10, **named)

    assert after.kills >= 10
    assert after.held == after.wanted
