"""Originals in a bucket: the real client, signed requests, a server that checks every signature."""

import hashlib
import http.client
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from django.core.checks import Tags, run_checks
from pytest_django import Settings

from cms.portal.health import storage_takes_files
from cms.settings.environment import bucket_storage
from cms.videos import original_stores
from cms.videos.upload_stores import LocalStore
from tests.services.s3_server import KEY, SECRET, S3Server, serving_s3
from tests.services.s3_signatures import Asked, RefusedError, check_signature

MB = 1024 * 1024
BUCKET = "weike-originals"


@dataclass
class Bucket:
    """The server, and what it holds."""

    server: S3Server

    @property
    def names(self) -> list[str]:
        return sorted(self.server.buckets[BUCKET])

    def body(self, name: str) -> bytes:
        return self.server.buckets[BUCKET][name].body


@pytest.fixture
def bucket(settings: Settings) -> Iterator[Bucket]:
    """The settings of an installation whose originals lie in a bucket."""
    with serving_s3(BUCKET) as server:
        storage = bucket_storage(BUCKET, endpoint=server.url, key=KEY, secret=SECRET, region="us-east-1")
        settings.STORAGES = {**settings.STORAGES, "originals": storage}
        yield Bucket(server)


@contextmanager
def client(server: S3Server, *, key: str = KEY, secret: str = SECRET) -> Iterator[Any]:
    made = boto3.client(
        "s3",
        endpoint_url=server.url,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        region_name="us-east-1",
        config=Config(retries={"max_attempts": 1}, signature_version="s3v4"),
    )
    try:
        yield made
    finally:
        made.close()


def get(address: str, span: str = "") -> tuple[int, bytes]:
    """Open an address of our own server as a browser would."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    connection.request("GET", f"{parts.path}?{parts.query}", headers={"Range": span} if span else {})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, body


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
    local = original_stores.local_file("ab/original", tmp_path)
    assert (local.name, local.read_bytes() == sent) == ("original", True)

    original_stores.delete("ab/original")
    original_stores.delete("ab/original")

    assert bucket.names == []


def test_a_large_file_goes_in_parts_and_arrives_whole(bucket: Bucket, tmp_path: Path) -> None:
    path = film(tmp_path, 20 * MB + 7)

    original_stores.take_in(path, "cd/original")

    assert bucket.body("cd/original") == path.read_bytes()
    assert len([method for method, _path in bucket.server.seen if method == "PUT"]) > 1
    assert bucket.server.parts == {}


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
        original_stores.local_file("no/original", tmp_path)


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
    wrong = bucket_storage(BUCKET, endpoint=bucket.server.url, key=KEY, secret="guessed", region="us-east-1")
    settings.STORAGES = {**settings.STORAGES, "originals": wrong}

    with pytest.raises(ClientError, match=r"403|SignatureDoesNotMatch"):
        original_stores.take_in(film(tmp_path), "ab/original")

    assert (bucket.names, bucket.server.seen) == ([], [])


# --- The server that the tests stand on ----------------------------------------------------------------------------


def told_of(settings: Settings, bucket: str, endpoint: str, *, secret: str = SECRET) -> list[str]:
    """Return what `check --deploy` says about a bucket for originals."""
    storage = bucket_storage(bucket, endpoint=endpoint, key=KEY, secret=secret, region="us-east-1")
    storage["OPTIONS"]["client_config"] = Config(retries={"max_attempts": 1}, signature_version="s3v4")
    settings.STORAGES = {**settings.STORAGES, "originals": storage}
    return [str(message.msg) for message in run_checks(tags=[Tags.files], include_deployment_checks=True)]


def test_a_bucket_that_cannot_be_used_is_said_in_words_before_the_first_upload(
    bucket: Bucket, settings: Settings
) -> None:
    url = bucket.server.url
    assert told_of(settings, BUCKET, url) == []
    [refused] = told_of(settings, BUCKET, url, secret="guessed")
    assert refused.startswith("The bucket weike-originals is not open to this key: check WEIKE_S3_ACCESS_KEY")
    assert storage_takes_files() is False
    [missing] = told_of(settings, "no-bucket", url)
    assert missing.startswith("There is no bucket no-bucket: make it")
    [silent] = told_of(settings, BUCKET, "http://127.0.0.1:9")
    assert silent.startswith("The bucket weike-originals cannot be reached: Could not connect")


def test_the_server_refuses_strangers_and_changed_requests() -> None:
    with serving_s3(BUCKET) as server, client(server) as ours:
        ours.put_object(Bucket=BUCKET, Key="a/b c", Body=b"0123456789")
        for known in ({"secret": "guessed"}, {"key": "somebody"}):
            with client(server, **known) as stranger, pytest.raises(ClientError) as error:
                stranger.get_object(Bucket=BUCKET, Key="a/b c")
            assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
        assert get(f"{server.url}/{BUCKET}/a/b%20c")[0] == 403


def test_the_server_sends_parts_lists_page_by_page_and_forgets_what_was_given_up() -> None:
    with serving_s3(BUCKET) as server, client(server) as s3:
        for number in range(5):
            s3.put_object(Bucket=BUCKET, Key=f"list/{number}", Body=b"0123456789")
        with s3.get_object(Bucket=BUCKET, Key="list/3", Range="bytes=2-4")["Body"] as part:
            assert part.read() == b"234"
        pages = s3.get_paginator("list_objects_v2").paginate(
            Bucket=BUCKET, Prefix="list/", PaginationConfig={"PageSize": 2}
        )
        assert [[entry["Key"] for entry in page["Contents"]] for page in pages] == [
            ["list/0", "list/1"],
            ["list/2", "list/3"],
            ["list/4"],
        ]
        begun = s3.create_multipart_upload(Bucket=BUCKET, Key="big")["UploadId"]
        s3.upload_part(Bucket=BUCKET, Key="big", UploadId=begun, PartNumber=1, Body=b"part")
        s3.abort_multipart_upload(Bucket=BUCKET, Key="big", UploadId=begun)
        assert (server.parts, "big" in server.buckets[BUCKET]) == ({}, False)


def test_a_presigned_address_opens_one_object_and_no_other() -> None:
    with serving_s3(BUCKET) as server, client(server) as s3:
        for name in ("one", "other"):
            s3.put_object(Bucket=BUCKET, Key=name, Body=name.encode())
        address = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "one"}, ExpiresIn=60)

        assert get(address, "bytes=1-2") == (206, b"ne")
        assert get(address.replace("/one?", "/other?"))[0] == 403
        assert get(address.replace("X-Amz-Expires=60", "X-Amz-Expires=6000"))[0] == 403


def test_the_example_of_the_specification_has_the_signature_that_is_printed_there() -> None:
    headers = {
        "host": "examplebucket.s3.amazonaws.com",
        "range": "bytes=0-9",
        "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "x-amz-date": "20130524T000000Z",
        "authorization": "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    }
    known = {"key": "AKIAIOSFODNN7EXAMPLE", "secret": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
    at = datetime(2013, 5, 24, tzinfo=UTC)
    asked = Asked("GET", "/test.txt", "", headers)

    assert check_signature(asked, **known, now=at) == headers["x-amz-content-sha256"]
    with pytest.raises(RefusedError, match="RequestTimeTooSkewed"):
        check_signature(asked, **known, now=at + timedelta(minutes=16))
    with pytest.raises(RefusedError, match="SignatureDoesNotMatch"):
        check_signature(Asked("GET", "/test.txt", "", {**headers, "range": "bytes=0-99"}), **known, now=at)
