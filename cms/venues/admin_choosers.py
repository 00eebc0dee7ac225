"""The admin's chooser of places offers what the person may look at there, and what is shown to everybody."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.permissions import policy_registry
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
    SnippetChosenMultipleView,
    SnippetChosenView,
)

from cms.core.chooser_search import search_by
from cms.venues.models import Venue
from cms.venues.queries import visible_venues


class InReach:
    """Mixin for the chooser's views: the places of the own organisations, and those open to the person."""

    request: HttpRequest

    def get_object_list(self) -> QuerySet[Venue]:
        policy = policy_registry.get_by_type(Venue)
        kept = policy.instances_user_has_permission_for(self.request.user, "view").values("pk")
        shown = visible_venues(self.request.user).values("pk")
        return Venue.objects.filter(pk__in=kept) | Venue.objects.filter(pk__in=shown)

    def get_object(self, pk: Any) -> Venue:
        return self.get_object_list().get(pk=pk)

    def get_objects(self, pks: list[Any]) -> QuerySet[Venue]:
        return self.get_object_list().filter(pk__in=pks)


class VenueChooseView(InReach, ChooseView):
    """The whole window."""

    filter_form_class = search_by("name", "address")


class VenueChooseResultsView(InReach, ChooseResultsView):
    """A page of the list, also after a search."""

    filter_form_class = search_by("name", "address")


class VenueChosenView(InReach, SnippetChosenView):
    """The name of a place that was chosen."""


class VenueChosenMultipleView(InReach, SnippetChosenMultipleView):
    """The names of several."""


class VenueChooserViewSet(SnippetChooserViewSet):
    """Places as the stops of a route, and wherever else one is chosen."""

    choose_view_class = VenueChooseView
    choose_results_view_class = VenueChooseResultsView
    chosen_view_class = VenueChosenView
    chosen_multiple_view_class = VenueChosenMultipleView
