"""The admin's views of places: every object is checked against the organisation that keeps it."""

from typing import Any

import django_filters
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.widgets.button import Button
from wagtail.permissions import policy_registry
from wagtail.snippets.views.snippets import CreateView, EditView, LockView, UnlockView

from cms.core.clock import today
from cms.core.ratelimit import limited
from cms.organisations.models import Organisation
from cms.organisations.queries import holding
from cms.review.admin_views import NEVER, NotedLock, ReviewedEdit
from cms.venues.cards import doubt_words, position_words
from cms.venues.enums import VenueKind
from cms.venues.forms import PositionForm
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
    expects_json_response: bool

    def save_instance(self) -> Any:
        venue = super().save_instance()  # type: ignore[misc]  # a mixin for views
        doubt = doubt_words(venue)
        # What stores itself while one types says it beside the fields alone.
        if doubt and not self.expects_json_response:
            messages.warning(self.request, doubt)
        return venue


class VenueCreateView(SaysDoubt, CreateView):
    """Begins a place, as a draft."""

    def get_available_actions(self) -> list[str]:
        return [action for action in super().get_available_actions() if action not in NEVER]


class VenueEditView(SaysDoubt, ReviewedEdit, EditView):
    """Changes a place; a change is handed in, and the review shows it."""

    @property
    def header_more_buttons(self) -> list[Button]:
        return [*super().header_more_buttons, *act_buttons(self.object, self.request.user)]


class VenueLockView(NotedLock, LockView):
    """Keeps a place for oneself."""


class VenueUnlockView(NotedLock, UnlockView):
    """Lets others work on it again."""


def act_buttons(venue: Venue, user: Any) -> list[Button]:
    """Return what somebody does with the place beside editing it: decide about what was handed in, show it no longer."""
    look, task = venue.current_workflow_task_state, venue.current_workflow_task
    buttons = []
    if look is not None and task is not None and task.specific.reaches(venue, user):
        buttons.append(
            Button(_("Read it and decide"), url=venue.review_page_url(look.pk), icon_name="success", priority=50)
        )
    policy = policy_registry.get_by_type(Venue)
    if venue.live and policy.user_has_permission_for_instance(user, "publish", venue):
        address = reverse("wagtailsnippets_venues_venue:unpublish", args=[venue.pk])
        buttons.append(Button(_("Show it no longer"), url=address, icon_name="view", priority=60))
    return buttons


@limited("venues.position", limit=240, methods=("GET",))
@require_safe
def position(request: HttpRequest) -> HttpResponse:
    """Show where a place would lie with what is typed so far; nothing is stored."""
    if not policy_registry.get_by_type(Venue).user_has_any_permission(request.user, ["add", "change"]):
        raise PermissionDenied
    form = PositionForm(request.GET)
    context = position_words(form.instance) if form.is_valid() else {"faults": form.sentences()}
    return render(request, "venues/admin/position.html", context)


def organisations_listed(request: HttpRequest) -> QuerySet[Organisation]:
    """Return whose rows the list holds for the person, with the organisations above them."""
    policy = policy_registry.get_by_type(Venue)
    return holding(policy.instances_user_has_permission_for(request.user, "view"))


class VenueFilterSet(WagtailFilterSet):
    """Kind, region, organisation, what is lacking, due for another look."""

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=VenueKind.choices)
    region = django_filters.ModelChoiceFilter(label=_("Region"), queryset=Region.objects.all())
    organisation = django_filters.ModelChoiceFilter(
        label=_("Organisation and all below it"), queryset=organisations_listed, method="narrow_organisation"
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
