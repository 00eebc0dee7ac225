"""Originals in a bucket: the real client, signed requests, a server that checks every signature."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from django.core.checks import Tags, run_checks
from pytest_django import Settings

from cms.portal.health import storage_takes_files
from cms.settings.environment import bucket_storage
from cms.videos import original_stores
from cms.videos.upload_stores import LocalStore
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


def film(folder: Path, size: int = 1000) -> Path:
    path = folder / "film"
    path.write_bytes(os.urandom(size))
    return path


def test_a_file_is_taken_in_read_back_and_removed(bucket: Bucket, tmp_path: Path) -> None:
    path = film(tmp_path)
    sent = path.read_bytes()

    original_stores.take_in(path, "ab/original")

    assert (bucket.names, bucket.body("ab/original") == sent) == (["ab/original"], True)
    assert original_stores.digest("ab/original") == hashlib.sha256(sent).hexdigest()
    local = original_stores.local_file("ab/original", tmp_path, lambda: None)
    assert (local.name, local.read_bytes() == sent) == ("original", True)

    original_stores.delete("ab/original")
    original_stores.delete("ab/original")

    assert bucket.names == []


def test_a_large_file_goes_in_parts_and_arrives_whole(bucket: Bucket, tmp_path: Path) -> None:
    path = film(tmp_path, 20 * MB + 7)

    original_stores.take_in(path, "cd/original")

    assert bucket.body("cd/original") == path.read_bytes()
    sent = [
        path for _status, method, path in bucket.server.answered() if method == "PUT" and path.endswith("/cd/original")
    ]
    assert (len(sent) > 1, bucket.server.unfinished(ORIGINALS)) == (True, [])


def test_taking_in_twice_changes_nothing(bucket: Bucket, tmp_path: Path) -> None:
    path = film(tmp_path)
    original_stores.take_in(path, "ab/original")
    first = bucket.body("ab/original")
    path.write_bytes(b"something else")

    original_stores.take_in(path, "ab/original")

    assert (bucket.names, bucket.body("ab/original") == first) == (["ab/original"], True)


def test_what_is_not_there_is_missing_and_no_other_error(bucket: Bucket, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        original_stores.digest("no/original")
    with pytest.raises(FileNotFoundError):
        original_stores.local_file("no/original", tmp_path, lambda: None)


def test_a_finished_upload_is_delivered_from_the_disk_of_uploads_to_the_bucket(bucket: Bucket, tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "uploads")
    store.create("ef")
    store.take_over("ef", "token")
    with store.writer("ef", "token", 0) as writer:
        writer.write(b"film")
        writer.sync()

    store.deliver("ef", "ef/original")
    store.deliver("ef", "ef/original")

    assert (bucket.body("ef/original"), list(store.refs())) == (b"film", [])


def test_what_lies_there_is_listed_and_removed_one_by_one(bucket: Bucket, tmp_path: Path) -> None:
    for name in ("ab/original", "cd/original", "site/owner"):
        original_stores.take_in(film(tmp_path), name)

    assert list(original_stores.names(older_than_s=3600)) == []
    assert list(original_stores.names(older_than_s=-5)) == ["ab/original", "cd/original"]

    original_stores.discard("ab/original")
    assert bucket.names == ["cd/original", "site/owner"]


def test_the_wrong_key_reaches_nothing(bucket: Bucket, settings: Settings, tmp_path: Path) -> None:
    wrong = bucket_storage(ORIGINALS, endpoint=bucket.server.url, key=KEY, secret="guessed", region=REGION)
    settings.STORAGES = {**settings.STORAGES, "originals": wrong}

    with pytest.raises(ClientError, match=r"403|SignatureDoesNotMatch"):
        original_stores.take_in(film(tmp_path), "ab/original")

    assert bucket.names == []


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
