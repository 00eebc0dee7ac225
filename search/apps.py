"""Search as a Django app: tables for the log, commands, and the drain that follows each commit."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the index of this node current without any worker."""
        from search import drain, outbox

        outbox.when_committed(drain.drain_after_commit)
