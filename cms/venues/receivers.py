"""Wagtail's signals and the rooms' events enter here and lead to services."""

from typing import Any

from django.dispatch import receiver
from wagtail.signals import published, unpublished

from cms.accounts.admin_acts import admin_actor
from cms.core.events import subscribe
from cms.organisations.events import SubtreeChanged
from cms.review.queries import who_approved
from cms.taxonomy.events import LabelChanged
from cms.venues.models import Venue
from cms.venues.services import note_hidden, note_label, note_shown, note_subtree


@receiver(published, sender=Venue)
def on_published(sender: type[Venue], instance: Venue, **kwargs: Any) -> None:
    note_shown(instance, actor=admin_actor() or who_approved(kwargs.get("revision")))


@receiver(unpublished, sender=Venue)
def on_unpublished(sender: type[Venue], instance: Venue, **kwargs: Any) -> None:
    note_hidden(instance, actor=admin_actor())


@subscribe(SubtreeChanged)
def on_subtree_changed(event: SubtreeChanged) -> None:
    note_subtree(event.path)


@subscribe(LabelChanged)
def on_label_changed(event: LabelChanged) -> None:
    note_label(event.model, event.pk)
