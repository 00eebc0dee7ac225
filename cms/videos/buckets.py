"""A bucket of the settings; the one module that needs the client of buckets to be installed."""

import copy
from functools import cached_property
from typing import Any

from storages.backends.s3 import S3Storage

from cms.videos.bucket_access import patience


class Bucket(S3Storage):
    """A bucket that is asked with bounded patience."""

    client_config: Any

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.client_config = self.client_config.merge(patience())

    @cached_property
    def slow_client(self) -> Any:
        """The client for what the server may take long over: making one object of thousands of parts."""
        slow = copy.copy(self)
        slow.client_config = self.client_config.merge(patience(read_s=60, attempts=2))
        return slow.connection.meta.client
