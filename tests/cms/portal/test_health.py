import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from cms.core.clock import now
from cms.jobs.models import WorkerBeat
from cms.jobs.services import beat

pytestmark = pytest.mark.django_db
OURS = "weike.example.cn"


def test_a_living_process_says_so_without_asking_anything(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
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


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_a_probe_inside_needs_none_of_the_names_that_people_use(
    client: Client, settings: Settings, address: str
) -> None:
    settings.ALLOWED_HOSTS = [OURS]
    beat("worker-1", lane="small")

    assert client.get(address, headers={"host": "127.0.0.1:8000"}).status_code == 200
    assert client.get(address, headers={"host": OURS}).status_code == 200


def test_monitoring_inside_needs_the_token_and_no_host_name(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = [OURS]
    settings.METRICS_TOKEN = "monitoring"

    assert client.get("/metrics", headers={"host": "web:8000"}).status_code == 404
    shown = {"host": "web:8000", "authorization": "Bearer monitoring"}
    assert client.get("/metrics", headers=shown).status_code == 200


@pytest.mark.parametrize("address", ["/", "/healthz/", "/healthz/../accounts/login/", "/accounts/login/", "/metrics/"])
def test_a_wrong_host_name_is_refused_everywhere_else(client: Client, settings: Settings, address: str) -> None:
    settings.ALLOWED_HOSTS = [OURS]

    assert client.get(address, headers={"host": "127.0.0.1:8000"}).status_code == 400


def test_a_probe_is_not_sent_to_https_and_has_the_policies_of_other_answers(
    client: Client, settings: Settings
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]

    answer = client.get("/healthz")

    assert (answer.status_code, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")
    assert "no-store" in answer.headers["Cache-Control"]


def test_asking_often_costs_nothing(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    beat("worker-1", lane="small")
    first = client.get("/readyz").json()

    with django_assert_num_queries(0):
        again = client.get("/readyz").json()

    assert again == first
    assert first["ok"] is True


def test_a_migration_that_was_not_applied_is_named(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="portal").delete()

    assert client.get("/readyz").json()["parts"]["migrations"] is False


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
    assert b'weike_search_backlog{index="embedded"} 0.0' in answer.content
