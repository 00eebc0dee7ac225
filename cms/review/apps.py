"""Application configuration."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class ReviewConfig(AppConfig):
    name = "cms.review"
    label = "review"

    def ready(self) -> None:
        from cms.core.personal_data import register_personal_data
        from cms.review import personal_data, receivers  # noqa: F401  # receivers connect when imported

        register_personal_data(personal_data.REVIEWS)
        post_migrate.connect(prepare_workflow, sender=self)


def prepare_workflow(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Create the workflow after migrating; a partial migration without the tables leaves it for the next."""
    from cms.review.services import ensure_workflow

    needed = {"review_branchreviewtask", "wagtailcore_workflowcontenttype", "wagtailcore_workflowtask"}
    if needed <= set(connections[using].introspection.table_names()):
        ensure_workflow()
