"""Originals in a bucket: the real client, signed requests, a server that checks every signature."""

import hashlib
import os
import tracemalloc
from dataclasses import dataclass
from pathlib import Path

import pytest
from botocore.config import Config
from django.core.checks import Tags, run_checks
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from pytest_django import Settings

from cms.portal.health import storage_takes_files
from cms.settings.environment import bucket_storage
from cms.videos import original_stores
from tests.services.conftest import ORIGINALS
from tests.services.versitygw import KEY, REGION, SECRET, Versitygw

MB = 1024 * 1024


@dataclass
class Bucket:
    """The server, and what it holds."""

    server: Versitygw

    @property
    def names(self) -> list[str]:
        return self.server.names(ORIGINALS)

    def body(self, name: str) -> bytes:
        return self.server.body(ORIGINALS, name)


@pytest.fixture
def bucket(s3: Versitygw, settings: Settings) -> Bucket:
    """The settings of an installation whose originals lie in a bucket."""
    storage = bucket_storage(ORIGINALS, endpoint=s3.url, key=KEY, secret=SECRET, region=REGION)
    settings.STORAGES = {**settings.STORAGES, "originals": storage}
    return Bucket(s3)


def keep(name: str, size: int = 1000) -> bytes:
    """Put an original into the bucket and return it."""
    data = os.urandom(size)
    storages["originals"].save(name, ContentFile(data))
    return data


def test_an_original_is_read_back_and_removed(bucket: Bucket, tmp_path: Path) -> None:
    sent = keep("ab/original")

    assert (original_stores.size("ab/original"), bucket.names) == (1000, ["ab/original"])
    assert original_stores.digest("ab/original") == hashlib.sha256(sent).hexdigest()
    local = original_stores.local_file("ab/original", tmp_path, lambda: None)
    assert (local.name, local.read_bytes() == sent) == ("original", True)

    original_stores.delete("ab/original")
    original_stores.delete("ab/original")

    assert bucket.names == []


def test_a_large_original_is_fetched_block_by_block(bucket: Bucket, tmp_path: Path) -> None:
    sent = keep("cd/original", 12 * MB + 7)
    grown: list[int] = []
    tracemalloc.start()
    local = original_stores.local_file(
        "cd/original", tmp_path, lambda: grown.append(tracemalloc.get_traced_memory()[1])
    )
    tracemalloc.stop()

    assert (local.read_bytes() == sent, len(grown), max(grown) < 6 * MB) == (True, 13, True)


def test_what_is_not_there_is_missing_and_no_other_error(bucket: Bucket, tmp_path: Path) -> None:
    for ask in (original_stores.digest, original_stores.size):
        with pytest.raises(FileNotFoundError):
            ask("no/original")
    with pytest.raises(FileNotFoundError):
        original_stores.local_file("no/original", tmp_path, lambda: None)


def test_what_lies_there_is_listed_and_removed_one_by_one(bucket: Bucket) -> None:
    for name in ("ab/original", "arriving/ef/piece", "cd/original", "site/owner"):
        keep(name)

    assert list(original_stores.names(older_than_s=3600)) == []
    assert list(original_stores.names(older_than_s=-5)) == ["ab/original", "cd/original"]

    original_stores.discard("ab/original")
    assert bucket.names == ["arriving/ef/piece", "cd/original", "site/owner"]


def told_of(settings: Settings, bucket: str, endpoint: str, *, secret: str = SECRET) -> list[str]:
    """Return what `check --deploy` says about a bucket for originals."""
    storage = bucket_storage(bucket, endpoint=endpoint, key=KEY, secret=secret, region=REGION)
    storage["OPTIONS"]["client_config"] = Config(retries={"max_attempts": 1}, signature_version="s3v4")
    settings.STORAGES = {**settings.STORAGES, "originals": storage}
    return [str(message.msg) for message in run_checks(tags=[Tags.files], include_deployment_checks=True)]


def test_a_bucket_that_cannot_be_used_is_said_in_words_before_the_first_upload(
    bucket: Bucket, settings: Settings
) -> None:
    url = bucket.server.url
    assert told_of(settings, ORIGINALS, url) == []
    [refused] = told_of(settings, ORIGINALS, url, secret="guessed")
    assert refused.startswith("The bucket weike-originals is not open to this key: check WEIKE_S3_ACCESS_KEY")
    assert storage_takes_files() is False
    [missing] = told_of(settings, "no-bucket", url)
    assert missing.startswith("There is no bucket no-bucket: make it")
    [silent] = told_of(settings, ORIGINALS, "http://127.0.0.1:9")
    assert silent.startswith("The bucket weike-originals cannot be reached: Could not connect")
