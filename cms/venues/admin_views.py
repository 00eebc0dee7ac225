"""The admin's views of places: every object is checked against the organisation that keeps it."""

from typing import Any

import django_filters
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.permissions import policy_registry
from wagtail.snippets.views.snippets import CreateView, EditView

from cms.core.clock import today
from cms.organisations.models import Organisation
from cms.venues.admin_panels import doubt_words
from cms.venues.enums import VenueKind
from cms.venues.models import Region, Venue


class VenueGuard:
    """Refuses every view of one place to people who are not responsible for its organisation."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        pk = kwargs.get("pk", args[0] if args else None)
        if pk is not None:
            venue = get_object_or_404(Venue.objects.select_related("organisation"), pk=unquote(str(pk)))
            policy = policy_registry.get_by_type(Venue)
            if not policy.user_has_permission_for_instance(request.user, "view", venue):
                raise PermissionDenied
        super().setup(request, *args, **kwargs)  # type: ignore[misc]  # a mixin for views


class SaysDoubt:
    """Mixin for saving views: what speaks against the position is said at once, and what was typed stays."""

    request: HttpRequest

    def save_instance(self) -> Any:
        venue = super().save_instance()  # type: ignore[misc]  # a mixin for views
        doubt = doubt_words(venue)
        if doubt:
            messages.warning(self.request, doubt)
        return venue


class VenueCreateView(SaysDoubt, CreateView):
    """Begins a place."""


class VenueEditView(SaysDoubt, EditView):
    """Changes a place."""


class VenueFilterSet(WagtailFilterSet):
    """Kind, region, organisation, what is lacking, due for another look."""

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=VenueKind.choices)
    region = django_filters.ModelChoiceFilter(label=_("Region"), queryset=Region.objects.all())
    organisation = django_filters.ModelChoiceFilter(
        label=_("Organisation and all below it"), queryset=Organisation.objects.all(), method="narrow_organisation"
    )
    live = django_filters.BooleanFilter(label=_("Shown"))
    no_position = django_filters.BooleanFilter(
        label=_("Without a position"), field_name="latitude", lookup_expr="isnull"
    )
    unchecked = django_filters.BooleanFilter(
        label=_("Position never checked"), field_name="verified_on", lookup_expr="isnull"
    )
    review_due = django_filters.BooleanFilter(label=_("Should be looked at again"), method="narrow_due")

    class Meta:
        model = Venue
        fields = ["kind", "region", "organisation", "live", "no_position", "unchecked", "review_due"]

    def narrow_organisation(self, rows: QuerySet[Venue], name: str, value: Organisation) -> QuerySet[Venue]:
        return rows.filter(organisation__path__startswith=value.path)

    def narrow_due(self, rows: QuerySet[Venue], name: str, value: bool) -> QuerySet[Venue]:  # noqa: FBT001  # django-filter's signature
        due = rows.filter(review_by__lte=today())
        return due if value else rows.exclude(pk__in=due.values("pk"))
