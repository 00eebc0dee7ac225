"""The engines that the settings name. Everything that needs an engine asks here."""

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from search.engines.elastic import ElasticIndex
from search.engines.elastic.door import is_installed
from search.engines.embedded import EmbeddedEngine
from search.engines.protocol import Engine, SharedEngine

EMBEDDED = "embedded"


def local_engine() -> Engine:
    """Return this node's own index, which every node keeps current whatever engine answers."""
    return EmbeddedEngine(Path(settings.SEARCH_DB))


def shared_engine() -> SharedEngine | None:
    """Return the index on a server that answers for all nodes, or None where each node answers with its own.

    Raises ImproperlyConfigured for a name that nothing here bears, a server that is not named, and an extra that is absent.
    """
    if settings.SEARCH_ENGINE == EMBEDDED:
        return None
    if settings.SEARCH_ENGINE not in SHARED:
        raise ImproperlyConfigured(f"SEARCH_ENGINE {settings.SEARCH_ENGINE!r} is not known")
    # Open connections must not be used on the other side of a fork.
    return _opened(
        settings.SEARCH_ENGINE,
        settings.ELASTICSEARCH_URL,
        settings.ELASTICSEARCH_PREFIX,
        settings.ELASTICSEARCH_CA,
        os.getpid(),
    )


@lru_cache(maxsize=1)
def _opened(name: str, url: str, prefix: str, ca: str, _process: int) -> SharedEngine:
    return SHARED[name](url, prefix, ca)


def _elasticsearch(url: str, prefix: str, ca: str) -> SharedEngine:
    if not url:
        raise ImproperlyConfigured("ELASTICSEARCH_URL must name the server when SEARCH_ENGINE is 'elasticsearch'")
    # Its client is loaded when it is asked something; where the embedded engine answers, it need not be there.
    if not is_installed():
        raise ImproperlyConfigured("SEARCH_ENGINE is 'elasticsearch': install the extra of that name")
    if not _is_address(url):
        # The text is not told: a password may stand in it.
        raise ImproperlyConfigured(
            "ELASTICSEARCH_URL is no address such as https://name:password@host:9200;"
            " in name and password, signs such as # / @ : are written as %23 %2F %40 %3A"
        )
    if ca and not (url.startswith("https:") and Path(ca).is_file()):
        raise ImproperlyConfigured(
            "WEIKE_ELASTICSEARCH_CA must be a file here, and ELASTICSEARCH_URL begin with https"
        )
    index = ElasticIndex(url, prefix=prefix, ca=ca)
    index.prepare()
    return index


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        complete = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return complete and not parts.query and not parts.fragment


SHARED: dict[str, Callable[[str, str, str], SharedEngine]] = {"elasticsearch": _elasticsearch}
