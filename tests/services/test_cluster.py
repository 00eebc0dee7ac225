"""The many-machine shape: nginx with TLS → gunicorn → PostgreSQL, work over Redis through Celery, as in docker/."""

import http.client
import json
import sys
import urllib.request
from http.client import HTTPResponse

import pytest
import yaml

from tests.services.conftest import Cluster
from tests.services.processes import ROOT, wait_for
from tests.services.site import METRICS_TOKEN, manage, run

# The first of them starts everything.
pytestmark = pytest.mark.timeout(1200)


def ask(
    cluster: Cluster, path: str, headers: dict[str, str] | None = None, *, tls: bool = True
) -> tuple[int, HTTPResponse, bytes]:
    """Ask nginx for an address; errors are answers too, redirects are not followed."""
    connection = (
        http.client.HTTPSConnection("localhost", cluster.nginx.tls_port, timeout=30, context=cluster.trust)
        if tls
        else http.client.HTTPConnection("localhost", cluster.nginx.port, timeout=30)
    )
    connection.request("GET", path, headers=headers or {})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, response, body


def python(cluster: Cluster, code: str) -> str:
    """Run code inside the site and return the last line that it printed."""
    return manage(cluster.environment, "shell", "--no-imports", "--command", code).strip().splitlines()[-1]


def test_the_healthcheck_of_the_compose_file_finds_the_process_healthy(cluster: Cluster) -> None:
    compose = yaml.safe_load((ROOT / "docker/compose.yaml").read_text())
    kind, _python, *arguments = compose["services"]["web"]["healthcheck"]["test"]

    asked = [word.replace(":8000/", f":{cluster.web.port}/") for word in arguments]

    assert (kind, run([sys.executable, *asked], cluster.environment)) == ("CMD", "")


def test_pages_come_over_https_and_plain_requests_are_sent_there(cluster: Cluster) -> None:
    status, response, body = ask(cluster, "/accounts/login/")
    assert (status, b"<form" in body) == (200, True)
    assert "max-age=31536000" in (response.getheader("Strict-Transport-Security") or "")
    cookies = response.headers.get_all("Set-Cookie") or []
    assert [cookie for cookie in cookies if "; Secure" not in cookie] == []

    status, response, _body = ask(cluster, "/accounts/login/", tls=False)
    assert (status, (response.getheader("Location") or "").startswith("https://localhost")) == (301, True)


def test_a_claim_of_https_over_the_plain_door_is_not_believed(cluster: Cluster) -> None:
    claim = {"X-Forwarded-Proto": "https"}
    assert ask(cluster, "/accounts/login/", claim, tls=False)[0] == 301


def test_static_files_come_from_nginx_itself_for_good(cluster: Cluster) -> None:
    manifest = json.loads((cluster.data / "static/staticfiles.json").read_text())["paths"]
    status, response, body = ask(cluster, f"/static/{manifest['weike/site.css']}")
    assert (status, "immutable" in (response.getheader("Cache-Control") or "")) == (200, True)
    assert body == (cluster.data / "static" / manifest["weike/site.css"]).read_bytes()


def test_metrics_are_for_machines_inside(cluster: Cluster) -> None:
    assert ask(cluster, "/metrics")[0] == 403


def counted(cluster: Cluster, view: str) -> float:
    """Return how many good answers of a view the metrics tell of, asked inside by address, without nginx."""
    request = urllib.request.Request(  # our own process
        f"http://127.0.0.1:{cluster.web.port}/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # our own process
        text = answer.read().decode()
    name = f'weike_requests_total{{status="2xx",view="{view}"}}'
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))


def test_metrics_count_what_both_web_processes_answered_whichever_is_asked(cluster: Cluster) -> None:
    before = counted(cluster, "account_login")
    for _ in range(12):
        assert ask(cluster, "/accounts/login/")[0] == 200

    told = [counted(cluster, "account_login") - before for _ in range(12)]

    assert told == [12.0] * 12
    # More than one process took part, or the test shows nothing.
    assert len(list((cluster.data / "metrics").glob("counter_*.db"))) == 2


def test_a_task_travels_over_redis_and_is_run_by_celery(cluster: Cluster) -> None:
    handled = (
        "from django.db import transaction\n"
        "from cms.jobs.services import enqueue\n"
        "with transaction.atomic():\n"
        "    job = enqueue('no-such-kind', {}, lane='first_play')\n"
        "print(job.pk)"
    )
    number = python(cluster, handled)
    asked = f"from cms.jobs.models import Job; print(Job.objects.get(pk={number}).status)"

    # Nobody handles this kind, so the worker that takes it can only fail: that it was taken is what is asked here.
    assert wait_for(lambda: python(cluster, asked) == "failed", seconds=40), cluster.worker.last_words()


def test_celery_shows_life_for_every_lane_it_serves(cluster: Cluster) -> None:
    asked = "from cms.jobs.queries import worker_is_alive as alive; print(alive('first_play'), alive('ladder'))"

    assert wait_for(lambda: python(cluster, asked) == "True True", seconds=40), cluster.worker.last_words()


def test_a_wrong_host_name_is_refused(cluster: Cluster) -> None:
    assert ask(cluster, "/accounts/login/", {"Host": "evil.example"})[0] == 400
    # The address under which the healthcheck reaches the process is no name for people.
    assert ask(cluster, "/accounts/login/", {"Host": "127.0.0.1:8000"})[0] == 400


def test_the_network_log_has_the_true_address_whatever_the_sender_claims(cluster: Cluster) -> None:
    claim = {"X-Forwarded-For": "203.0.113.7", "X-Real-IP": "203.0.113.7", "Forwarded": "for=203.0.113.7"}
    assert ask(cluster, "/help/member/?secret=1", claim)[0] == 200

    # Two files when midnight passes meanwhile.
    written = "".join(file.read_text() for file in sorted((cluster.data / "access-log").glob("access-*.jsonl")))
    lines = [json.loads(line) for line in written.splitlines()]
    assert [line["address"] for line in lines if line["path"] == "/help/member/"] == ["127.0.0.1"]
    assert "secret=1" not in written
