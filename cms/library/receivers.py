"""Wagtail's signals and the rooms' events enter here and lead to services."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from cms.assets.events import DocumentReplacing
from cms.assets.models import SiteDocument
from cms.core.events import subscribe
from cms.library.models import ContentPage
from cms.library.services import (
    hide_page,
    note_document,
    note_label,
    note_subtree,
    note_venue_link,
    refuse_replacement,
    show_page,
)
from cms.organisations.events import SubtreeChanged
from cms.taxonomy.events import LabelChanged, ReachChanged
from cms.venues.events import VenueChanged


@receiver(page_published)
def on_published(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    if isinstance(instance, ContentPage):
        show_page(instance)


@receiver(page_unpublished)
def on_unpublished(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    if isinstance(instance, ContentPage):
        hide_page(instance)


@receiver(post_save, sender=SiteDocument)
def on_document_saved(sender: type[SiteDocument], instance: SiteDocument, created: bool, **kwargs: Any) -> None:  # noqa: FBT001  # the signal's signature
    # A new one is on no page yet.
    if not created:
        note_document(instance.pk)


@subscribe(ReachChanged)
def on_reach_changed(event: ReachChanged) -> None:
    if issubclass(event.model, SiteDocument):
        note_document(event.pk)


@subscribe(LabelChanged)
def on_label_changed(event: LabelChanged) -> None:
    note_label(event.model, event.pk, event.names)


@subscribe(SubtreeChanged)
def on_subtree_changed(event: SubtreeChanged) -> None:
    note_subtree(event.path)


@subscribe(DocumentReplacing)
def on_replacing(event: DocumentReplacing) -> None:
    refuse_replacement(event.document_id)


@subscribe(VenueChanged)
def on_venue_changed(event: VenueChanged) -> None:
    note_venue_link(event.venue_id)
