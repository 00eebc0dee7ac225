"""Wagtail's signals and the rooms' events enter here and lead to services."""

from typing import Any

from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from cms.assets.events import DocumentReplacing
from cms.core.events import subscribe
from cms.library.models import ContentPage
from cms.library.services import hide_page, note_subtree, refuse_replacement, show_page
from cms.organisations.events import SubtreeChanged


@receiver(page_published)
def on_published(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    if isinstance(instance, ContentPage):
        show_page(instance)


@receiver(page_unpublished)
def on_unpublished(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    if isinstance(instance, ContentPage):
        hide_page(instance)


@subscribe(SubtreeChanged)
def on_subtree_changed(event: SubtreeChanged) -> None:
    note_subtree(event.path)


@subscribe(DocumentReplacing)
def on_replacing(event: DocumentReplacing) -> None:
    refuse_replacement(event.document_id)
