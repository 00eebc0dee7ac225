"""What a store of uploads does, whatever it stands on."""

import contextlib
from collections.abc import Iterator
from typing import Any, Protocol

from cms.videos.models import Upload

# What the row of an upload has to remember so that its bytes are found again: written together with the offset, so
# that the two never disagree, and read by nobody but the store.
Whereabouts = dict[str, Any]
Block = bytes | memoryview


class Stolen(Exception):  # noqa: N818  # reads as the fact it states
    """A newer request took this upload over; not one more byte of the older one may be written."""


class Writer(Protocol):
    """Takes bytes in order, from where the row says that the upload ends.

    Every method may raise Stolen, FileNotFoundError when the upload is gone, OSError, StorageAway.
    """

    def write(self, block: Block) -> None:
        """Append a block, of which nothing is needed afterwards."""

    def head(self, size: int) -> bytes:
        """Return the first bytes of the upload, of which no more may have been kept than a video needs to be known."""

    def hasten(self) -> None:
        """Begin what `sync` will do as far as it can still be forgotten, while others work."""

    def sync(self) -> Whereabouts:
        """Return only when everything written will survive a power cut, with what the row must remember for that."""

    def forget(self) -> None:
        """Drop what was written since the last `sync`."""


class UploadStore(Protocol):
    """Keeps the received part of files; `ref` is a name of our own making."""

    def create(self, ref: str) -> None:
        """Make room for a new upload."""

    def take_over(self, ref: str, token: str) -> None:
        """Make `token`, which the row has already, the only one under which may be written from now on.

        Raises FileNotFoundError when the upload is gone.
        """

    def is_held_by(self, ref: str, token: str) -> bool:
        """Return whether `token` is still that one; nothing there is nobody's."""

    def writer(self, upload: Upload, token: str) -> contextlib.AbstractContextManager[Writer]:
        """Open the upload for writing where its row ends; what lies beyond is an unacknowledged rest and is dropped."""

    def deliver(self, upload: Upload, name: str) -> None:
        """Hand the complete file to the originals under `name`; again, it changes nothing.

        Raises FileNotFoundError when its bytes are gone, StorageAway.
        """

    def delete(self, ref: str) -> None:
        """Remove everything of the upload; nothing there is no error. What cannot be removed now is left to the sweep."""

    def refs(self) -> Iterator[str]:
        """Return the names of all uploads of which something lies here, as far as it is this site's."""

    def free_bytes(self) -> int:
        """Return how many bytes there is room for."""
