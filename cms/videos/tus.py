"""The words of the tus 1.0.0 protocol: reading its headers, writing its headers. Pure."""

import base64
import binascii
from datetime import datetime
from typing import Final

from django.utils.http import http_date

from cms.videos.errors import UploadRefused

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,creation-with-upload,checksum,expiration,termination"
ALGORITHMS: Final = {"sha1": 20, "sha256": 32}
CONTENT_TYPE: Final = "application/offset+octet-stream"
MAX_METADATA: Final = 8192
MAX_DIGITS: Final = 18


def read_metadata(header: str) -> dict[str, str]:
    """Return the pairs of an Upload-Metadata header; values that are no UTF-8 are shown with marks.

    Raises UploadRefused bad_metadata.
    """
    if len(header) > MAX_METADATA:
        raise UploadRefused("bad_metadata", status=400)
    pairs: dict[str, str] = {}
    for pair in header.split(","):
        key, _space, value = pair.strip().partition(" ")
        if not key and not header.strip():
            continue
        if not key or not key.isascii() or key in pairs:
            raise UploadRefused("bad_metadata", status=400)
        pairs[key] = decode(value.strip()).decode("utf-8", "replace")
    return pairs


def decode(value: str) -> bytes:
    """Return what a base64 value stands for.

    Raises UploadRefused bad_metadata.
    """
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise UploadRefused("bad_metadata", status=400) from None


def read_number(text: str | None, *, code: str) -> int:
    """Return a header's whole number of bytes.

    Raises UploadRefused `code` (400).
    """
    if text is None or not text.isascii() or not text.isdigit() or len(text) > MAX_DIGITS:
        raise UploadRefused(code, status=400)
    return int(text)


def read_checksum(header: str) -> tuple[str, bytes]:
    """Return algorithm and digest of an Upload-Checksum header.

    Raises UploadRefused bad_checksum (400), also for an algorithm we do not offer.
    """
    algorithm, _space, value = header.strip().partition(" ")
    try:
        digest = base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise UploadRefused("bad_checksum", status=400) from None
    if len(digest) != ALGORITHMS.get(algorithm):
        raise UploadRefused("bad_checksum", status=400)
    return algorithm, digest


def capabilities(max_bytes: int) -> dict[str, str]:
    """Return what OPTIONS tells."""
    return {
        "Tus-Resumable": VERSION,
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(max_bytes),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }


def expires(at: datetime) -> str:
    """Return the instant for the Upload-Expires header."""
    return http_date(at.timestamp())
