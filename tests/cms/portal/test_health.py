import pytest
from django.test import Client
from pytest_django import Settings

from cms.core.clock import now
from cms.jobs.models import WorkerBeat
from cms.jobs.services import beat

pytestmark = pytest.mark.django_db


def test_a_living_process_says_so_without_asking_anything(client: Client, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"ok": True}


def test_a_node_is_ready_when_every_part_works(client: Client) -> None:
    beat("worker-1", lane="small")

    response = client.get("/readyz")

    assert response.json() == {
        "ok": True,
        "parts": {"database": True, "migrations": True, "storage": True, "search": True, "worker": True},
    }
    assert response.status_code == 200


def test_a_missing_worker_is_named(client: Client) -> None:
    assert not WorkerBeat.objects.filter(beat_at__lte=now()).exists()

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["parts"]["worker"] is False
    assert response.json()["parts"]["database"] is True


def test_metrics_answer_only_to_the_configured_token(client: Client, settings: Settings) -> None:
    assert client.get("/metrics").status_code == 404

    settings.METRICS_TOKEN = "monitoring"

    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 404
    answer = client.get("/metrics", headers={"authorization": "Bearer monitoring"})
    assert answer.status_code == 200
    assert b"weike_search_backlog 0.0" in answer.content
