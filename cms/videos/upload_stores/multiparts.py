"""What uploads ask of a bucket, in words of ours, and its answers as errors of ours."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import IO, Any

import structlog

from cms.videos.errors import StorageAway

log = structlog.get_logger("weike.videos")
BLOCK = 1 << 20
# What is not there, or of which the server no longer has what was sent.
GONE = {"404", "NoSuchKey", "NoSuchUpload", "InvalidPart"}


@contextmanager
def speaking() -> Iterator[None]:
    """Turn what the bucket's client raises into errors of ours.

    Raises FileNotFoundError for what is not there, StorageAway for everything that another try may mend, also by an
    operator: a server that does not answer, a key that is not accepted.
    """
    # Only an installation with buckets has the client.
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in GONE:
            raise FileNotFoundError(code) from error
        log.warning("bucket.refused", reason=code, asked=error.operation_name)
        raise StorageAway from error
    except BotoCoreError as error:
        log.warning("bucket.away", error=str(error))
        raise StorageAway from error


class Multiparts:
    """The bucket of a storage, asked for objects that come in parts. Every method may raise what `speaking` says."""

    def __init__(self, storage: Any) -> None:
        self.storage = storage
        self.name = str(storage.bucket_name)

    @property
    def client(self) -> Any:
        """The one client of this process: threads may share it, and each of its own takes some megabytes."""
        return self.storage.bucket.meta.client

    def put(self, name: str, body: IO[bytes]) -> None:
        """Keep an object, whole or not at all."""
        with speaking():
            self.client.put_object(Bucket=self.name, Key=name, Body=body)

    def blocks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of an object."""
        with speaking():
            body = self.client.get_object(Bucket=self.name, Key=name)["Body"]
            try:
                yield from body.iter_chunks(BLOCK)
            finally:
                body.close()

    def size_of(self, name: str) -> int | None:
        """Return how large an object is; nothing when there is none."""
        try:
            with speaking():
                return int(self.client.head_object(Bucket=self.name, Key=name)["ContentLength"])
        except FileNotFoundError:
            return None

    def begin(self, name: str) -> str:
        """Begin an object that comes in parts; nobody sees it before it is complete."""
        with speaking():
            return str(self.client.create_multipart_upload(Bucket=self.name, Key=name)["UploadId"])

    def send_part(self, name: str, multipart: str, number: int, body: IO[bytes]) -> str:
        """Send a part and return the tag by which the server knows what it got."""
        with speaking():
            answer = self.client.upload_part(
                Bucket=self.name, Key=name, UploadId=multipart, PartNumber=number, Body=body
            )
        return str(answer["ETag"])

    def empty_part(self, name: str, multipart: str, number: int) -> None:
        """Put one byte in the place of a part, which cannot be removed; what went meanwhile is no error."""
        with suppress(FileNotFoundError):
            self.send_part(name, multipart, number, BytesIO(b"-"))

    def complete(self, name: str, multipart: str, parts: Sequence[tuple[int, str]]) -> None:
        """Make the object of these parts, which the server has to have as they were sent, and forget all others.

        Raises FileNotFoundError also when they are an object already: the client asks again when an answer is late.
        """
        named = [{"PartNumber": number, "ETag": etag} for number, etag in parts]
        with speaking():
            self.storage.slow_client.complete_multipart_upload(
                Bucket=self.name, Key=name, UploadId=multipart, MultipartUpload={"Parts": named}
            )

    def begun(self, prefix: str = "") -> Iterator[str]:
        """Return the names of objects below a prefix that are not complete."""
        for name, _multipart in self.multiparts(prefix):
            yield name

    def give_up(self, prefix: str) -> None:
        """Drop whatever came of objects below a prefix that are not complete; what went meanwhile is no error."""
        for name, multipart in list(self.multiparts(prefix)):
            self.abort(name, multipart)

    def abort(self, name: str, multipart: str) -> None:
        """Drop whatever came of one object that is not complete; what went meanwhile is no error."""
        with suppress(FileNotFoundError), speaking():
            self.client.abort_multipart_upload(Bucket=self.name, Key=name, UploadId=multipart)

    def multiparts(self, prefix: str) -> Iterator[tuple[str, str]]:
        pages = self.client.get_paginator("list_multipart_uploads")
        with speaking():
            for page in pages.paginate(Bucket=self.name, Prefix=prefix):
                for row in page.get("Uploads", ()):
                    yield row["Key"], row["UploadId"]

    def names(self, prefix: str) -> Iterator[str]:
        """Return the names of objects below a prefix."""
        pages = self.client.get_paginator("list_objects_v2")
        with speaking():
            for page in pages.paginate(Bucket=self.name, Prefix=prefix):
                for row in page.get("Contents", ()):
                    yield row["Key"]

    def delete_below(self, prefix: str) -> None:
        """Remove all objects below a prefix; what went meanwhile is no error."""
        for name in list(self.names(prefix)):
            self.delete(name)

    def delete(self, name: str) -> None:
        """Remove an object; what went meanwhile is no error."""
        with suppress(FileNotFoundError), speaking():
            self.client.delete_object(Bucket=self.name, Key=name)
