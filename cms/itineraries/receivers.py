"""Wagtail's signals of places enter here: a route names its places in search."""

from typing import Any

from django.dispatch import receiver
from wagtail.signals import published, unpublished

from cms.itineraries.models import ItineraryStop
from cms.itineraries.search_documents import KIND
from cms.venues.models import Venue
from search.outbox import record_change


@receiver(published, sender=Venue)
@receiver(unpublished, sender=Venue)
def on_place_changed(sender: type[Venue], instance: Venue, **kwargs: Any) -> None:
    for pk in ItineraryStop.objects.filter(venue=instance).values_list("page", flat=True).distinct():
        record_change(KIND, pk)
