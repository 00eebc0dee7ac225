"""The many-machine shape in one pass: nginx → gunicorn → PostgreSQL, and a job over Redis through Celery."""

import http.client
import json
import urllib.error
import urllib.request
from http.client import HTTPResponse

from tests.services.conftest import Cluster
from tests.services.processes import wait_for
from tests.services.site import manage

MAKE_VIDEO = """
from pathlib import Path
from django.conf import settings
from cms.accounts.models import User
from cms.videos.models import Video
from cms.videos.media_urls import sign
user = User.objects.create(username="filmer", name="拍摄者")
"""


def ask(cluster: Cluster, path: str, **headers: str) -> tuple[int, HTTPResponse, bytes]:
    """Ask nginx for an address; errors are answers too, redirects are not followed."""
    connection = http.client.HTTPConnection("127.0.0.1", cluster.nginx.port, timeout=30)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, response, body


def python(cluster: Cluster, code: str) -> str:
    """Run code inside the site and return what it printed."""
    return manage(cluster.environment, "shell", "--no-imports", "--command", code).strip()


def test_the_sign_in_page_comes_through_nginx(cluster: Cluster) -> None:
    status, _response, body = ask(cluster, "/accounts/login/")
    assert (status, b"<form" in body) == (200, True)


def test_static_files_come_from_nginx_itself_for_good(cluster: Cluster) -> None:
    manifest = json.loads((cluster.data / "static/staticfiles.json").read_text())["paths"]
    status, response, body = ask(cluster, f"/static/{manifest['weike/site.css']}")
    assert (status, "immutable" in (response.getheader("Cache-Control") or "")) == (200, True)
    assert body == (cluster.data / "static" / manifest["weike/site.css"]).read_bytes()


def test_the_internal_place_of_media_cannot_be_asked_for(cluster: Cluster) -> None:
    folder = cluster.data / "media/renditions/secret/1"
    folder.mkdir(parents=True)
    (folder / "fallback.mp4").write_bytes(b"film")
    assert ask(cluster, "/protected/renditions/secret/1/fallback.mp4")[0] == 404


def test_metrics_are_for_machines_inside(cluster: Cluster) -> None:
    assert ask(cluster, "/metrics")[0] == 403


def test_a_task_travels_over_redis_and_is_run_by_celery(cluster: Cluster) -> None:
    handled = (
        "from django.db import transaction\n"
        "from cms.jobs.services import enqueue\n"
        "with transaction.atomic():\n"
        "    job = enqueue('no-such-kind', {}, lane='small')\n"
        "print(job.pk)"
    )
    number = python(cluster, handled).splitlines()[-1]
    asked = f"from cms.jobs.models import Job; print(Job.objects.get(pk={number}).status)"

    # Nobody handles this kind, so the worker that takes it can only fail: that it was taken is what is asked here.
    assert wait_for(lambda: python(cluster, asked).splitlines()[-1] == "failed", seconds=40), (
        cluster.worker.last_words()
    )


def test_celery_shows_life_for_every_lane_it_serves(cluster: Cluster) -> None:
    asked = "from cms.jobs.queries import worker_is_alive as alive; print(alive('first_play'), alive('ladder'))"

    assert wait_for(lambda: python(cluster, asked).splitlines()[-1] == "True True", seconds=40), (
        cluster.worker.last_words()
    )


def test_a_wrong_host_name_is_refused(cluster: Cluster) -> None:
    assert ask(cluster, "/accounts/login/", Host="evil.example")[0] == 400


def test_a_claimed_address_is_not_believed(cluster: Cluster) -> None:
    request = urllib.request.Request(  # noqa: S310  # our own nginx
        cluster.nginx.url("/healthz"), headers={"X-Forwarded-For": "203.0.113.7"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # our own nginx
            assert answer.status == 200
    except urllib.error.HTTPError as error:
        raise AssertionError(error.read()) from error
