"""Search as a Django app: tables for the log, commands, and the drain that follows each commit."""

from pathlib import Path

import structlog
from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

logger = structlog.get_logger(__name__)


class SearchConfig(AppConfig):
    name = "search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the index of this node current without any worker, and learn the words of whoever runs the site."""
        from search import drain, outbox, vocabulary

        checks.register(engine_is_there)
        outbox.when_committed(drain.drain_after_commit)
        if settings.SEARCH_WORDS and not vocabulary.also_know(Path(settings.SEARCH_WORDS)):
            logger.warning("search.words_unreadable", path=settings.SEARCH_WORDS)


def engine_is_there(**_named: object) -> list[checks.CheckMessage]:
    """Tell before anything starts when the settings name an engine that cannot be used."""
    from search.configured import shared_engine

    try:
        shared_engine()
    except ImproperlyConfigured as error:
        return [checks.Error(str(error), id="search.E001")]
    return []
