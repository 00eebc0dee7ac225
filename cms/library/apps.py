"""Application configuration."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class LibraryConfig(AppConfig):
    name = "cms.library"
    label = "library"

    def ready(self) -> None:
        from wagtail.models import Page
        from wagtail.permissions import register_permission_policy

        from cms.core.personal_data import register_personal_data
        from cms.feedback.enums import OF_PAGES
        from cms.feedback.subjects import reportable
        from cms.library import (  # noqa: F401  # receivers and words connect when imported
            handlers,
            personal_data,
            receivers,
            search_documents,
        )
        from cms.library.page_acts import watch_pages
        from cms.library.permissions import ContentPolicy
        from cms.library.reporting import KIND, page_taken_down, reported_page
        from search.outbox import register

        register_permission_policy(Page, ContentPolicy(Page))
        watch_pages()
        reportable(KIND, reported_page, problems=OF_PAGES, look=page_taken_down)
        register_personal_data(personal_data.MARKS)
        register("resource", build=search_documents.resource_document, iterate=search_documents.resource_keys)
        register(
            "announcement",
            build=search_documents.announcement_document,
            iterate=search_documents.announcement_keys,
        )
        post_migrate.connect(prepare_sections, sender=self)


def prepare_sections(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Make the branches of the page tree after migrating; a partial migration leaves it for the next."""
    from cms.library.services import ensure_sections

    needed = {"library_sectionpage", "review_editorreviewtask", "auth_group", "wagtailcore_grouppagepermission"}
    if needed <= set(connections[using].introspection.table_names()):
        ensure_sections()
