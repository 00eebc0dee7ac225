"""The files of docker/ hold together: what they name exists, and nginx accepts its configuration."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from tests.services.certificate import make_certificate
from tests.services.nginx import ERROR_PAGES, TYPES, blanks, computed, render
from tests.services.processes import ROOT, ServiceMissingError, need
from tests.services.site import QUEUES

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker/compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
ENTRYPOINT = (ROOT / "docker/entrypoint").read_text()
OURS = [name for name, service in SERVICES.items() if service.get("image") == "weike"]


def test_the_shape_is_complete() -> None:
    assert set(SERVICES) >= {
        "web",
        "uploads",
        "first-play",
        "ladder",
        "small",
        "housekeeper",
        "nginx",
        "database",
        "redis",
        "s3",
    }


@pytest.mark.parametrize("name", OURS)
def test_every_service_of_ours_starts_something_the_entrypoint_knows(name: str) -> None:
    cases = set(re.findall(r"^    ([a-z]+)\)$", ENTRYPOINT, re.MULTILINE))
    assert SERVICES[name]["command"][0] in cases


def test_every_management_command_of_the_entrypoint_exists() -> None:
    named = set(re.findall(r"manage\.py ([a-z_]+)", ENTRYPOINT))
    assert named - set(get_commands()) == set()


def test_every_queue_has_a_worker() -> None:
    taken = {
        queue
        for name in OURS
        if SERVICES[name]["command"][0] == "celery"
        for queue in SERVICES[name]["command"][1].split(",")
    }
    assert taken == set(QUEUES.split(","))


def test_every_setting_of_the_compose_file_is_one_that_the_site_reads() -> None:
    manual = (ROOT / "docs/operations.md").read_text()
    told = {name for service in OURS for name in SERVICES[service]["environment"]}
    assert [name for name in sorted(told) if f"`{name}`" not in manual] == []


def test_every_volume_and_dependency_is_declared() -> None:
    mounted = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert {name for name in mounted if not name.startswith((".", "$"))} == set(COMPOSE["volumes"])
    assert {name for service in SERVICES.values() for name in service.get("depends_on", {})} <= set(SERVICES)


def test_every_file_that_the_image_copies_is_there() -> None:
    lines = [
        line.split()[1:] for line in (ROOT / "docker/Dockerfile").read_text().splitlines() if line.startswith("COPY")
    ]
    sources = [part for line in lines if not line[0].startswith("--from") for part in line[:-1]]
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_nginx_is_told_everything_its_file_leaves_open() -> None:
    told = dict.fromkeys(SERVICES["nginx"]["environment"], "1")
    assert blanks() - set(computed(told)) == set()


def test_the_image_fills_in_every_name_that_the_file_leaves_open() -> None:
    allowed = re.compile(SERVICES["nginx"]["environment"]["NGINX_ENVSUBST_FILTER"].replace("$$", "$"))
    assert [name for name in sorted(blanks()) if not allowed.search(name)] == []


def test_nginx_is_told_nothing_that_it_does_not_use() -> None:
    used = (ROOT / "docker/nginx-variables").read_text() + (ROOT / "docker/nginx.conf").read_text()
    own = {"NGINX_ENVSUBST_OUTPUT_DIR", "NGINX_ENVSUBST_FILTER"}
    assert [name for name in SERVICES["nginx"]["environment"] if name not in own and f"${{{name}" not in used] == []


def test_what_the_entrypoint_of_nginx_sources_may_be_run() -> None:
    mounted = [volume.split(":")[0] for volume in SERVICES["nginx"]["volumes"] if ".envsh:" in volume]
    assert [os.access(ROOT / "docker" / name, os.X_OK) for name in mounted] == [True]


@pytest.mark.parametrize("proxies", ["", "10.0.0.0/8 192.0.2.1"])
@pytest.mark.parametrize("secure", [False, True])
def test_nginx_accepts_its_configuration(tmp_path: Path, proxies: str, *, secure: bool) -> None:
    try:
        program = need("nginx", package="nginx-light")
    except ServiceMissingError as missing:
        pytest.skip(str(missing))
    values = {"NGINX_LISTEN": "127.0.0.1:65000", "NGINX_RUN": str(tmp_path), "NGINX_TYPES": str(TYPES)}
    values |= {"NGINX_ERROR_PAGES": str(ERROR_PAGES)}
    values |= {
        "WEB": "127.0.0.1:65001",
        "UPLOADS": "127.0.0.1:65004",
        "STATIC_ROOT": "/data/static",
        "MEDIA_ROOT": "/data/media",
    }
    values |= {"NGINX_LISTEN_TLS": "127.0.0.1:65002", "NGINX_ACCESS_LOG": str(tmp_path / "access.jsonl")}
    values |= {"NGINX_TRUSTED_PROXIES": proxies, "WEIKE_S3_ENDPOINT": "https://127.0.0.1:65003"}
    if secure:
        made = make_certificate(tmp_path, "weike.example.cn")
        values |= {"NGINX_CERTIFICATE": str(made.chain), "NGINX_CERTIFICATE_KEY": str(made.key)}
    (tmp_path / "nginx.conf").write_text(render(values))
    asked = subprocess.run(
        [program, "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stderr


def test_a_large_upload_meets_the_limit_of_the_site_first() -> None:
    told = SERVICES["web"]["environment"]["WEIKE_UPLOAD_MAX_MB"]
    assert SERVICES["nginx"]["environment"]["WEIKE_UPLOAD_MAX_MB"] == told
    assert computed({"WEIKE_UPLOAD_MAX_MB": "100"})["NGINX_UPLOAD_LIMIT"] == "116m"


def test_the_proxies_that_the_site_counts_are_the_ones_that_nginx_speaks_for() -> None:
    environment = SERVICES["web"]["environment"]
    assert (environment["WEIKE_PROXY_COUNT"], environment["WEIKE_TRUST_PROXY"]) == ("1", "yes")
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in (ROOT / "docker/nginx.conf").read_text()


def test_nothing_in_the_compose_file_is_a_secret() -> None:
    environment = SERVICES["web"]["environment"]
    for name in ("WEIKE_SECRET_KEY", "WEIKE_S3_SECRET_KEY"):
        assert re.fullmatch(r"\$\{[A-Z0-9_]+:\?\}", environment[name])


@pytest.mark.parametrize(
    ("role", "told", "threads", "bytes_at_once"),
    [
        ("web", {}, "8", ""),
        ("uploads", {}, "32", "24"),
        ("uploads", {"WEB_THREADS": "8"}, "8", "6"),
        ("uploads", {"WEIKE_UPLOAD_THREADS": "3"}, "32", "3"),
    ],
)
def test_a_quarter_of_the_threads_for_uploads_answers_questions(
    tmp_path: Path, role: str, told: dict[str, str], threads: str, bytes_at_once: str
) -> None:
    (tmp_path / "python").write_text(f'#!/bin/sh\necho "$@ at once: $WEIKE_UPLOAD_THREADS" > {tmp_path}/said\n')
    (tmp_path / "python").chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "TMPDIR": str(tmp_path), **told}

    subprocess.run(["/bin/sh", str(ROOT / "docker/entrypoint"), role], env=environment, check=True, timeout=20)

    said = (tmp_path / "said").read_text().strip()
    assert (f"--threads {threads} " in said, said.rpartition(":")[2].strip()) == (True, bytes_at_once)


def test_the_web_process_empties_what_a_former_start_counted_and_nothing_else(tmp_path: Path) -> None:
    counts = tmp_path / "metrics"
    counts.mkdir()
    (counts / "counter_7.db").touch()
    (counts / "of-somebody-else").touch()
    # A mount cannot be removed, nor made again: the folder itself stays.
    before = counts.stat().st_ino
    (tmp_path / "python").write_text("#!/bin/sh\nexit 0\n")
    (tmp_path / "python").chmod(0o755)
    told = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PROMETHEUS_MULTIPROC_DIR": str(counts)}

    subprocess.run(["/bin/sh", str(ROOT / "docker/entrypoint"), "web"], env=told, check=True, timeout=20)

    assert [entry.name for entry in counts.iterdir()] == ["of-somebody-else"]
    assert counts.stat().st_ino == before
