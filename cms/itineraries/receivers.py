"""Wagtail's signals of places and the rooms' events enter here: a route names its places and regions in search."""

from typing import Any

from django.dispatch import receiver
from wagtail.signals import published, unpublished

from cms.core.events import subscribe
from cms.itineraries.models import ItineraryStop
from cms.itineraries.services import note_routes
from cms.taxonomy.events import LabelChanged
from cms.venues.models import Region, Venue


@receiver(published, sender=Venue)
@receiver(unpublished, sender=Venue)
def on_place_changed(sender: type[Venue], instance: Venue, **kwargs: Any) -> None:
    note_routes(ItineraryStop.objects.filter(venue=instance))


@subscribe(LabelChanged)
def on_label_changed(event: LabelChanged) -> None:
    if event.model is Region:
        note_routes(ItineraryStop.objects.filter(venue__region=event.pk))
