"""The engines that the settings name. Everything that needs an engine asks here."""

from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from search.engines.embedded import EmbeddedEngine
from search.engines.protocol import Engine, Searching


def local_engine() -> Engine:
    """Return this node's own index, which every node keeps current whatever engine answers."""
    return EmbeddedEngine(Path(settings.SEARCH_DB))


def answering_engine() -> Searching:
    """Return the engine that answers questions. Raises ImproperlyConfigured for a name that nothing here bears."""
    if settings.SEARCH_ENGINE == "embedded":
        return local_engine()
    raise ImproperlyConfigured(f"SEARCH_ENGINE {settings.SEARCH_ENGINE!r} is not known")
