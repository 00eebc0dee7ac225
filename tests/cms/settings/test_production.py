"""Production settings in a process of their own: what they refuse to start with."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

GOOD = {"WEIKE_SECRET_KEY": "0123456789" * 6, "WEIKE_ALLOWED_HOSTS": "weike.example.cn"}
SHOW = "from cms.settings import production as p; print(p.SECURE_SSL_REDIRECT, p.SESSION_COOKIE_SECURE, p.DEMO)"


def started(folder: Path, **told: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "WEIKE_DATA_DIR": str(folder), **GOOD, **told}
    return subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_buckets_that_fit_together_start(tmp_path: Path) -> None:
    buckets = {"WEIKE_S3_BUCKET": "sent", "WEIKE_S3_RENDITIONS_BUCKET": "made", "WEIKE_SENDFILE": "nginx"}
    assert started(tmp_path, WEIKE_S3_ENDPOINT="https://s3.example.cn", **buckets).returncode == 0


def test_with_a_key_and_a_host_name_the_site_is_served_over_https(tmp_path: Path) -> None:
    assert started(tmp_path).stdout == "True True False\n"


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"WEIKE_SECRET_KEY": "short"}, "WEIKE_SECRET_KEY"),
        ({"WEIKE_SECRET_KEY": "demo-only-key-that-production-refuses-000000000000000000"}, "WEIKE_SECRET_KEY"),
        ({"WEIKE_ALLOWED_HOSTS": ""}, "WEIKE_ALLOWED_HOSTS"),
        ({"WEIKE_ACCESS_LOG_DAYS": "183"}, "WEIKE_ACCESS_LOG_DAYS"),
        ({"WEIKE_AUDIT_YEARS": "4"}, "WEIKE_AUDIT_YEARS"),
        ({"WEIKE_LEDGER_YEARS": "4"}, "WEIKE_LEDGER_YEARS"),
        ({"WEIKE_S3_BUCKET": "weike", "WEIKE_S3_RENDITIONS_BUCKET": "weike"}, "two buckets"),
        ({"WEIKE_S3_BUCKET": "weike", "WEIKE_S3_ACCESS_KEY": "name"}, "WEIKE_S3_SECRET_KEY"),
        ({"WEIKE_S3_BUCKET": "weike", "WEIKE_S3_ENDPOINT": "s3.example.cn"}, "https://"),
        ({"WEIKE_S3_RENDITIONS_BUCKET": "weike", "WEIKE_SENDFILE": "nginx"}, "WEIKE_S3_ENDPOINT"),
    ],
)
def test_what_would_be_unsafe_or_unlawful_does_not_start(tmp_path: Path, told: dict[str, str], why: str) -> None:
    refused = started(tmp_path, **told)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert "ImproperlyConfigured" in refused.stderr.splitlines()[-1]
    assert why in refused.stderr.splitlines()[-1]
