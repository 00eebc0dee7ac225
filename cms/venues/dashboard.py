"""Panel of the admin's first page: which places are to be looked at again, within the person's organisations."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.permissions import policy_registry

from cms.core.clock import today
from cms.core.panels import ListPanel
from cms.venues.models import Venue
from cms.venues.queries import overdue


def own_overdue(user: Any) -> QuerySet[Venue]:
    """Return the shown places in the person's care whose day to be looked at again has come."""
    policy = policy_registry.get_by_type(Venue)
    mine = policy.instances_user_has_permission_for(user, "view")
    found: QuerySet[Venue] = overdue(today()).filter(pk__in=mine.order_by().values("pk"))
    return found


def line_of(venue: Venue) -> tuple[str, str]:
    """Return what the place is called and where it is changed."""
    return venue.name, reverse("wagtailsnippets_venues_venue:edit", args=[venue.pk])


DUE_PLACES_PANEL = ListPanel(
    "venues_due",
    _("Places to be looked at again"),
    own_overdue,
    line_of,
    all_url=format_lazy("{}?{}", reverse_lazy("wagtailsnippets_venues_venue:list"), "review_due=true&live=true"),
    # After the panel of pages to be looked at again.
    order=145,
)
