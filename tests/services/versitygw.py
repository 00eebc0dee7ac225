"""An S3 server of others for tests (versitygw): every signature is checked, and what it keeps are plain files."""

import os
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from scripts.programs import NotBuiltError, built_program
from tests.services.processes import Server, ServiceMissingError

KEY = "weike-tests"
SECRET = secrets.token_hex(20)
REGION = "us-east-1"
# One line of its log: time | vgw | status | how long | who | method | path | …
ANSWERED = re.compile(r"^[^|]+\| vgw \| (\d+) \|[^|]+\|[^|]+\| (\w+) \| (\S+) \|", re.MULTILINE)
# Where it keeps what is not an object yet.
UNFINISHED = ".sgwtmp"


class Versitygw(Server):
    """A server with some buckets; without versions of objects, as most are."""

    name = "s3"

    def __init__(self, *buckets: str) -> None:
        super().__init__()
        for bucket in buckets:
            (self.folder / "data" / bucket).mkdir(parents=True)
        (self.folder / "keys").mkdir()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def argv(self) -> Sequence[str]:
        try:
            program = built_program("versitygw")
        except NotBuiltError as missing:
            raise ServiceMissingError(str(missing)) from None
        listen = ["--port", f"127.0.0.1:{self.port}", "--region", REGION, "--iam-dir", str(self.folder / "keys")]
        return [str(program), *listen, "posix", str(self.folder / "data")]

    def environment(self) -> Mapping[str, str]:
        return {**os.environ, "ROOT_ACCESS_KEY": KEY, "ROOT_SECRET_KEY": SECRET}

    def names(self, bucket: str) -> list[str]:
        """Return the names of all objects."""
        root = self.folder / "data" / bucket
        files = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
        return sorted(str(path) for path in files if path.parts[0] != UNFINISHED)

    def body(self, bucket: str, name: str) -> bytes:
        """Return one object."""
        return self.path(bucket, name).read_bytes()

    def path(self, bucket: str, name: str) -> Path:
        """Return where an object lies."""
        return self.folder / "data" / bucket / name

    def unfinished(self, bucket: str) -> list[str]:
        """Return whatever lies here of objects that come in parts and are not complete."""
        root = self.folder / "data" / bucket / UNFINISHED
        return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())

    def begun(self, bucket: str) -> list[str]:
        """Return the names of objects that come in parts and are not complete."""
        with client(self) as s3:
            return [row["Key"] for row in s3.list_multipart_uploads(Bucket=bucket).get("Uploads", ())]

    def answered(self) -> list[tuple[int, str, str]]:
        """Return status, method and path of every request so far."""
        return [
            (int(status), method, unquote(path)) for status, method, path in ANSWERED.findall(self.log.read_text())
        ]

    def empty(self) -> None:
        """Remove every object, and what came of others."""
        with client(self) as s3:
            for bucket in sorted(path.name for path in (self.folder / "data").glob("[!.]*")):
                for name in self.names(bucket):
                    s3.delete_object(Bucket=bucket, Key=name)
                for row in s3.list_multipart_uploads(Bucket=bucket).get("Uploads", ()):
                    s3.abort_multipart_upload(Bucket=bucket, Key=row["Key"], UploadId=row["UploadId"])


@contextmanager
def client(server: Versitygw, *, key: str = KEY, secret: str = SECRET) -> Iterator[Any]:
    """Return the usual client, which asks once."""
    import boto3
    from botocore.config import Config

    made = boto3.client(
        "s3",
        endpoint_url=server.url,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        region_name=REGION,
        config=Config(retries={"max_attempts": 1}, signature_version="s3v4"),
    )
    try:
        yield made
    finally:
        made.close()
