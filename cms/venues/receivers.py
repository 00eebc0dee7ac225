"""Wagtail's signals and the rooms' events enter here and lead to services."""

from typing import Any

from django.dispatch import receiver
from wagtail.signals import published, unpublished

from cms.accounts.admin_acts import admin_actor
from cms.core.events import subscribe
from cms.organisations.events import OrganisationClosed, OrganisationReopened, SubtreeChanged
from cms.review.queries import who_approved
from cms.taxonomy.events import LabelChanged
from cms.venues.events import VenueChanged
from cms.venues.models import Venue, VenueVisit
from cms.venues.services import (
    look_at_visits,
    note_hidden,
    note_label,
    note_shown,
    note_subtree,
    release_visits_of,
    shut_places_of,
)


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


@subscribe(VenueChanged)
def on_venue_changed(event: VenueChanged) -> None:
    """Tell the branches that go there whether they still can: hours may have changed, or it is shown no more."""
    look_at_visits(VenueVisit.objects.filter(venue=event.venue_id))


@subscribe(OrganisationClosed)
def on_organisation_closed(event: OrganisationClosed) -> None:
    """Tell the branches that go to places of a closed organisation; it goes nowhere itself."""
    release_visits_of(event.organisation_id)
    shut_places_of(event.organisation_id)


@subscribe(OrganisationReopened)
def on_organisation_reopened(event: OrganisationReopened) -> None:
    """Tell them that they can come after all."""
    look_at_visits(VenueVisit.objects.filter(venue__organisation=event.organisation_id))
