"""Search as a Django app: tables for the log, commands, and the drain that follows each commit."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    label = "search"
    verbose_name = _("Search")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the index of this node current without any worker."""
        from search import drain, outbox

        outbox.when_committed(drain.drain_after_commit)
