"""Whether the buckets of the settings can be used, said before the first upload finds out; and that one is away."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage, storages

from cms.videos.errors import StorageAway

ALIASES = ("originals", "renditions")
NO_BUCKET, NOT_ALLOWED = 404, 403
TOO_MANY, BROKEN = 429, 500


def patience(*, read_s: int = 20, attempts: int = 3) -> Any:
    """Return how long a client waits and how often it asks: a person waits for the answer, or a job that may be stopped."""
    from botocore.config import Config

    return Config(connect_timeout=5, read_timeout=read_s, retries={"mode": "standard", "total_max_attempts": attempts})


@contextmanager
def reaching() -> Iterator[None]:
    """Ask a bucket in the block.

    Raises StorageAway when its server cannot be reached or is not well; any other trouble as it is.
    """
    try:
        yield
    except Exception as error:
        if any(is_away(cause) for cause in causes(error)):
            raise StorageAway from error
        raise


def causes(error: BaseException) -> Iterator[BaseException]:
    """Return an error and what it was made of: clients that send in parts put their own around what happened."""
    found: BaseException | None = error
    while found is not None:
        yield found
        found = getattr(found, "last_exception", None) or found.__cause__ or found.__context__


def is_away(error: BaseException) -> bool:
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError, IncompleteReadError  # noqa: A004

    if isinstance(error, ClientError):
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        return status == TOO_MANY or status >= BROKEN
    return isinstance(error, (ConnectionError, HTTPClientError, IncompleteReadError))


def check_buckets(**_asked: Any) -> list[CheckMessage]:
    """Tell `manage.py check --deploy` what is wrong with the buckets."""
    return [Error(fault, id="videos.E001") for fault in bucket_faults()]


def bucket_faults() -> list[str]:
    """Return one sentence for each bucket that cannot be used; folders have none."""
    stores: list[Any] = [storages[alias] for alias in ALIASES]
    faults = [bucket_fault(store) for store in stores if not isinstance(store, FileSystemStorage)]
    return [fault for fault in faults if fault]


def bucket_fault(storage: Any) -> str:
    """Ask for the bucket as a whole and return why it cannot be used, or an empty text."""
    # Only an installation with buckets has the client.
    from botocore.exceptions import BotoCoreError, ClientError

    name = storage.bucket_name
    try:
        storage.connection.meta.client.head_bucket(Bucket=name)
    except ClientError as error:
        return sentence(name, int(error.response["ResponseMetadata"]["HTTPStatusCode"]))
    except BotoCoreError as error:
        return f"The bucket {name} cannot be reached: {error}"
    return ""


def sentence(name: str, status: int) -> str:
    """Return what an answer of the server means for the operator."""
    if status == NO_BUCKET:
        return f"There is no bucket {name}: make it, or name another in WEIKE_S3_BUCKET or WEIKE_S3_RENDITIONS_BUCKET."
    if status == NOT_ALLOWED:
        # Without the right to list, the server also says 403, and not 404, of every file that is not there.
        return (
            f"The bucket {name} is not open to this key: check WEIKE_S3_ACCESS_KEY and WEIKE_S3_SECRET_KEY, the clock of "
            "this machine, and that the key may list the bucket (s3:ListBucket), read, write and delete."
        )
    return f"The bucket {name} answers with status {status}; WEIKE_S3_ENDPOINT and WEIKE_S3_REGION say which server is asked."
