"""Places and regions in the admin."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permissions import policy_registry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from cms.core.bulk_scope import keep_in_records
from cms.core.panels import FieldPanel
from cms.organisations.fields import EditedChooser
from cms.review.admin_views import NEVER, ReviewActionView
from cms.taxonomy.panels import SIGHT, TOPICS
from cms.venues.admin_choosers import VenueChooserViewSet
from cms.venues.admin_panels import PositionPanel
from cms.venues.admin_views import (
    VenueCreateView,
    VenueEditView,
    VenueFilterSet,
    VenueGuard,
    VenueLockView,
    VenueUnlockView,
    act_buttons,
    position,
)
from cms.venues.dashboard import DUE_PLACES_PANEL
from cms.venues.forms import VenueAdminForm
from cms.venues.models import Region, Venue
from cms.venues.queries import with_review

MOST_ROWS = 40
ABOUT = [
    FieldPanel("name"),
    FieldRowPanel([FieldPanel("kind"), FieldPanel("organisation", widget=EditedChooser)]),
    FieldPanel("summary"),
    FieldRowPanel([FieldPanel("capacity"), FieldPanel("notice_days")]),
    FieldPanel("facilities"),
    FieldPanel("access_note"),
    FieldRowPanel([FieldPanel("has_vr"), FieldPanel("vr_url")]),
    FieldPanel("is_model"),
    TOPICS,
    FieldPanel("picture"),
]
HOURS = [
    FieldPanel("always_open"),
    InlinePanel(
        "opening_hours",
        heading=_("Opening hours"),
        max_num=MOST_ROWS,
        panels=[
            FieldRowPanel([FieldPanel("days"), FieldPanel("opens"), FieldPanel("closes"), FieldPanel("last_entry")])
        ],
    ),
    FieldPanel("closed_weekdays"),
    InlinePanel(
        "hour_exceptions",
        heading=_("Other hours on certain days"),
        max_num=MOST_ROWS,
        panels=[
            FieldRowPanel([FieldPanel("first"), FieldPanel("last")]),
            FieldRowPanel([FieldPanel("opens"), FieldPanel("closes")]),
            FieldPanel("reason"),
        ],
    ),
]
WHERE = [
    FieldRowPanel([FieldPanel("region"), FieldPanel("address")]),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("entered_latitude"), FieldPanel("entered_longitude")]),
            FieldPanel("entered_datum"),
            PositionPanel(heading=_("As it will be stored")),
        ],
        heading=_("Where it lies"),
        help_text=_(
            "Type what your map shows and say which map it is: Chinese maps are half a kilometre off the others."
        ),
    ),
    FieldRowPanel([FieldPanel("position_source"), FieldPanel("accuracy_m")]),
    FieldPanel("verified_on"),
]
CARE = [
    MultiFieldPanel(
        SIGHT,
        heading=_("Open to"),
    ),
    MultiFieldPanel([FieldPanel("contact_name"), FieldPanel("contact_phone")], heading=_("Contact on need")),
    FieldPanel("review_by"),
]


class VenueViewSet(SnippetViewSet):
    """Red sites, micro schools, stations and all other places."""

    model = Venue
    icon = "thumbtack"
    menu_label = _("Places")
    copy_view_enabled = False
    add_view_class = VenueCreateView
    edit_view_class = VenueEditView
    lock_view_class = VenueLockView
    unlock_view_class = VenueUnlockView
    workflow_action_view_class = ReviewActionView
    chooser_viewset_class = VenueChooserViewSet
    filterset_class = VenueFilterSet
    list_per_page = 30
    search_fields = ["name", "address"]
    search_backend_name = None
    list_display = [
        "name",
        Column("kind", label=_("kind"), accessor="get_kind_display"),
        Column("region", label=_("region"), accessor="region"),
        Column("organisation", label=_("kept by"), accessor="organisation"),
        BooleanColumn("live", label=_("Shown"), accessor="live"),
        Column("review_by", label=_("look at it again by"), accessor="review_by"),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(ABOUT, heading=_("About it")),
            ObjectList(HOURS, heading=_("Opening hours")),
            ObjectList(WHERE, heading=_("Where")),
            ObjectList(CARE, heading=_("Open to whom")),
        ],
        base_form_class=VenueAdminForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Venue]:
        policy = policy_registry.get_by_type(Venue)
        mine: QuerySet[Venue] = policy.instances_user_has_permission_for(request.user, "view")
        return with_review(mine).select_related("organisation", "region", "latest_revision")

    def construct_view(self, view_class: Any, **kwargs: Any) -> Any:
        guarded = type(view_class.__name__, (VenueGuard, view_class), {"__module__": view_class.__module__})
        return ViewSet.construct_view(self, guarded, **kwargs)


class RegionViewSet(SnippetViewSet):
    """Counties and towns, with the box in which their places lie."""

    model = Region
    icon = "globe"
    menu_label = _("Regions")
    copy_view_enabled = False
    list_display = ["name", "name_en", "slug", "order"]
    search_fields = ["name", "name_en", "slug"]
    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("name_en")]),
        FieldRowPanel([FieldPanel("slug"), FieldPanel("order")]),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("south"), FieldPanel("north")]),
                FieldRowPanel([FieldPanel("west"), FieldPanel("east")]),
            ],
            heading=_("Edges in WGS-84 degrees"),
        ),
    ]


class PlacesGroup(SnippetViewSetGroup):
    """One place in the menu."""

    items = (VenueViewSet, RegionViewSet)
    menu_label = _("Places")
    menu_icon = "thumbtack"
    menu_order = 205


register_snippet(PlacesGroup)
keep_in_records(Venue)
keep_in_records(Region)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Add the look at a position that is still being typed."""
    return [path("venues/position/", position, name="venues_position")]


@hooks.register("construct_homepage_panels")
def add_panel(request: HttpRequest, panels: list[Any]) -> None:
    """Show on the first page which places are to be looked at again."""
    if policy_registry.get_by_type(Venue).user_has_permission(request.user, "view"):
        panels.append(DUE_PLACES_PANEL)


@hooks.register("construct_snippet_action_menu")
def leave_publishing_to_the_review(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Offer no publishing of places: a change is handed in and somebody else decides."""
    if context.get("model") is not Venue:
        return
    hidden = {f"action-{name}" for name in NEVER}
    instance = context.get("instance")
    running = instance.current_workflow_state if instance is not None else None
    if running is None or running.requested_by_id != request.user.pk:
        hidden.add("action-cancel-workflow")
    items[:] = [item for item in items if item.name not in hidden]


@hooks.register("register_snippet_listing_buttons")
def offer_acts(snippet: Any, user: Any, next_url: str | None = None) -> list[Any]:
    """Offer in the list of places what is done beside editing."""
    return act_buttons(snippet, user) if isinstance(snippet, Venue) else []
