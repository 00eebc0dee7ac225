"""Real servers as fixtures. What this machine does not have is skipped with its reason, and fails where CI=true."""

import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
from pytest_django import Settings

from cms.settings.environment import bucket_storage
from scripts.carried import OWN_SERVER
from tests.services.certificate import make_certificate
from tests.services.elasticsearch_server import Elasticsearch
from tests.services.nginx import Nginx
from tests.services.postgresql import PostgreSQL
from tests.services.processes import Server, ServiceMissingError
from tests.services.redis_server import Redis
from tests.services.site import LADDER, QUICK, CeleryWorker, Housekeeper, Uploads, Web, set_up, site_environment
from tests.services.versitygw import KEY, REGION, SECRET, Versitygw

ORIGINALS, RENDITIONS = "weike-originals", "weike-renditions"

AnyServer = TypeVar("AnyServer", bound=Server)


def have(stack: ExitStack, make: Callable[[], AnyServer]) -> AnyServer:
    """Start a server for as long as the stack lives, or skip: that is counted by ./check with the reason."""
    try:
        server = make()
        stack.enter_context(server)
    except ServiceMissingError as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    return server


@contextmanager
def have_server(make: Callable[[], AnyServer]) -> Iterator[AnyServer]:
    """Run one server for the block, or skip."""
    with ExitStack() as stack:
        yield have(stack, make)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    with ExitStack() as stack:
        yield have(stack, PostgreSQL)


@pytest.fixture(scope="session")
def redis() -> Iterator[Redis]:
    with ExitStack() as stack:
        yield have(stack, Redis)


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """One server for all tests, the one that the environment names if there is such: each takes names of its own."""
    if theirs := os.environ.get(OWN_SERVER):
        yield theirs
        return
    with ExitStack() as stack:
        yield have(stack, Elasticsearch).url()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[Versitygw]:
    """The server of `s3`; it runs as long as the suite."""
    with ExitStack() as stack:
        yield have(stack, lambda: Versitygw(ORIGINALS, RENDITIONS))


def lie_in_buckets(server: Versitygw, settings: Settings) -> None:
    """Have the originals and renditions of this process lie in the server's buckets."""
    own = {
        alias: bucket_storage(bucket, endpoint=server.url, key=KEY, secret=SECRET, region=REGION)
        for alias, bucket in (("originals", ORIGINALS), ("renditions", RENDITIONS))
    }
    settings.STORAGES = {**settings.STORAGES, **own}


@pytest.fixture
def s3(s3_server: Versitygw) -> Versitygw:
    """A real S3 server with two buckets, empty before each test."""
    s3_server.empty()
    return s3_server


@dataclass
class Cluster:
    """The whole many-machine shape, running."""

    data: Path
    environment: dict[str, str]
    web: Web
    worker: CeleryWorker
    ladder: CeleryWorker
    redis: Redis
    nginx: Nginx
    trust: ssl.SSLContext
    s3: Versitygw


@pytest.fixture(scope="session")
def cluster(postgresql: PostgreSQL, redis: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Run PostgreSQL, Redis, S3, Celery, gunicorn and nginx together over HTTPS, as docker/compose.yaml does."""
    data = tmp_path_factory.mktemp("site")
    certificate = make_certificate(data, "localhost")
    environment = site_environment(
        data, database=postgresql.create("cluster"), redis=redis.url(0), broker=redis.url(1)
    )
    # Clients in these processes trust the test's certificate alone.
    environment["SSL_CERT_FILE"] = str(certificate.chain)
    # What a killed worker did is taken up soon.
    environment |= {"WEIKE_JOB_LEASE_S": "5", "WEIKE_JOB_HEARTBEAT_S": "1"}
    with ExitStack() as stack:
        s3 = have(stack, lambda: Versitygw(ORIGINALS, RENDITIONS))
        environment |= {
            "WEIKE_S3_BUCKET": ORIGINALS,
            "WEIKE_S3_RENDITIONS_BUCKET": RENDITIONS,
            "WEIKE_S3_ENDPOINT": s3.url,
        }
        environment |= {"WEIKE_S3_ACCESS_KEY": KEY, "WEIKE_S3_SECRET_KEY": SECRET}
        set_up(environment)
        web = have(stack, lambda: Web(environment))
        worker = have(stack, lambda: CeleryWorker(environment, QUICK))
        ladder = have(stack, lambda: CeleryWorker(environment, LADDER))
        have(stack, lambda: Housekeeper(environment))
        uploads = have(stack, lambda: Uploads(environment))
        nginx = have(
            stack,
            lambda: Nginx(
                web_port=web.port,
                uploads_port=uploads.port,
                data=data,
                certificate=certificate,
                s3_endpoint=s3.url,
            ),
        )
        yield Cluster(data, environment, web, worker, ladder, redis, nginx, certificate.trusting(), s3)
