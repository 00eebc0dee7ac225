"""Where ./demo listens and what it calls itself."""

import os
import socket
import sqlite3
from argparse import Namespace
from contextlib import closing
from pathlib import Path

import pytest

from scripts import check, demo


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://localhost:8000"),
        ("::1", "http://localhost:8000"),
        ("localhost", "http://localhost:8000"),
        ("0.0.0.0", "http://localhost:8000"),  # noqa: S104  # only written down
        ("::", "http://localhost:8000"),
        ("127.0.0.2", "http://127.0.0.2:8000"),
        ("192.0.2.7", "http://192.0.2.7:8000"),
        ("2001:db8::7", "http://[2001:db8::7]:8000"),
        ("weike.example", "http://weike.example:8000"),
    ],
)
def test_this_computer_goes_by_its_name_because_passkeys_need_one(host: str, address: str) -> None:
    assert demo.site_address(host, 8000) == address


@pytest.mark.parametrize("has_ipv6", [True, False])
def test_the_name_of_this_computer_is_answered_whatever_it_stands_for(
    has_ipv6: bool,  # noqa: FBT001  # a parameter of the test
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(demo, "can_listen", lambda _host, _port: has_ipv6)

    assert demo.listening_hosts("localhost") == ["127.0.0.1", "::1"][: 1 + has_ipv6]
    assert demo.listening_hosts("192.0.2.7") == ["192.0.2.7"]


def test_a_port_in_use_is_noticed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not demo.can_listen("127.0.0.1", port)

    assert demo.can_listen("127.0.0.1", port)


PRODUCTION = {
    "DATABASE_URL": "postgres://weike@db/weike",
    "REDIS_URL": "redis://cache",
    "CELERY_BROKER_URL": "redis://broker",
    "ELASTICSEARCH_URL": "http://search",
    "PROMETHEUS_MULTIPROC_DIR": "/run/weike-metrics",
    "DJANGO_SETTINGS_MODULE": "cms.settings.production",
    "WEIKE_SECRET_KEY": "k" * 60,
    "WEIKE_DATA_DIR": "/srv/weike",
    "WEIKE_S3_BUCKET": "originals",
    "WEIKE_S3_RENDITIONS_BUCKET": "renditions",
    "WEIKE_S3_ENDPOINT": "https://s3.example",
    "WEIKE_ACCESS_LOG_DIR": "/var/log/weike",
    "WEIKE_SEARCH_DB": "/srv/search.sqlite3",
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_PROFILE": "production",
}


def test_of_a_production_shell_nothing_reaches_the_demonstration(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shell = {"PATH": "/usr/bin", "HOME": "/home/somebody", "LANG": "zh_CN.UTF-8"}
    monkeypatch.setattr(os, "environ", shell | PRODUCTION)

    assert demo.environment(Namespace(host="127.0.0.1", port=8000), tmp_path) == {
        **shell,
        "DJANGO_SETTINGS_MODULE": "cms.settings.dev",
        "PYTHONPATH": str(demo.ROOT),
        "WEIKE_DATA_DIR": str(tmp_path),
        "WEIKE_ALLOWED_HOSTS": "127.0.0.1,localhost,[::1],testserver",
        "WEIKE_SITE_ADDRESS": "http://localhost:8000",
    }


def test_nor_does_it_reach_the_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"HOME": "/home/somebody"} | PRODUCTION)

    assert check.test_environment().keys() == {"HOME", "PATH", "DJANGO_SETTINGS_MODULE", "PYTHONPATH"}
    assert check.test_environment()["DJANGO_SETTINGS_MODULE"] == "cms.settings.test"


def test_a_folder_with_a_site_of_its_own_is_no_place_for_the_demonstration(tmp_path: Path) -> None:
    assert not demo.holds_another_site(tmp_path)
    with closing(sqlite3.connect(tmp_path / "weike.sqlite3")) as database:
        assert not demo.holds_another_site(tmp_path)
        database.execute("CREATE TABLE accounts_user (id INTEGER)")
        assert not demo.holds_another_site(tmp_path)
        database.execute("INSERT INTO accounts_user VALUES (1)")
        database.commit()

    assert demo.holds_another_site(tmp_path)
    (tmp_path / demo.STAMP).write_text("{}")
    assert not demo.holds_another_site(tmp_path)
