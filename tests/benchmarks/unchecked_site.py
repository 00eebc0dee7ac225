"""The site with every digest of uploads switched off, to measure what they cost; for measuring only."""

from collections.abc import Iterator
from typing import Any

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from cms.videos import original_stores, running_digest  # noqa: E402  # after the apps are there


def none() -> Iterator[Any]:
    """Return no library that could make a digest on the way."""
    return iter(())


def unread(name: str) -> str:
    """Return a digest without reading a file."""
    return "0" * 64


running_digest.libraries = none
original_stores.digest = unread
