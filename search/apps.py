"""Search as a Django app: tables for the log, commands, and the drain that follows each commit."""

from pathlib import Path

import structlog
from django.apps import AppConfig
from django.conf import settings

logger = structlog.get_logger(__name__)


class SearchConfig(AppConfig):
    name = "search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the index of this node current without any worker, and learn the words of whoever runs the site."""
        from search import drain, outbox, vocabulary

        outbox.when_committed(drain.drain_after_commit)
        if settings.SEARCH_WORDS and not vocabulary.also_know(Path(settings.SEARCH_WORDS)):
            logger.warning("search.words_unreadable", path=settings.SEARCH_WORDS)
