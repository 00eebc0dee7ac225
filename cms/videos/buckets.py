"""A bucket of the settings; the one module that needs the client of buckets to be installed."""

from typing import Any

from storages.backends.s3 import S3Storage

from cms.videos.bucket_access import patience


class Bucket(S3Storage):
    """A bucket that is asked with bounded patience."""

    client_config: Any

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.client_config = self.client_config.merge(patience())
